import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isHttpUrl } from '#dashboards/console/http-url.ts';
import { deployErrors } from './errors.ts';

const portSpan = 16;

export interface Ports {
  readonly page: number;
  readonly admin: number;
  readonly functions: number;
  /** Metrics of the function process; those of the runtime are at its admin port. */
  readonly metrics: number;
  readonly classifier: number;
  /** Records by HTTP: labels that a person gives on the page come in here. */
  readonly intake: number;
}

export interface StartOptions {
  /** The data folder, absolute. */
  readonly data: string;
  readonly ports: Ports;
  /** The page's address to listen on. */
  readonly host: string;
  /** Keep what is behind the cuts, so that everything can be counted again. */
  readonly keep: boolean;
  /** Remove the data of earlier runs first. */
  readonly fresh: boolean;
  /** Arguments for the generator: rate, seed, speed. */
  readonly generator: readonly string[];
  /** Where somebody else's classifier answers; null: ours is started. */
  readonly classifier: string | null;
}

export const usage = `Runs the whole application on this machine: generator, runtime, functions and the page.

  npm start -- [options]

  --data FOLDER       all data and logs of this copy (default ./.weir)
  --fresh             remove what earlier runs left in that folder; without it, go on from there
  --keep              keep everything that was written, also what is behind the cuts
  --ports-from PORT   the page's port, the others after it
                      (default 8080 or PORT for the page, then 8081 to 8085)
  --host ADDRESS      address of the page (default 127.0.0.1; HOST)
  --rate N|max        transactions a second
  --speed SPAN/SPAN   simulated time per real time, such as 1d/30s (the default)
  --classifier URL    score with a classifier that answers there, such as http://127.0.0.1:9000/;
                      ours is not started
  --seed N            the same seed gives the same transactions
  --help              this text
`;

/** Options from the command line and the environment. Throws WEIR_DEPLOY_BAD_OPTION. */
export function startOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): StartOptions | 'help' {
  const values = parse(args);
  if (values.help === true) return 'help';
  if (values.rate !== undefined && values.speed !== undefined) {
    throw deployErrors.BAD_OPTION('--rate and --speed exclude each other');
  }
  checkNumber('--rate', values.rate, (n) => n > 0, 'a number above 0, or max', 'max');
  checkNumber('--seed', values.seed, (n) => Number.isInteger(n) && n >= 0, 'a whole number');
  const given = ['rate', 'speed', 'seed'] as const;
  return {
    data: resolve(values.data ?? (env['WEIR_DATA'] || './.weir')),
    ports: portsOf(values['ports-from'], env['PORT']),
    host: values.host ?? (env['HOST'] || '127.0.0.1'),
    keep: values.keep === true,
    fresh: values.fresh === true,
    classifier: classifierUrl(values.classifier),
    generator: given.flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [`--${name}`, value];
    }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        'ports-from': { type: 'string' },
        host: { type: 'string' },
        classifier: { type: 'string' },
        keep: { type: 'boolean' },
        fresh: { type: 'boolean' },
        rate: { type: 'string' },
        speed: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw deployErrors.BAD_OPTION((error as Error).message);
  }
}

function portsOf(from: string | undefined, page: string | undefined): Ports {
  if (from !== undefined) {
    const first = port('--ports-from', from);
    return { page: first, ...others(first + 1) };
  }
  const own = page === undefined || page === '' ? 8080 : port('PORT', page);
  // PORT moves the page alone; the others stay unless they would collide with it.
  return { page: own, ...others(own >= 8081 && own <= 8085 ? 8086 : 8081) };
}

function others(first: number): Omit<Ports, 'page'> {
  const [functions, metrics, classifier, intake] = [first + 1, first + 2, first + 3, first + 4];
  return { admin: first, functions, metrics, classifier, intake };
}

function classifierUrl(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (isHttpUrl(text)) return text;
  throw deployErrors.BAD_OPTION(
    `--classifier must be a URL such as http://127.0.0.1:9000/, not "${text}"`,
  );
}

function port(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 65_535 - portSpan) return value;
  throw deployErrors.BAD_OPTION(
    `${name} must be a port from 1 to ${65_535 - portSpan}, not "${text}"`,
  );
}

function checkNumber(
  name: string,
  text: string | undefined,
  right: (n: number) => boolean,
  expected: string,
  word?: string,
): void {
  if (text === undefined || text === word) return;
  if (text.trim() !== '' && right(Number(text))) return;
  throw deployErrors.BAD_OPTION(`${name} must be ${expected}, not "${text}"`);
}
