import type { Engine } from '../core/engine.ts';
import type { Ingress, Positions } from '../ports/ingress.ts';
import type { CommitInfo } from '../ports/snapshots.ts';

interface Entry {
  readonly cut: number;
  /** Sequence of the commit; 0 until it is known. */
  sequence: number;
  readonly positions: readonly Positions[];
}

/** Entries kept; older ones are only needed if that many cuts stay retained. */
const entriesMax = 1024;

/**
 * Remembers the ingress positions of recent cuts, to tell each ingress what is committed, and what
 * is behind every cut that recovery may still use: only that may be removed from a source.
 */
export class PositionHistory {
  readonly #engine: Engine;
  readonly #ingresses: readonly Ingress[];
  #entries: Entry[] = [];

  constructor(engine: Engine, ingresses: readonly Ingress[]) {
    this.#engine = engine;
    this.#ingresses = ingresses.filter(
      (ingress) => ingress.behind !== undefined || ingress.committed !== undefined,
    );
  }

  cutTaken(cut: number): void {
    if (this.#ingresses.length === 0) return;
    const positions = this.#ingresses.map(
      (ingress) => new Map(this.#engine.intake.positionsOf(ingress.id)),
    );
    this.#entries.push({ cut, sequence: 0, positions });
    if (this.#entries.length > entriesMax) this.#entries.shift();
  }

  committed(info: CommitInfo): void {
    const entry = this.#entries.find(({ cut }) => cut === info.cut);
    if (entry !== undefined) {
      entry.sequence = info.sequence;
      this.#ingresses.forEach((ingress, i) => {
        ingress.committed?.(entry.positions[i] as Positions);
      });
    }
    const kept = this.#entries.findLastIndex(
      ({ sequence }) => sequence > 0 && sequence <= info.oldestRetainedSequence,
    );
    if (kept < 0) return;
    this.#entries = this.#entries.slice(kept);
    const oldest = this.#entries[0] as Entry;
    this.#ingresses.forEach((ingress, i) => {
      ingress.behind?.(oldest.positions[i] as Positions);
    });
  }
}
