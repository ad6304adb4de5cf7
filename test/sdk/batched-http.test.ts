import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeReply } from '#protocol/codec/reply.ts';
import { defineFunction, int, long, on, serve, string } from '#sdk/index.ts';
import type { RunningServer } from '#sdk/index.ts';
import { silentLogger } from '#sdk/logger.ts';
import { request } from './requests.ts';

const batchType = 'application/vnd.weir.batch.v1';

let release = Promise.withResolvers<void>();
let handled = 0;
const worker = defineFunction(
  { type: 'example/worker' },
  on(string, (ctx, text) => {
    if (text === 'fail') throw new Error('as asked');
    handled++;
    ctx.egress('example/out', string, text);
  }),
  on(int, async (ctx, value) => {
    await release.promise;
    ctx.egress('example/out', int, value);
  }),
  // A handler that never waits, and takes its time.
  on(long, (ctx, value) => {
    const endMs = performance.now() + 6;
    while (performance.now() < endMs);
    handled++;
    ctx.egress('example/out', long, value);
  }),
);

const text = (value: string) => request(worker.at(value), [], [{ type: string, value }]);
const waiting = (value: number) => request(worker.at('w'), [], [{ type: int, value }]);
const busy = (value: bigint) => request(worker.at('b'), [], [{ type: long, value }]);

function framesOf(requests: readonly (readonly [number, Buffer])[]): Buffer {
  return Buffer.concat(
    requests.flatMap(([id, body]) => {
      const head = Buffer.alloc(8);
      head.writeUInt32LE(4 + body.length, 0);
      head.writeUInt32LE(id, 4);
      return [head, body];
    }),
  );
}

interface AnswerFrame {
  readonly id: number;
  readonly status: number;
  readonly bytes: Buffer;
}

/** Reads frames as they arrive; calls `seen` for each. */
async function readFrames(response: IncomingMessage, seen?: (frame: AnswerFrame) => void) {
  const frames: AnswerFrame[] = [];
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE(0)) {
      const end = 4 + rest.readUInt32LE(0);
      const frame = { id: rest.readUInt32LE(4), status: rest[8]!, bytes: rest.subarray(9, end) };
      frames.push(frame);
      seen?.(frame);
      rest = rest.subarray(end);
    }
  }
  expect(rest).toHaveLength(0);
  return frames;
}

async function post(server: RunningServer, body: Buffer): Promise<IncomingMessage> {
  const headers = { 'content-type': batchType };
  const outgoing = httpRequest(server.url, { method: 'POST', headers }).end(body);
  return ((await once(outgoing, 'response')) as [IncomingMessage])[0];
}

function textIn({ bytes }: AnswerFrame): string {
  const reply = decodeReply(bytes);
  const value = reply.kind === 'effects' ? reply.egress[0]?.value : undefined;
  return value === undefined ? '' : string.decode(value.body, value.start, value.end);
}

let server: RunningServer | null = null;
afterEach(async () => {
  release.resolve();
  await server?.close();
});

async function start(framework: 'http' | 'fastify', options = {}): Promise<RunningServer> {
  release = Promise.withResolvers();
  handled = 0;
  const settings = { port: 0, framework, logger: silentLogger, ...options };
  return (server = await serve([worker], settings));
}

describe.each(['http', 'fastify'] as const)('batched frames by %s', (framework) => {
  it('answers each request by its id', async () => {
    const body = framesOf([
      [7, text('a')],
      [4294967295, text('b')],
      [0, text('ü')],
    ]);
    const response = await post(await start(framework), body);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe(batchType);
    expect(response.headers['weir-batch']).toBe('1');
    const frames = await readFrames(response);
    expect(frames.map((frame) => [frame.id, frame.status, textIn(frame)])).toEqual([
      [7, 0, 'a'],
      [4294967295, 0, 'b'],
      [0, 0, 'ü'],
    ]);
  });

  it('fails only the request that fails', async () => {
    const noRequest = Buffer.from('nonsense');
    const body = framesOf([
      [1, text('a')],
      [2, text('fail')],
      [3, noRequest],
      [4, Buffer.alloc(0)],
      [5, text('b')],
    ]);
    const frames = await readFrames(await post(await start(framework), body));
    expect(frames.map(({ id, status }) => [id, status])).toEqual([
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 0],
    ]);
    expect(frames[1]?.bytes.toString()).toBe(
      'WEIR_SDK_HANDLER_FAILED at example/worker/fail on io.statefun.types/string: as asked',
    );
    expect(frames[2]?.bytes.toString()).toContain('WEIR_PROTOCOL');
  });

  it('sends what is done while another request still waits', async () => {
    const body = framesOf([
      [1, waiting(1)],
      [2, text('a')],
      [3, text('fail')],
    ]);
    const ids: number[] = [];
    const response = await post(await start(framework), body);
    await readFrames(response, ({ id }) => {
      ids.push(id);
      if (ids.length === 2) release.resolve();
    });
    expect(ids).toEqual([2, 3, 1]);
  });

  it('lets others through between handlers that never wait', async () => {
    const running = await start(framework);
    const many = Array.from({ length: 30 }, (_, i) => [i, busy(BigInt(i))] as const);
    let healthyAfter = -1;
    const ids: number[] = [];
    const response = await post(running, framesOf(many));
    const health = fetch(`${running.url}health`).then(() => (healthyAfter = ids.length));
    await readFrames(response, ({ id }) => ids.push(id));
    await health;
    expect(ids).toEqual(many.map(([id]) => id));
    expect(healthyAfter).toBeLessThan(30);
  });

  it('works POSTs off in the order in which they came', async () => {
    const running = await start(framework);
    const many = Array.from({ length: 30 }, (_, i) => [i, busy(BigInt(i))] as const);
    const first = await post(running, framesOf(many)); // its answer has begun, and is far from done
    const second = await post(running, framesOf([[0, text('behind')]]));
    expect(handled).toBe(31);
    const [before, behind] = await Promise.all([readFrames(first), readFrames(second)]);
    expect(before).toHaveLength(30);
    expect(behind.map(textIn)).toEqual(['behind']);
  });

  it.each([
    ['no frame', Buffer.alloc(0)],
    ['a cut frame head', framesOf([[1, text('a')]]).subarray(0, 6)],
    ['a cut frame', framesOf([[1, text('a')]]).subarray(0, -1)],
    ['a frame without an id', Buffer.from([3, 0, 0, 0, 0, 0, 0, 0])],
    ['a length beyond the body', Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])],
  ])('refuses %s, running nothing', async (_what, body) => {
    const whole = framesOf([[9, text('first')]]);
    const response = await post(
      await start(framework),
      body.length === 0 ? body : Buffer.concat([whole, body]),
    );
    expect(response.statusCode).toBe(400);
    response.resume();
    expect(handled).toBe(0);
  });

  it('stops when the runtime hangs up', async () => {
    const running = await start(framework);
    const many = Array.from({ length: 200 }, (_, i) => [i, busy(BigInt(i))] as const);
    const response = await post(running, framesOf(many));
    response.destroy();
    await running.close();
    let before: number;
    do {
      before = handled;
      await pause(30);
    } while (handled !== before);
    expect(handled).toBeLessThan(200);
  });
});
