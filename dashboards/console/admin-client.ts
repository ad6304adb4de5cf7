import { ConsoleError } from './errors.ts';

const timeoutMs = 2_000;
/** An action is answered when it is in a committed cut. */
const actionTimeoutMs = 15_000;
const bodyBytesMax = 8 * 1024 * 1024;

export interface AdminAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: string;
}

/** The runtime's admin API, with the token of the environment where it needs one. */
export class AdminClient {
  private readonly url: string;
  private readonly token = process.env['WEIR_ADMIN_TOKEN'];

  /** Without a slash at the end. */
  constructor(url: string) {
    this.url = url;
  }

  /** Null if nobody answers. */
  async get(path: string): Promise<AdminAnswer | null> {
    try {
      return await this.ask('GET', path, timeoutMs);
    } catch {
      return null;
    }
  }

  /** The JSON of an answer; rejects with a ConsoleError that says what the runtime said. */
  async json(path: string): Promise<unknown> {
    return this.parsed('GET', path, await this.get(path));
  }

  /** Has something done; rejects with a ConsoleError. */
  async act(path: string): Promise<unknown> {
    const answer = await this.ask('POST', path, actionTimeoutMs).catch(() => null);
    return this.parsed('POST', path, answer);
  }

  private async ask(method: string, path: string, limitMs: number): Promise<AdminAnswer> {
    const response = await fetch(this.url + path, {
      method,
      signal: AbortSignal.timeout(limitMs),
      headers: this.token === undefined ? {} : { authorization: `Bearer ${this.token}` },
    });
    const body = await response.text();
    if (body.length > bodyBytesMax) throw new Error('the answer is too large');
    return { ok: response.ok, status: response.status, body };
  }

  private parsed(method: string, path: string, answer: AdminAnswer | null): unknown {
    if (answer === null) {
      const what = `The runtime did not answer ${method} ${path}.`;
      throw new ConsoleError('WEIR_CONSOLE_RUNTIME_DOWN', what);
    }
    const parsed = jsonOf(answer.body);
    if (answer.ok) return parsed;
    const { code, message } = (parsed ?? {}) as { code?: string; message?: string };
    const said = message === undefined ? `status ${answer.status}` : `${message} (${code})`;
    const problem = answer.status === 404 ? 'WEIR_CONSOLE_NOT_FOUND' : 'WEIR_CONSOLE_REFUSED';
    throw new ConsoleError(problem, `The runtime refused: ${said}.`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
