/**
 * `WEIR_NIGHTLY`: which share of the nightly tries is made, 1 for all of them; not set on a change.
 * Throws if it is none.
 */
export const nightly = shareOf(process.env['WEIR_NIGHTLY']);

function shareOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const share = Number(text);
  if (share > 0 && share <= 1) return share;
  throw new Error(`WEIR_NIGHTLY is a share above 0 and up to 1, not ${JSON.stringify(text)}`);
}

/** How often something is tried: so often on each change, so often in a whole nightly run. */
export function tries(perChange: number, perNight: number): number {
  return Math.max(perChange, Math.round(perNight * nightly));
}

/** The limit of a test that makes `count` tries where it makes `perChange` on each change. */
export function limitMs(perChangeMs: number, perChange: number, count: number): number {
  return Math.ceil(perChangeMs * Math.max(1, count / perChange));
}
