import { request, type IncomingMessage } from 'node:http';
import { messageOf } from '#protocol/errors.ts';
import { cliErrors } from './errors.ts';
import type { HostAndPort } from './options.ts';

const timeoutMs = 30_000;
/** A state may have values of 32 MiB, which base64 makes a third larger. */
const answerBytesMax = 256 * 2 ** 20;

/** The token is a secret: it comes by environment alone, never by an option. */
function headers(): Record<string, string> {
  const token = process.env['WEIR_ADMIN_TOKEN'];
  const accept = { accept: 'application/json' };
  return token === undefined ? accept : { ...accept, authorization: `Bearer ${token}` };
}

/** `/a/b/c` of any texts; dots are encoded too where a path would be shortened by them. */
export function adminPath(...segments: readonly string[]): string {
  return segments
    .map((segment) => `/${encodeURIComponent(segment).replace(/^\.{1,2}$/, dotsEncoded)}`)
    .join('');
}

function dotsEncoded(dots: string): string {
  return dots.replaceAll('.', '%2E');
}

/**
 * Asks the admin API of a running runtime; resolves to the JSON that it answers. Throws
 * `WEIR_CLI_UNREACHABLE`, or `WEIR_CLI_REFUSED` with the answer's own words.
 */
export async function callAdmin(
  admin: HostAndPort,
  method: 'GET' | 'POST',
  path: string,
): Promise<unknown> {
  const { status, body } = await exchange(admin, method, path);
  let answer: unknown;
  try {
    answer = body === '' ? null : JSON.parse(body);
  } catch {
    const message = `${place(admin)} answered ${status} with something that is not JSON`;
    throw cliErrors.UNREACHABLE(message, { hint: 'Is another server listening there?' });
  }
  if (status >= 200 && status < 300) return answer;
  const { code, message, hint } = (answer ?? {}) as Record<string, unknown>;
  const said = typeof message === 'string' ? message : `status ${status}`;
  const which = typeof code === 'string' ? ` [${code}]` : '';
  throw cliErrors.REFUSED(`${said}${which}`, typeof hint === 'string' ? { hint } : {});
}

function place({ host, port }: HostAndPort): string {
  return `the admin API at ${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function exchange(
  admin: HostAndPort,
  method: string,
  path: string,
): Promise<{ status: number; body: string }> {
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const options = { ...admin, method, path, signal, headers: headers() };
      request(options, resolve).on('error', reject).end();
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > answerBytesMax) throw new Error(`its answer exceeds ${answerBytesMax} bytes`);
      chunks.push(chunk);
    }
    return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? messageOf(cause);
    throw cliErrors.UNREACHABLE(`${place(admin)} does not answer: ${why}`, { cause });
  }
}
