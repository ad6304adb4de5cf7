/** The options of the worlds as flags of the command line. */
import { datagenErrors } from './errors.ts';
import { parseDay, parseNumber } from './option-values.ts';
import {
  type OptionSpec,
  type WorldName,
  type WorldOptions,
  validateWorldOptions,
  worldSpecs,
} from './options.ts';
import { dayMs } from './transaction.ts';

export const worldNames = Object.keys(worldSpecs) as WorldName[];

/** The options of the world that was named. Throws WEIR_DATAGEN_BAD_OPTION. */
export function parseWorld(given: Readonly<Record<string, string>>): WorldOptions {
  const world = given['world'] as WorldName;
  const specs = worldSpecs[world];
  if (specs === undefined) {
    throw datagenErrors.BAD_OPTION(`--world is "${world}", expected ${worldNames.join(' or ')}`);
  }
  for (const { flag, worlds } of worldFlags()) {
    if (given[camelCase(flag)] === undefined || worlds.includes(world)) continue;
    throw datagenErrors.BAD_OPTION(`${flag} is no option of the world ${world}`);
  }
  const values = Object.entries(specs).map(([name, spec]) => {
    const text = given[camelCase(spec.flag)];
    return [name, text === undefined ? spec.default : parseValue(text, spec)];
  });
  return validateWorldOptions({ world, ...Object.fromEntries(values) } as WorldOptions);
}

function parseValue(text: string, spec: OptionSpec): number | string {
  if (spec.kind === 'text') return spec.canonical(text);
  return spec.kind === 'day' ? parseDay(text, spec.flag) : parseNumber(text, spec.flag);
}

interface WorldFlag {
  readonly flag: string;
  readonly text: string;
  /** What holds without it, by world where they differ. */
  readonly defaults: string;
  readonly worlds: readonly WorldName[];
}

/** Each flag once, with the worlds that have it. */
export function worldFlags(): WorldFlag[] {
  const flags = new Map<string, { text: string; defaults: string[]; worlds: WorldName[] }>();
  for (const world of worldNames) {
    for (const spec of Object.values(worldSpecs[world])) {
      const known = flags.get(spec.flag) ?? { text: spec.text, defaults: [], worlds: [] };
      flags.set(spec.flag, known);
      known.defaults.push(defaultText(spec));
      known.worlds.push(world);
    }
  }
  return [...flags].map(([flag, { text, defaults, worlds }]) => {
    const same = new Set(defaults).size === 1;
    const own = worlds.length < worldNames.length ? `, ${worlds[0]} only` : '';
    const each = same
      ? `${defaults[0]}${own}`
      : worlds.map((w, i) => `${w} ${defaults[i]}`).join(', ');
    return { flag, text, defaults: each, worlds };
  });
}

function defaultText(spec: OptionSpec): string {
  if (spec.kind !== 'day') return String(spec.default);
  return new Date(spec.default * dayMs).toISOString().slice(0, 10);
}

/** `--per-day <count>` is `perDay`, as the parser names it. */
function camelCase(flag: string): string {
  const name = flag.slice(2, flag.indexOf(' '));
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
