import type { VersionRow } from './frame.ts';

/** More versions than anybody has in service; the one that scored least recently goes first. */
const versionsMax = 20;
/** One that comes again after so long was swapped in again, and did not merely overlap. */
const againMs = 5_000;

/** Which version of the classifier scored how many transactions, and since when. */
export class VersionBoard {
  private readonly versions = new Map<
    string,
    { scored: number; sinceMs: number; lastMs: number }
  >();
  private arrived: string[] = [];

  /** Empty where the record does not say. `live`: it happened now. */
  add(version: string, nowMs: number, live: boolean): void {
    if (version === '') return;
    let row = this.versions.get(version);
    if (row === undefined) {
      this.makeRoom();
      row = { scored: 0, sinceMs: nowMs, lastMs: 0 };
      this.versions.set(version, row);
    }
    row.scored++;
    if (!live) return;
    if (nowMs - row.lastMs > againMs) {
      row.sinceMs = nowMs;
      if (this.versions.size > 1) this.arrived.push(version);
    }
    row.lastMs = nowMs;
  }

  /** Versions that began to score since the last call, when there was another one before. */
  takeArrivals(): readonly string[] {
    const { arrived } = this;
    this.arrived = [];
    return arrived;
  }

  scoredBy(version: string): number {
    return this.versions.get(version)?.scored ?? 0;
  }

  rows(): VersionRow[] {
    return [...this.versions].map(([version, row]) => ({ version, ...row }));
  }

  restore(rows: readonly VersionRow[]): void {
    for (const { version, ...row } of rows) this.versions.set(version, row);
  }

  private makeRoom(): void {
    if (this.versions.size < versionsMax) return;
    const oldest = this.rows().reduce((a, b) => (b.lastMs < a.lastMs ? b : a));
    this.versions.delete(oldest.version);
  }
}
