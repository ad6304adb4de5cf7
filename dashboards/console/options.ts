import { parseArgs } from 'node:util';
import { ConsoleError } from './errors.ts';
import { isHttpUrl } from './http-url.ts';

export interface ConsoleOptions {
  /** The data folder with `transactions/`, `feedback/` and `scores/`. */
  readonly data: string;
  readonly host: string;
  readonly port: number;
  /** The runtime's admin URL, without a slash at the end. */
  readonly admin: string;
  /** The runtime's HTTP ingress for what people say, without a slash at the end. */
  readonly intake: string;
  /** Names other than localhost under which the page may be opened. */
  readonly allowedHosts: readonly string[];
  /** How much of the scores to keep behind what was read, in bytes; null keeps everything. */
  readonly keepScoresBytes: number | null;
}

export const usage = `The console: the page of the running application.

  node dashboards/console/main.ts [options]

  --data FOLDER             data folder of the application (WEIR_DATA, default ./.weir)
  --host ADDRESS            address to listen on (HOST, default 127.0.0.1)
  --port PORT               port of the page (PORT, default 8080; 0 takes a free one)
  --admin URL               admin port of the runtime (WEIR_ADMIN_URL, default http://127.0.0.1:8081)
  --intake URL              HTTP ingress of the runtime, for labels that people give
                            (WEIR_INTAKE_URL, default http://127.0.0.1:8085)
  --allow-host NAME         a further name the page may be opened by; may be repeated
  --keep-scores-bytes N|all how much of the scores to keep behind what was read
                            (WEIR_KEEP_SCORES_BYTES, default all)
  --help                    this text
`;

/** Options from the command line, then the environment. Throws WEIR_CONSOLE_USAGE. */
export function consoleOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ConsoleOptions | 'help' {
  const { values } = parse(args);
  if (values.help === true) return 'help';
  const port = Number(values.port ?? env['PORT'] ?? '8080');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw usageError(
      `--port must be a number from 0 to 65535, not "${values.port ?? env['PORT']}"`,
    );
  }
  return {
    data: values.data ?? (env['WEIR_DATA'] || './.weir'),
    host: values.host ?? env['HOST'] ?? '127.0.0.1',
    port,
    admin: httpUrl('--admin', values.admin ?? env['WEIR_ADMIN_URL'] ?? 'http://127.0.0.1:8081'),
    intake: httpUrl('--intake', values.intake ?? env['WEIR_INTAKE_URL'] ?? 'http://127.0.0.1:8085'),
    allowedHosts: values['allow-host'] ?? [],
    keepScoresBytes: keepBytes(
      values['keep-scores-bytes'] ?? env['WEIR_KEEP_SCORES_BYTES'] ?? 'all',
    ),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        host: { type: 'string' },
        port: { type: 'string' },
        admin: { type: 'string' },
        intake: { type: 'string' },
        'allow-host': { type: 'string', multiple: true },
        'keep-scores-bytes': { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

function httpUrl(option: string, text: string): string {
  if (!isHttpUrl(text)) {
    throw usageError(`${option} must be an http URL, not "${text}"`);
  }
  return text.replace(/\/+$/, '');
}

function keepBytes(text: string): number | null {
  if (text === 'all') return null;
  const bytes = Number(text);
  if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw usageError(`--keep-scores-bytes must be "all" or a number of bytes, not "${text}"`);
}

function usageError(message: string): ConsoleError {
  return new ConsoleError('WEIR_CONSOLE_USAGE', message);
}
