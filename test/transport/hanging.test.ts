import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BatchedTransport } from '#runtime/transport/batched-transport.ts';
import { HttpTransport } from '#runtime/transport/http-transport.ts';
import { decodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import type { Transport } from '#runtime/ports/transport.ts';
import { batching, echoFrame } from './batch-server.ts';
import { answerEcho, batchOf, common, FunctionServer, RecordingSink, until } from './kit.ts';

/*
 * More addresses hang than there are connections at a time. The others must be answered long before
 * the first attempt of those times out, after a minute.
 */
const hanging = 200;
const others = 2_000;

let server: FunctionServer;
let port: number;
let sink: RecordingSink;
let transport: Transport | null = null;

beforeEach(async () => {
  server = new FunctionServer();
  port = await server.listen();
  sink = new RecordingSink();
});
afterEach(async () => {
  await transport?.close();
  transport = null;
  await server.close();
});

const hangs = (body: Buffer): boolean => decodeInvocationBatch(body).target.id.startsWith('hangs');

/** As the engine does: as many as there is room for, in order; those that hang are among them. */
async function sendAll(transport: Transport): Promise<void> {
  const ids = Array.from({ length: others }, (_, i) => `other-${i}`);
  for (let i = 0; i < hanging; i++) ids.splice(1 + i * 7, 0, `hangs-${i}`);
  // The first tells whether the server takes batches.
  let sent = 1;
  sink.send(transport, batchOf(ids[0]!));
  await until(() => sink.answers.length === 1);
  const end = Date.now() + 50_000;
  while (sink.answers.length < others) {
    if (Date.now() > end) throw new Error(`${sink.answers.length} of ${others} were answered`);
    while (sent < ids.length && sent - sink.answers.length < transport.concurrency) {
      sink.send(transport, batchOf(ids[sent++]!));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(sink.failures).toEqual([]);
  await until(() => sent === ids.length);
}

describe('addresses that hang take no places from the others', () => {
  test('by the standard protocol', async () => {
    server.handler = (response, body) => {
      if (!hangs(body)) answerEcho(response, body);
    };
    const urlPathTemplate = `http://127.0.0.1:${port}/`;
    transport = new HttpTransport({ ...common, urlPathTemplate });
    await sendAll(transport);
    expect(transport.concurrency).toBeGreaterThan(64);
    expect(transport.concurrency).toBeLessThanOrEqual(1_024);
  });

  test('in batches', async () => {
    server.handler = batching((response, frames) => {
      let left = 0;
      for (const frame of frames) {
        if (hangs(frame.body)) left++;
        else response.write(echoFrame(frame));
      }
      if (left === 0) response.end();
    });
    const urlPathTemplate = `http://127.0.0.1:${port}/`;
    // As where few come at a time: each that hangs keeps a POST of its own.
    transport = new BatchedTransport({ ...common, urlPathTemplate, maxRequestsPerPost: 1 });
    await sendAll(transport);
    // Those of whom one knows it, when all 64 places were taken.
    expect(transport.concurrency).toBeGreaterThanOrEqual(1_024);
  });
});
