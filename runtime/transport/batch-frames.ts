import { invocationBatchBytes, writeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import type { InvocationBatch } from '#protocol/messages.ts';

/** `u32 length | u32 request id`, little endian; `length` counts what follows it. */
const requestHeadBytes = 8;
/** `u32 length | u32 request id | u8 status`. */
const answerHeadBytes = 9;
const slabBytes = 256 * 1024;

/** Where a request lies in a slab, without the head of its frame. */
export interface FrameRange {
  readonly slab: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * Writes request frames one behind the other, so that the body of a POST is one range of a slab
 * and nothing is copied again before it is sent. A slab lives as long as a POST or a request of it.
 */
export class FrameWriter {
  #slab = Buffer.allocUnsafeSlow(slabBytes);
  /** Where the open body begins, and where the next frame goes. */
  #start = 0;
  #end = 0;

  /** Bytes of the open body. */
  get bytes(): number {
    return this.#end - this.#start;
  }

  /** Encodes `batch` behind the open body, without making it part of it: see `take`. */
  encode(batch: InvocationBatch): FrameRange {
    try {
      return this.#encoded(batch);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#grow(requestHeadBytes + invocationBatchBytes(batch));
      return this.#encoded(batch);
    }
  }

  #encoded(batch: InvocationBatch): FrameRange {
    const start = this.#end + requestHeadBytes;
    if (start > this.#slab.length) throw new RangeError('no room for the head of a frame');
    return { slab: this.#slab, start, end: writeInvocationBatch(batch, this.#slab, start) };
  }

  /**
   * Makes what `encode` wrote last, or a copy of any other range, the next frame of the open body.
   */
  take(range: FrameRange, requestId: number): void {
    const bytes = range.end - range.start;
    const isNext = range.slab === this.#slab && range.start === this.#end + requestHeadBytes;
    if (!isNext) {
      if (this.#end + requestHeadBytes + bytes > this.#slab.length) {
        this.#grow(requestHeadBytes + bytes);
      }
      range.slab.copy(this.#slab, this.#end + requestHeadBytes, range.start, range.end);
    }
    this.#slab.writeUInt32LE(bytes + 4, this.#end);
    this.#slab.writeUInt32LE(requestId, this.#end + 4);
    this.#end += requestHeadBytes + bytes;
  }

  /** Ends the open body and returns it; the next one begins behind it. */
  seal(): Buffer {
    const body = this.#slab.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return body;
  }

  #grow(frameBytes: number): void {
    const open = this.bytes;
    const larger = Buffer.allocUnsafeSlow(Math.max(slabBytes, 2 * open + frameBytes));
    this.#slab.copy(larger, 0, this.#start, this.#end);
    this.#slab = larger;
    this.#start = 0;
    this.#end = open;
  }
}

/** What a parser of answer frames reports; `body[start, end)` is valid during the call only. */
export interface AnswerFrames {
  frame(requestId: number, status: number, body: Buffer, start: number, end: number): void;
  /** The frame is longer than allowed; its bytes are skipped. */
  tooLarge(requestId: number, bytes: number): void;
  /** The stream makes no sense from here on; nothing more is reported. */
  broken(message: string): void;
}

/**
 * Reads answer frames from a stream in pieces of any size. A frame that lies whole in one piece is
 * reported where it lies; only one that is cut by a boundary is copied.
 */
export class AnswerParser {
  readonly #frames: AnswerFrames;
  readonly #maxBytes: number;
  /** The beginning of a frame that a boundary cut; `#kept` bytes of it are there. */
  #partial: Buffer = Buffer.alloc(0);
  #kept = 0;
  #skip = 0;
  #broken = false;

  /** `maxBytes` limits the reply within one frame. */
  constructor(frames: AnswerFrames, maxBytes: number) {
    this.#frames = frames;
    this.#maxBytes = maxBytes;
  }

  /** Whether the stream may end here. */
  get between(): boolean {
    return this.#kept === 0 && this.#skip === 0;
  }

  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#broken) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
      } else if (this.#kept > 0) {
        at = this.#complete(chunk, at);
      } else {
        at = this.#whole(chunk, at);
      }
    }
  }

  /** Reports the frame at `at` if all of it is there, else keeps what is there. */
  #whole(chunk: Buffer, at: number): number {
    const left = chunk.length - at;
    if (left < answerHeadBytes) {
      this.#keep(chunk, at, answerHeadBytes);
      return chunk.length;
    }
    const frameBytes = this.#frameBytes(chunk, at);
    if (frameBytes === 0) return at + answerHeadBytes;
    if (left < frameBytes) {
      this.#keep(chunk, at, frameBytes);
      return chunk.length;
    }
    this.#report(chunk, at, at + frameBytes);
    return at + frameBytes;
  }

  /** Adds to the kept part until its head, then the whole frame, is complete. */
  #complete(chunk: Buffer, at: number): number {
    const copied = Math.min(this.#partial.length - this.#kept, chunk.length - at);
    chunk.copy(this.#partial, this.#kept, at, at + copied);
    this.#kept += copied;
    if (this.#kept < this.#partial.length) return at + copied;
    const frameBytes = this.#frameBytes(this.#partial, 0);
    if (frameBytes === 0 || frameBytes === this.#partial.length) {
      if (frameBytes > 0) this.#report(this.#partial, 0, frameBytes);
      this.#kept = 0;
      this.#partial = Buffer.alloc(0);
    } else {
      this.#keep(this.#partial, 0, frameBytes); // only its head was there so far
    }
    return at + copied;
  }

  #keep(from: Buffer, at: number, bytes: number): void {
    const partial = Buffer.allocUnsafe(bytes);
    this.#kept = from.copy(partial, 0, at, from.length);
    this.#partial = partial;
  }

  /** Bytes of the frame whose head is at `at`, or 0 if it is to be skipped or is senseless. */
  #frameBytes(body: Buffer, at: number): number {
    const length = body.readUInt32LE(at);
    const requestId = body.readUInt32LE(at + 4);
    const replyBytes = length - (answerHeadBytes - 4);
    if (replyBytes < 0) {
      this.#broken = true;
      this.#frames.broken(`a frame of length ${length}, less than the 5 of its own head`);
      return 0;
    }
    if (replyBytes > this.#maxBytes) {
      this.#skip = replyBytes;
      this.#frames.tooLarge(requestId, replyBytes);
      return 0;
    }
    return length + 4;
  }

  #report(body: Buffer, start: number, end: number): void {
    const requestId = body.readUInt32LE(start + 4);
    this.#frames.frame(requestId, body[start + 8]!, body, start + answerHeadBytes, end);
  }

  /** No more frames are wanted. */
  stop(): void {
    this.#broken = true;
  }
}
