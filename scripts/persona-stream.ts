/**
 * The generator's persona world as training and evaluation see it: what is trained, calibrated and
 * tested when, in days of its timeline.
 */
import { personaDefaults } from '#datagen/options.ts';
import type { PersonaOptions } from '#datagen/personas/options.ts';
import { type World, createWorld } from '#datagen/world.ts';
import { dayMs } from '#models/features/transaction.ts';
import { type PreparedData, type TrainingPlan, prepareTraining } from '#models/training.ts';
import { recordedEvents } from './recorded-events.ts';

/** Days of the timeline, `[from, to)`. Windows and habits fill up before the training period. */
export const days = {
  training: [15, 50],
  calibration: [57, 70],
  labelsUntil: 80,
  /** For what is measured before the application scores anything. */
  beforeService: [70, 80],
  /** For the choice of models, and what it is worth. */
  inService: [80, 126],
} as const;

/** Share of transactions that are alerts: of 4,700 a day about 50. */
export const alertShare = 0.01;

export type Overrides = Partial<Omit<PersonaOptions, 'world'>>;

/**
 * The transactions and labels of a world with these options, with features, by period. `heldOut`:
 * days of the timeline, `[from, to)`.
 */
export function personaData(
  overrides: Overrides,
  heldOut: readonly [number, number],
  say: (line: string) => void,
): { data: PreparedData; options: PersonaOptions; world: World } {
  const options: PersonaOptions = { ...personaDefaults, ...overrides };
  const world = createWorld(options);
  const at = (day: number): number => (options.timelineFrom + day) * dayMs;
  const window = ([from, to]: readonly [number, number]) => ({ fromMs: at(from), toMs: at(to) });
  const plan: TrainingPlan = {
    training: window(days.training),
    calibration: window(days.calibration),
    labelsUntilMs: at(days.labelsUntil),
    labelDelay: {
      medianDays: options.fraudLabelMedianDays,
      sigma: options.fraudLabelSigma,
      reviewShare: options.reviewShare,
    },
    heldOut: window(heldOut),
    knownPersona: (accountId) => world.personaOf(Number(accountId.slice(2))),
  };
  let said = -Infinity;
  function* withProgress() {
    for (const event of recordedEvents(world, options.timelineFrom)) {
      const atMs = event.kind === 'label' ? event.atMs : event.transaction.atMs;
      const day = Math.floor(atMs / dayMs) - options.timelineFrom;
      if (day >= said + 21) {
        said = day;
        say(`features of day ${day} of ${heldOut[1]}`);
      }
      yield event;
    }
  }
  return { data: prepareTraining(withProgress(), plan), options, world };
}
