/** Where a state that is new begins to read a topic. */
export type KafkaStart =
  | { readonly type: 'group-offsets' | 'earliest' | 'latest' }
  /** By `topic/partition`. */
  | { readonly type: 'specific-offsets'; readonly offsets: Readonly<Record<string, number>> }
  /** Milliseconds since 1970. */
  | { readonly type: 'date'; readonly dateMs: number };

/** How often a record may come out of a Kafka egress. */
export type KafkaDelivery =
  | { readonly type: 'at-least-once' | 'none' }
  | { readonly type: 'exactly-once'; readonly transactionTimeoutMs: number };
