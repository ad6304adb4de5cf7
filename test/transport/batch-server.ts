import type { ServerResponse } from 'node:http';
import { answerEcho, echo, type Handler, type Seen } from './kit.ts';

export const batchType = 'application/vnd.weir.batch.v1';

/** A batched server written from docs/batched-transport.md alone. */
export interface RequestFrame {
  readonly id: number;
  readonly body: Buffer;
}

export function framesOf(body: Buffer): RequestFrame[] {
  const frames: RequestFrame[] = [];
  for (let at = 0; at < body.length;) {
    const length = body.readUInt32LE(at);
    frames.push({ id: body.readUInt32LE(at + 4), body: body.subarray(at + 8, at + 4 + length) });
    at += 4 + length;
  }
  return frames;
}

export function answerFrame(id: number, status: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(5 + bytes.length, 0);
  head.writeUInt32LE(id, 4);
  head[8] = status;
  return Buffer.concat([head, bytes]);
}

export type BatchHandler = (
  response: ServerResponse,
  frames: RequestFrame[],
  seen: Seen,
) => unknown;

export function echoFrame(frame: RequestFrame): Buffer {
  return answerFrame(frame.id, 0, echo(frame.body));
}

export const answerAll: BatchHandler = (response, frames) => {
  response.end(Buffer.concat(frames.map(echoFrame)));
};

/** Serves both protocols; `onBatch` writes the body of a batched answer. */
export function batching(onBatch: BatchHandler = answerAll, posts: number[] = []): Handler {
  return (response, body, seen) => {
    response.setHeader('weir-batch', '1');
    if (seen.headers['content-type'] !== batchType) {
      answerEcho(response, body);
      return;
    }
    const frames = framesOf(body);
    posts.push(frames.length);
    response.writeHead(200, { 'content-type': batchType });
    onBatch(response, frames, seen);
  };
}
