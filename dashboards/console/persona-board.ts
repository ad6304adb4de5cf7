import type { PersonaRow, Score } from './frame.ts';

/** Personas come from functions: what is kept of them is bounded. */
const personasMax = 32;
/** Shares and averages are over about so many of the newest scores. */
const recent = 500;

interface Counted {
  scored: number;
  model: string;
  sinceMs: number;
  average: number;
  share: number;
  evidence: Score['evidence'];
}

/** Which model serves whom, and why, as the scores say it. */
export class PersonaBoard {
  private readonly counted = new Map<string, Counted>();

  add({ persona, model, score, atMs, evidence }: Score): void {
    if (persona === '') return;
    const known = this.counted.get(persona);
    if (known === undefined) {
      if (this.counted.size >= personasMax) return;
      const first = { scored: 1, model, sinceMs: atMs, average: score, share: 1, evidence };
      this.counted.set(persona, first);
      return;
    }
    known.scored++;
    const weight = 1 / Math.min(recent, known.scored);
    known.average += weight * (score - known.average);
    // The model with most of the newest scores is the one that serves.
    known.share += weight * ((model === known.model ? 1 : 0) - known.share);
    if (known.share < 0.5) {
      known.model = model;
      known.share = 1 - known.share;
      known.sinceMs = atMs;
    }
    if (model === known.model) known.evidence = evidence;
  }

  /** By name. */
  rows(): PersonaRow[] {
    const rows = [...this.counted].map(([name, counted]) => ({
      name,
      ...counted,
      average: Number(counted.average.toPrecision(3)),
      share: Math.round(100 * counted.share) / 100,
    }));
    return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  restore(rows: readonly PersonaRow[]): void {
    for (const { name, ...counted } of rows) this.counted.set(name, { ...counted });
  }
}
