import { messageOf, WeirError } from '#protocol/errors.ts';
import type { Clock } from './clock.ts';
import { pause } from './pause.ts';

/** How a connector waits at its start for a service that is not there yet. */
export interface Patience {
  readonly clock: Clock;
  /** How long the service may be out of reach, milliseconds. */
  readonly startBudgetMs: number;
  readonly retryMs: number;
  /** Somebody wants no more of it. */
  readonly ended: AbortSignal;
  /** Who waits for whom: the beginning of the last error. */
  readonly what: string;
  /** An attempt failed; another one follows. */
  failed(error: unknown): void;
  /** The error when the budget is spent. */
  unreachable(message: string, options: { readonly cause: unknown }): WeirError;
}

/**
 * What `attempt` gives once it succeeds. A `WeirError` is no matter of time (a position that is
 * wrong, say), and is thrown at once.
 */
export async function patiently<T>(attempt: () => Promise<T>, patience: Patience): Promise<T> {
  const { clock, startBudgetMs, retryMs, ended, what } = patience;
  const until = clock.monotonic() + startBudgetMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof WeirError || ended.aborted) throw error;
      if (clock.monotonic() >= until) {
        throw patience.unreachable(`${what}: ${messageOf(error)}`, { cause: error });
      }
      patience.failed(error);
      await pause(clock, retryMs, ended);
      if (ended.aborted) throw error;
    }
  }
}
