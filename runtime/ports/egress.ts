/** Where records leave; nothing reaches it before the cut that holds it is committed (E4). */
export interface Egress {
  /** `namespace/name` of the module file. */
  readonly id: string;
  /** True if `publish` ends only when somebody fetches the records: a stop does not wait for it. */
  readonly waitsForReader?: boolean;
  /**
   * Opens the destination. `position` is what the last `publish` that a committed cut knows of
   * returned, or null. Records published after that position by an earlier life of the runtime
   * are given to `publish` again, from the first one on, in the same order but perhaps in batches
   * of other sizes: an exactly-once egress must recognise them. `fresh` is true if there is no
   * committed cut at all: then nothing was ever published, and what the destination holds is
   * somebody else's (a null position alone does not say so: the first cut holds records too).
   */
  open(position: string | null, fresh: boolean, life: EgressLife): Promise<void>;
  /** Throws a `WeirError` if a record can never be published (its address parks). Cheap. */
  validate?(typename: string, value: Uint8Array, start: number, end: number): void;
  /**
   * Publishes one batch, durably, and returns the position behind it. One call at a time. On
   * rejection the same batch is given again after a pause; only a `WeirError` is shown as is.
   */
  publish(batch: EgressBatch): Promise<string>;
  close(): Promise<void>;
}

/** Whose records they are, for egresses that leave a mark of it at their destination. */
export interface EgressLife {
  /** Identity of the state's history. */
  readonly lineage: string;
  readonly epoch: number;
  /** Sequence number of the record that comes next: no number from there on was ever given. */
  nextSequence(): number;
  /** Resolves if this runtime still owns the state; rejects, and stops it, if another one does. */
  confirmOwner(): Promise<void>;
}

export interface EgressBatch {
  /** Sequence number of the first record, counted per egress from 0 in the life of the state. */
  readonly firstSequence: number;
  readonly count: number;
  /** Identity of the state's history; a fork or a restore has another one. */
  readonly lineage: string;
  readonly epoch: number;
  /** The records in order; `value` is a view that is valid for the length of the call. */
  records(): Iterable<EgressRecord>;
}

export interface EgressRecord {
  readonly typename: string;
  readonly value: Uint8Array;
}
