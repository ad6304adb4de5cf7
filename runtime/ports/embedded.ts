import type { DecodedBatch, OutgoingReply } from '#protocol/messages.ts';

/**
 * Functions in the runtime's own process: the default export of a module of the kind
 * `weir.embedded.v1/functions`. The SDK's `embed(functions)` returns one; the shape is all that
 * counts, so that neither imports the other.
 */
export interface EmbeddedFunctions {
  /** Every function type that is served, `namespace/name`. */
  readonly functionTypes: readonly string[];
  /** `ToFunction` bytes in, `FromFunction` bytes out. Throws, or rejects, if a function does. */
  invoke(body: Buffer): Buffer | Promise<Buffer>;
  /**
   * The same without the bytes between; used in process if it is there. The batch and its slices
   * stay valid until the answer; the values of the answer stay valid until the next turn.
   */
  invokeDecoded?(batch: DecodedBatch): OutgoingReply | Promise<OutgoingReply>;
}
