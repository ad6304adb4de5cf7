import type { EmbeddedFunctions } from '#runtime/ports/embedded.ts';
import { messageOf } from '#protocol/errors.ts';

/** What goes to the worker and comes back: frames as in docs/batched-transport.md, transferred. */
export interface WorkerFrames {
  readonly frames: ArrayBuffer;
  /** Bytes of `frames` that count. */
  readonly bytes: number;
}

const requestHeadBytes = 8;
const answerHeadBytes = 9;
const firstBytes = 64 * 1024;
/** How long calls that never wait may keep the answers of others back. */
const sliceMs = 5;

/** The worker's side: makes the calls and gathers the answers of a turn into one buffer. */
export class FrameServer {
  readonly #functions: EmbeddedFunctions;
  readonly #post: (answers: WorkerFrames) => void;
  #out = Buffer.from(new ArrayBuffer(firstBytes));
  #end = 0;
  #scheduled = false;

  constructor(functions: EmbeddedFunctions, post: (answers: WorkerFrames) => void) {
    this.#functions = functions;
    this.#post = post;
  }

  receive({ frames, bytes }: WorkerFrames): void {
    const body = Buffer.from(frames, 0, bytes);
    let sliceEndsAt = performance.now() + sliceMs;
    for (let at = 0, count = 0; at < bytes; count++) {
      const end = at + 4 + body.readUInt32LE(at);
      this.#call(body.readUInt32LE(at + 4), body.subarray(at + requestHeadBytes, end));
      at = end;
      if ((count & 15) === 15 && performance.now() > sliceEndsAt) {
        this.#flush();
        sliceEndsAt = performance.now() + sliceMs;
      }
    }
    this.#flush();
  }

  #call(id: number, request: Buffer): void {
    try {
      const reply = this.#functions.invoke(request);
      if (!('then' in reply)) {
        this.#answer(id, 0, reply);
        return;
      }
      reply.then(
        (bytes) => {
          this.#answerLater(id, 0, bytes);
        },
        (error: unknown) => {
          this.#answerLater(id, 1, Buffer.from(messageOf(error)));
        },
      );
    } catch (error) {
      this.#answer(id, 1, Buffer.from(messageOf(error)));
    }
  }

  #answerLater(id: number, status: number, bytes: Buffer): void {
    this.#answer(id, status, bytes);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #answer(id: number, status: number, bytes: Uint8Array): void {
    const end = this.#end + answerHeadBytes + bytes.length;
    if (end > this.#out.length) {
      const larger = Buffer.from(new ArrayBuffer(Math.max(2 * this.#out.length, end)));
      this.#out.copy(larger, 0, 0, this.#end);
      this.#out = larger;
    }
    this.#out.writeUInt32LE(5 + bytes.length, this.#end);
    this.#out.writeUInt32LE(id, this.#end + 4);
    this.#out[this.#end + 8] = status;
    this.#out.set(bytes, this.#end + answerHeadBytes);
    this.#end = end;
  }

  #flush(): void {
    if (this.#end === 0) return;
    const frames = this.#out.buffer;
    const bytes = this.#end;
    // As large as this one turned out to be: the next turn is likely to be like it.
    this.#out = Buffer.from(new ArrayBuffer(Math.max(firstBytes, bytes + (bytes >> 2))));
    this.#end = 0;
    this.#post({ frames, bytes });
  }
}
