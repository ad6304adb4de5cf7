import { ConsoleError } from './errors.ts';

const timeoutMs = 15_000;

/** Writes records into the runtime's HTTP ingress: what people say on the page. */
export class Intake {
  private readonly url: string;

  /** Without a slash at the end. */
  constructor(url: string) {
    this.url = url;
  }

  /**
   * Resolves when the record is durable (E4). The same key again changes nothing. Rejects with a
   * ConsoleError that says what the runtime said.
   */
  async write(path: string, record: object, idempotencyKey: string): Promise<void> {
    let response: Response;
    try {
      response = await fetch(this.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(record),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      const what = `The runtime took no record at ${this.url}${path} (${String(error)}).`;
      throw new ConsoleError('WEIR_CONSOLE_RUNTIME_DOWN', what);
    }
    const text = await response.text();
    if (response.ok) return;
    throw new ConsoleError('WEIR_CONSOLE_REFUSED', `The runtime refused: ${text.slice(0, 500)}`);
  }
}
