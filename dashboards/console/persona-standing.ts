import { type Hold, holds } from '#models/selector/selector.ts';
import type { PersonaStanding } from './frame.ts';

const nameMax = 60;
const modelsMax = 12;

/** How models stand with a persona, in a monitoring report; null for a report of another kind. */
export function standingOf(report: Readonly<Record<string, unknown>>): PersonaStanding | null {
  const { kind, persona, day, models, pinned, regret } = report;
  if (kind !== 'calibration' || typeof persona !== 'string' || !Number.isInteger(day)) return null;
  if (typeof models !== 'object' || models === null) return null;
  return {
    persona: persona.slice(0, nameMax),
    day: day as number,
    pinned: typeof pinned === 'string' ? pinned.slice(0, nameMax) : null,
    regret: numberOrNull(regret),
    models: Object.entries(models as Record<string, Record<string, unknown>>)
      .slice(0, modelsMax)
      .map(([name, model]) => ({
        name: name.slice(0, nameMax),
        count: numberOrNull(model?.['count']) ?? 0,
        loss: numberOrNull(model?.['loss']) ?? 0,
        behind: numberOrNull(model?.['behind']),
        hold: holdIn(model?.['hold']),
        offLevel: model?.['offLevel'] === true,
        expected: numberOrNull(model?.['expected']) ?? 0,
        seen: numberOrNull(model?.['seen']) ?? 0,
      })),
  };
}

function holdIn(value: unknown): Hold | null {
  return holds.find((hold) => hold === value) ?? null;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
