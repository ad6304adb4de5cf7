/** What decides which transactions and labels there are: one table of options per world. */
import { datagenErrors } from './errors.ts';
import { type HandbookOptions, checkHandbook, handbookSpecs } from './handbook/options.ts';
import { fraudLabelDaysMax } from './label-options.ts';
import { perCustomerAndDay } from './personas/mix.ts';
import { type PersonaOptions, personaSpecs } from './personas/options.ts';

/** When labels come; the same in every world. */
export interface LabelOptions {
  /** Median days until a fraud is reported (lognormal, clipped to 0.1-60 days). */
  readonly fraudLabelMedianDays: number;
  /** Standard deviation of the logarithm of that delay. */
  readonly fraudLabelSigma: number;
  /** Share of the frauds that an investigator confirms instead, within hours. */
  readonly reviewShare: number;
  /** Mean hours until then. */
  readonly reviewHours: number;
  /** Share of the legitimate transactions that are confirmed as such. */
  readonly legitimateLabelShare: number;
  /** Days after which they are. */
  readonly legitimateLabelDays: number;
}

export interface CommonOptions extends LabelOptions {
  /** Unsigned 32-bit integer: the same seed and options give the same stream, byte for byte. */
  readonly seed: number;
  readonly customers: number;
}

export type WorldOptions = HandbookOptions | PersonaOptions;
export type WorldName = WorldOptions['world'];

interface Described {
  /** As on the command line, such as `--seed <integer>`. */
  readonly flag: string;
  readonly text: string;
}

/** A number: what it may be. */
export interface NumberSpec extends Described {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** `day`: given as a date, kept as days since 1970-01-01 UTC. */
  readonly kind: 'integer' | 'real' | 'day';
}

/** A text: `canonical` gives the one of its spellings that is kept, or throws BAD_OPTION. */
export interface TextSpec extends Described {
  readonly default: string;
  readonly kind: 'text';
  readonly canonical: (text: string) => string;
}

/** One option: its flag, what it means, and what it may be. */
export type OptionSpec = NumberSpec | TextSpec;

export type OptionSpecs<Options> = {
  readonly [Name in Exclude<keyof Options, 'world'>]: OptionSpec;
};

export const worldSpecs: Readonly<Record<WorldName, Readonly<Record<string, OptionSpec>>>> = {
  personas: personaSpecs,
  handbook: handbookSpecs,
};
export const defaultWorld: WorldName = 'personas';

export const personaDefaults = defaultsOf('personas') as PersonaOptions;
export const handbookDefaults = defaultsOf('handbook') as HandbookOptions;

function defaultsOf(world: WorldName): WorldOptions {
  const values = Object.entries(worldSpecs[world]).map(([name, spec]) => [name, spec.default]);
  return { world, ...Object.fromEntries(values) } as WorldOptions;
}

/** Throws WEIR_DATAGEN_BAD_OPTION for a value out of range. */
export function validateWorldOptions(options: WorldOptions): WorldOptions {
  for (const [name, spec] of Object.entries(worldSpecs[options.world])) {
    const given: unknown = options[name as keyof WorldOptions];
    if (spec.kind === 'text') {
      spec.canonical(given as string);
      continue;
    }
    const { min, max, kind } = spec;
    const value = given as number;
    const right = kind === 'real' ? Number.isFinite(value) : Number.isInteger(value);
    if (!right || value < min || value > max) {
      const wanted = kind === 'real' ? 'a number' : 'an integer';
      throw datagenErrors.BAD_OPTION(`${name} is ${value}, expected ${wanted} in ${min}..${max}`);
    }
  }
  const problem = options.world === 'handbook' ? checkHandbook(options) : null;
  if (problem === null) return options;
  throw datagenErrors.BAD_OPTION(problem.message, { hint: problem.hint });
}

/** Sprees and frauds come on top of what customers buy by habit: about so much more. */
const beyondHabit = 1.06;

/** About how many transactions a day has. */
export function transactionsPerDay(options: WorldOptions): number {
  const perCustomer =
    options.world === 'handbook'
      ? options.meanPerDayMax / 2
      : beyondHabit * perCustomerAndDay(options.personas);
  return options.customers * perCustomer;
}

/** Days for which a label may still be on its way. */
export function labelHorizonDays(options: LabelOptions): number {
  return Math.ceil(Math.max(fraudLabelDaysMax, options.legitimateLabelDays)) + 1;
}
