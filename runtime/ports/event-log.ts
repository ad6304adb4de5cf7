/**
 * The names in an event log folder: append-only JSON-lines files, each named by the logical byte
 * offset of its first byte. A file is complete once a later one exists; then it holds exactly the
 * bytes up to the offset in that name. A position in the log is one number, the logical offset.
 */
const digits = 20;
const namePattern = /^(\d{20})\.jsonl$/;

/** `00000000000000000000.jsonl` for 0. */
export function logFileName(startOffset: number): string {
  return `${String(startOffset).padStart(digits, '0')}.jsonl`;
}

/** The offset in a name, or null for a file that is no part of a log. */
export function logFileStart(name: string): number | null {
  const match = namePattern.exec(name);
  if (match === null) return null;
  const start = Number(match[1]);
  return Number.isSafeInteger(start) ? start : null;
}
