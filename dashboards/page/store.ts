import type { Alert, Frame, Marker, SecondRow, Sections } from '../console/frame.ts';

export const windowSeconds = 15 * 60;
const alertsMax = 50;
const markersMax = 50;

/** What the page knows; nothing in it grows with the time that the page is open. */
export class Store {
  readonly sections: Partial<Sections> = {};
  /** Second since 1970 to its row; at most 15 minutes. */
  readonly series = new Map<number, SecondRow>();
  /** Newest first. */
  alerts: readonly Alert[] = [];
  markers: readonly Marker[] = [];
  /** The server's clock minus ours, in ms. */
  skewMs = 0;

  /** Takes a whole picture or changes; the same frame twice does no harm. */
  apply(frame: Frame, isWhole: boolean, hereMs: number): void {
    const { nowMs, series, alerts, markers, ...sections } = frame;
    this.skewMs = nowMs - hereMs;
    if (isWhole) {
      this.series.clear();
      this.alerts = [];
      this.markers = [];
    }
    Object.assign(this.sections, sections);
    for (const row of series ?? []) this.series.set(row[0], row);
    const oldest = Math.floor(nowMs / 1000) - windowSeconds;
    for (const second of this.series.keys()) {
      if (second >= oldest) break;
      this.series.delete(second);
    }
    if (alerts !== undefined) this.alerts = newest(this.alerts, alerts, alertsMax);
    if (markers !== undefined) this.markers = newest(this.markers, markers, markersMax);
  }

  /** The server's time now, ms since 1970 UTC. */
  now(hereMs: number): number {
    return hereMs + this.skewMs;
  }
}

function newest<T extends { readonly number: number }>(
  old: readonly T[],
  added: readonly T[],
  most: number,
): T[] {
  const byNumber = new Map([...old, ...added].map((item) => [item.number, item]));
  return [...byNumber.values()].sort((a, b) => b.number - a.number).slice(0, most);
}

/** Columns for the charts: seconds, smoothed average score, scores per second. */
export interface Columns {
  readonly seconds: number[];
  readonly average: (number | null)[];
  readonly perSecond: number[];
}

const smoothSeconds = 10;

/**
 * The last `span` whole seconds. The average of a second is over the ten seconds up to it; where
 * two seconds and more had no score there is a gap, so that a pause can be seen.
 */
export function columns(store: Store, nowMs: number, span: number): Columns {
  const last = Math.floor(nowMs / 1000) - 1;
  const first = last - span + 1;
  const made: Columns = { seconds: [], average: [], perSecond: [] };
  const earliest = Math.min(...store.series.keys());
  const begin = first - smoothSeconds;
  let sum = 0;
  let scored = 0;
  let silent = 0;
  for (let second = begin; second <= last; second++) {
    const row = store.series.get(second);
    const leaving =
      second - smoothSeconds < begin ? undefined : store.series.get(second - smoothSeconds);
    sum += (row?.[2] ?? 0) - (leaving?.[2] ?? 0);
    scored += (row?.[1] ?? 0) - (leaving?.[1] ?? 0);
    silent = row === undefined || row[1] === 0 ? silent + 1 : 0;
    if (second < first || second < earliest) continue;
    made.seconds.push(second);
    made.average.push(silent >= 2 || scored === 0 ? null : sum / scored);
    made.perSecond.push(row?.[1] ?? 0);
  }
  return made;
}
