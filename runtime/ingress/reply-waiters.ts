import type { Clock } from '../ports/clock.ts';
import type { CommittedReply } from '../ports/ingress.ts';

/** Why a wait ended. */
type ReplyOutcome = CommittedReply | 'timeout' | 'stopping' | 'gone';

/** Requests that wait for a function's answer, by the id that the answer will carry. */
export class ReplyWaiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<(outcome: ReplyOutcome) => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#waiting.size;
  }

  /** Several requests may wait for the same reply: those with the same idempotency key. */
  wait(replyTo: string, timeoutMs: number, gone: AbortSignal): Promise<ReplyOutcome> {
    return new Promise((resolve) => {
      const waiters = this.#waiting.get(replyTo) ?? new Set();
      this.#waiting.set(replyTo, waiters);
      const leave = () => finish('gone');
      const timer = this.#clock.setTimer(timeoutMs, () => finish('timeout'));
      const finish = (outcome: ReplyOutcome) => {
        timer.cancel();
        gone.removeEventListener('abort', leave);
        waiters.delete(finish);
        if (waiters.size === 0) this.#waiting.delete(replyTo);
        resolve(outcome);
      };
      waiters.add(finish);
      gone.addEventListener('abort', leave);
      if (gone.aborted) leave();
    });
  }

  /** A reply that nobody waits for is none of this process's business: the engine remembers it. */
  deliver(reply: CommittedReply): void {
    for (const finish of [...(this.#waiting.get(reply.replyTo) ?? [])]) finish(reply);
  }

  stop(): void {
    for (const waiters of [...this.#waiting.values()]) {
      for (const finish of [...waiters]) finish('stopping');
    }
  }
}
