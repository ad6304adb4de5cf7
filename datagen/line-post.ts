import { messageOf } from '#protocol/errors.ts';
import { datagenErrors } from './errors.ts';
import { pause } from './pause.ts';

/** A server that gives no answer, or the answer that it has failed, gets so long to recover. */
const patienceMs = 90_000;
const answerMs = 60_000;
const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** Of an answer so much is told. */
const toldChars = 300;

/** How a request ended: taken, to be sent again, or, by an error that is thrown, never. */
type Outcome =
  'taken' | { readonly problem: string; readonly full: boolean; readonly pauseMs: number | null };

/** Posts lines until they are taken. */
export class LinePost {
  /** Why the request under way was not taken yet; null: it was, or none is under way. */
  problem: string | null = null;

  /**
   * Sends `lines` (newline-delimited JSON) with this `Idempotency-Key` until the server takes them:
   * true, or false if the signal comes first. A server that says it is full (429, 503) is asked
   * again for as long as it says so. Throws WEIR_DATAGEN_NOT_SENT.
   */
  async send(url: string, lines: string, key: string, signal: AbortSignal): Promise<boolean> {
    let pauseMs = firstPauseMs;
    let failingSinceMs: number | null = null;
    try {
      for (;;) {
        const outcome = await this.#once(url, lines, key);
        if (outcome === 'taken') return true;
        if (signal.aborted) return false;
        this.problem = outcome.problem;
        failingSinceMs = outcome.full ? null : (failingSinceMs ?? performance.now());
        if (failingSinceMs !== null && performance.now() - failingSinceMs > patienceMs) {
          throw datagenErrors.NOT_SENT(`${outcome.problem}, for ${patienceMs / 1000} s`);
        }
        // Not all generators at once, where several wait for the same server.
        await pause(outcome.pauseMs ?? pauseMs * (0.5 + Math.random()), signal);
        if (signal.aborted) return false;
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    } finally {
      this.problem = null;
    }
  }

  async #once(url: string, body: string, key: string): Promise<Outcome> {
    let response;
    let text;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': key },
        body,
        // Where a redirect leads nobody has agreed to.
        redirect: 'manual',
        // A stop does not give up a request that may have been taken.
        signal: AbortSignal.timeout(answerMs),
      });
      text = (await response.text()).slice(0, toldChars).trim();
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return { problem: `${url}: ${messageOf(cause)}`, full: false, pauseMs: null };
    }
    const { status } = response;
    if (response.ok) return 'taken';
    const problem = `${url} answered ${status}: ${text}`;
    const again = status >= 500 || [408, 425, 429].includes(status);
    if (!again) throw datagenErrors.NOT_SENT(problem);
    const seconds = Number(response.headers.get('retry-after') ?? NaN);
    const pauseMs = seconds >= 0 ? Math.min(longestPauseMs, seconds * 1000) : null;
    return { problem, full: status === 429 || status === 503, pauseMs };
  }
}
