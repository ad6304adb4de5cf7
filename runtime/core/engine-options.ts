import type { Clock } from '../ports/clock.ts';
import type { Lane } from './lane.ts';

/** An egress as the engine knows it. */
export interface EgressTarget {
  readonly id: string;
  /** Throws a `WeirError` for a record that can never be published. */
  readonly validate?:
    ((typename: string, value: Uint8Array, start: number, end: number) => void) | undefined;
}

export interface IngressSource {
  readonly id: string;
  readonly idempotency: { readonly keysMax: number; readonly ttlMs: number };
}

/** Bounds of the engine's queues (E7). */
export interface EngineLimits {
  /** Undelivered messages (parked addresses apart) at which the ingress pauses. */
  readonly queuedMessagesMax: number;
  readonly queuedBytesMax: number;
  /** The same for parked addresses; and for delayed messages, whose bound pauses as well. */
  readonly parkedMessagesMax: number;
  readonly parkedBytesMax: number;
  readonly delayedMessagesMax: number;
  readonly delayedBytesMax: number;
  /** Bytes of pending egress, and of changes that no committed cut holds yet. */
  readonly egressBytesMax: number;
  readonly uncommittedBytesMax: number;
  /** Waiting messages beyond which they are written ahead of the cut, to keep taking it quick. */
  readonly freshMessagesMax: number;
}

export const defaultLimits: EngineLimits = {
  queuedMessagesMax: 10_000,
  queuedBytesMax: 64 << 20,
  parkedMessagesMax: 1_000_000,
  parkedBytesMax: 512 << 20,
  delayedMessagesMax: 5_000_000,
  delayedBytesMax: 1 << 30,
  egressBytesMax: 64 << 20,
  uncommittedBytesMax: 256 << 20,
  freshMessagesMax: 1024,
};

/** Told of what happens; every method is cheap and must not throw. */
export interface EngineObserver {
  /** One request was answered with effects: its messages, and the time from send to answer. */
  invoked(functionType: string, messages: number, latencyMs: number): void;
  parked(functionType: string, id: string, code: string, reason: string): void;
  /** A message left as a dead letter by the policy of its endpoint. */
  deadLettered?(functionType: string, id: string, code: string, reason: string): void;
}

export interface EngineOptions {
  readonly clock: Clock;
  /** The lane of the endpoint that serves a function type, or null if none does. */
  readonly laneOf: (functionType: string) => Lane | null;
  readonly egresses: readonly EgressTarget[];
  readonly ingresses: readonly IngressSource[];
  readonly limits?: Partial<EngineLimits>;
  readonly observer?: EngineObserver;
}
