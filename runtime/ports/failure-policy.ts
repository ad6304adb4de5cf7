/** Where messages go that nobody can do anything with. */
export interface DeadLetterTarget {
  /** Egress of the module. */
  readonly egress: string;
  /** The topic, for a Kafka egress, whose records name one; null for others. */
  readonly topic: string | null;
}

/** What becomes of an address whose function can never do the message that is first in its mailbox. */
export type FailurePolicy =
  /** It stops with its messages until a person decides (the default). */
  | { readonly onFailure: 'park' }
  /** The message leaves by an egress, exactly once, and the address goes on with the next. */
  | { readonly onFailure: 'dead-letter'; readonly deadLetter: DeadLetterTarget }
  /** It parks, and the runtime stops after a last commit. */
  | { readonly onFailure: 'stop' };

export const parkPolicy: FailurePolicy = { onFailure: 'park' };
