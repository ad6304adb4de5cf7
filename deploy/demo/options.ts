import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isHttpUrl } from '#dashboards/console/http-url.ts';
import { DataFolder } from '../local/data-folder.ts';
import { demoErrors } from './errors.ts';

export interface DemoOptions {
  /** Name of an experiment of the console. */
  readonly experiment: string;
  /** URL of the page. */
  readonly page: string;
  /** Whether docker compose runs the processes, and not a supervisor of this machine. */
  readonly compose: boolean;
  /** How docker compose is called. */
  readonly composeCommand: readonly string[];
}

const defaultPage = 'http://localhost:8080';

export const usage = `Does something to the running application and shows what comes of it, with a verdict.

  npm run demo -- COMMAND [options]

  break      a release of the classifier with a defect takes over; the average score climbs
  fix        the repaired release takes over; the average score is as before
  kill       the runtime gets SIGKILL
  poison     one account gets a transaction that its function can never do
  slow       a release of the classifier takes over that hangs, for ten seconds
  scale N    0, 1 or 4 function processes
  pause      freezes Kafka for ten seconds (with --compose)

  --page URL       the page of the application (default: that of the data folder, or ${defaultPage})
  --data FOLDER    data folder of the application (WEIR_DATA, default ./.weir)
  --compose        the application runs by docker compose: processes are changed through it
  --help           this text

The exit code is 0 if all checks hold, 1 if one does not, 64 for a wrong command, 69 if the
application can't be reached.
`;

const plain = ['break', 'fix', 'kill', 'poison', 'slow', 'pause'];
const scales = ['0', '1', '4'];

/** Throws WEIR_DEMO_BAD_OPTION. */
export function demoOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): DemoOptions | 'help' {
  const { values, positionals } = parse(args);
  if (values.help === true || args.length === 0) return 'help';
  const page = values.page ?? pageOf(resolve(values.data ?? (env['WEIR_DATA'] || './.weir')));
  if (!isHttpUrl(page)) {
    throw demoErrors.BAD_OPTION(`--page must be an http URL, not "${page}"`);
  }
  return {
    experiment: experimentOf(positionals),
    page: page.replace(/\/+$/, ''),
    compose: values.compose === true,
    composeCommand: (env['WEIR_COMPOSE'] || 'docker compose').split(' '),
  };
}

function experimentOf([command = '', ...more]: readonly string[]): string {
  if (command === 'scale') {
    const [processes = '', ...rest] = more;
    if (rest.length === 0 && scales.includes(processes)) return `scale-${processes}`;
    throw demoErrors.BAD_OPTION(`scale takes one of ${scales.join(', ')}, not "${more.join(' ')}"`);
  }
  if (plain.includes(command) && more.length === 0) return command;
  const known = [...plain, 'scale'].join(', ');
  throw demoErrors.BAD_OPTION(`"${[command, ...more].join(' ')}" is none of ${known}`);
}

function pageOf(folder: string): string {
  return new DataFolder(folder).runningPage() ?? defaultPage;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        page: { type: 'string' },
        data: { type: 'string' },
        compose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw demoErrors.BAD_OPTION((error as Error).message);
  }
}
