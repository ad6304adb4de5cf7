import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineFunction, json, on, serve } from '#sdk/index.ts';
import {
  BatchedTransport,
  type BatchedTransportOptions,
} from '#runtime/transport/batched-transport.ts';
import {
  answerAll,
  answerFrame,
  batching,
  batchType,
  echoFrame,
  type BatchHandler,
} from './batch-server.ts';
import {
  answerEcho,
  batchOf,
  common,
  FunctionServer,
  RecordingSink,
  until,
  type Handler,
} from './kit.ts';
import { injected } from '../fault-table/injected.ts';

let server: FunctionServer;
let sink: RecordingSink;
let transport: BatchedTransport | null = null;
let port: number;
let posts: number[];

beforeEach(async () => {
  posts = [];
  server = new FunctionServer(batching(answerAll, posts));
  port = await server.listen();
  sink = new RecordingSink();
});

afterEach(async () => {
  expect(sink.reportedInsideSend).toBe(0);
  await transport?.close();
  transport = null;
  await server.close();
});

function open(options: Partial<BatchedTransportOptions> = {}): BatchedTransport {
  transport = new BatchedTransport({
    ...common,
    kind: 'weir.transports.v1/batched',
    urlPathTemplate: `http://127.0.0.1:${port}/fn`,
    ...options,
  });
  return transport;
}

/** One request by the standard protocol, after which both know of each other. */
async function negotiate(): Promise<void> {
  sink.answers.length = 0;
  sink.send(transport!, batchOf('first'));
  await sink.reports(1);
  sink.answers.length = 0;
}

function sendMany(count: number, value = 'hello', prefix = 'id'): void {
  for (let i = 0; i < count; i++) sink.send(transport!, batchOf(`${prefix}-${i}`, [value]));
}

/** Every one of `count` requests was answered exactly once, each with its own reply. */
function expectAll(count: number): void {
  expect(sink.failures).toEqual([]);
  expect(sink.answers.length).toBe(count);
  expect(new Set(sink.answers.map(({ token }) => token)).size).toBe(count);
  for (const { token, texts, lastReply } of sink.answers) {
    expect(texts[0]).toBe(`${token}:hello`);
    // Of many in one answer, its own: else a parked address would show another one's.
    expect(lastReply?.bodyStart).toContain(`${token}:hello`);
  }
}

/** The first batched POSTs are answered as given, later ones well. */
function firstPosts(times: number, handler: BatchHandler): void {
  let left = times;
  server.handler = batching(
    (response, frames, seen) =>
      left-- > 0 ? handler(response, frames, seen) : answerAll(response, frames, seen),
    posts,
  );
}

describe('batching', () => {
  test('is offered by a header and used once the server has it, too', async () => {
    open();
    await negotiate();
    sendMany(300);
    await sink.reports(300);
    expectAll(300);
    expect(posts[0]).toBe(256);
    expect(posts.reduce((sum, count) => sum + count, 0)).toBe(300);
    const [standard, batched] = server.seen;
    expect(standard!.headers).toMatchObject({
      'weir-batch': '1',
      'content-type': 'application/octet-stream',
      'user-agent': 'statefun',
    });
    expect(batched!.headers).toEqual({
      host: `127.0.0.1:${port}`,
      connection: 'keep-alive',
      'content-type': batchType,
      accept: batchType,
      'accept-encoding': 'identity',
      'user-agent': 'statefun',
      'weir-batch': '1',
      'content-length': String(batched!.body.length),
    });
    expect(transport!.status()).toMatchObject({
      state: 'up',
      transport: 'weir.transports.v1/batched',
      inFlight: 0,
      failuresByClass: {},
    });
  });

  test('gathers by bytes, too; a larger request goes alone', async () => {
    open({ maxPostBytes: 10_000 });
    await negotiate();
    sink.send(transport!, batchOf('large', ['x'.repeat(50_000)]));
    for (let i = 0; i < 10; i++) sink.send(transport!, batchOf(`id-${i}`, ['x'.repeat(3000)]));
    await sink.reports(11);
    expect(sink.answers.length).toBe(11);
    // In which order posts of several connections arrive is not ours to say.
    expect(posts.toSorted()).toEqual([1, 1, 3, 3, 3]);
  });

  test('keeps URLs apart', async () => {
    open({ urlPathTemplate: `http://127.0.0.1:${port}/fn/{function.name}` });
    for (const type of ['test/a', 'test/b']) sink.send(transport!, batchOf(type, ['x'], type));
    await sink.reports(2);
    for (let i = 0; i < 20; i++)
      sink.send(transport!, batchOf(`${i}`, ['x'], `test/${i % 2 ? 'a' : 'b'}`));
    await sink.reports(22);
    expect(posts).toEqual([10, 10]);
    expect(server.seen.map(({ url }) => url).toSorted()).toEqual([
      '/fn/a',
      '/fn/a',
      '/fn/b',
      '/fn/b',
    ]);
  });

  test('works with the SDK, whose answers come as they are done', async () => {
    const text = json<string>('test/json');
    const slow = defineFunction(
      { type: 'test/sdk', state: { seen: text } },
      on(text, async (ctx, value) => {
        if (value === 'slow') await new Promise((resolve) => setTimeout(resolve, 300));
        ctx.send({ type: 'test/out', id: 'x' }, text, value);
      }),
    );
    const functions = await serve([slow], { port: 0 });
    open({ urlPathTemplate: functions.url });
    const batch = (id: string, value: string) => {
      const plain = batchOf(id, [JSON.stringify(value)], 'test/sdk');
      const state = { ...plain.states[0]!, typename: 'test/json' };
      return { ...plain, states: [state], first: { ...plain.first, typename: 'test/json' } };
    };
    sink.send(transport!, batch('first', 'quick'));
    await sink.reports(1);
    sink.send(transport!, batch('slow', 'slow'));
    for (let i = 0; i < 50; i++) sink.send(transport!, batch(`${i}`, 'quick'));
    await sink.reports(52);
    expect(sink.failures).toEqual([]);
    expect(sink.answers.at(-1)).toMatchObject({ token: 'slow', texts: ['"slow"'] });
    await functions.close();
  });
});

describe('a slow or broken request stops only itself', () => {
  test('answers are taken as they come, in any order and in pieces', async () => {
    firstPosts(1, (response, frames) => {
      const rest = frames.toReversed().map(echoFrame);
      const last = rest.pop()!;
      const stream = Buffer.concat(rest);
      for (let at = 0; at < stream.length; at += 17) response.write(stream.subarray(at, at + 17));
      void until(() => sink.answers.length === 9).then(() => response.end(last));
    });
    open();
    await negotiate();
    sendMany(10);
    await sink.reports(10);
    expectAll(10);
    expect(sink.answers.at(-1)!.token).toBe('id-0');
  });

  test('while slow functions keep POSTs open, others go on', async () => {
    const held: (() => void)[] = [];
    firstPosts(6, (response, frames) => {
      response.flushHeaders();
      held.push(() => answerAll(response, frames, server.seen[0]!));
    });
    open();
    await negotiate();
    for (let i = 0; i < 6; i++) {
      sink.send(transport!, batchOf(`slow-${i}`));
      await until(() => posts.length === i + 1);
    }
    sendMany(50);
    await sink.reports(50);
    expectAll(50);
    for (const release of held) release();
    await sink.reports(56);
    expectAll(56);
  });

  test('status 1 is a failed attempt of this request alone, with its reason', async () => {
    server.handler = batching((response, frames) => {
      for (const frame of frames) {
        const isBad = frame.body.includes('poison');
        response.write(
          isBad ? answerFrame(frame.id, 1, Buffer.from('kaputt: ü')) : echoFrame(frame),
        );
      }
      response.end();
    }, posts);
    open({ callTimeoutMs: 800 });
    await negotiate();
    sink.send(transport!, batchOf('bad', ['poison']));
    let n = 0;
    const timer = setInterval(() => sendMany(1, 'hello', `good-${n++}`), 5);
    await until(() => sink.failures.length > 0);
    clearInterval(timer);
    expect(sink.failures).toMatchObject([
      {
        token: 'bad',
        failure: {
          blame: 'address',
          code: 'WEIR_TRANSPORT_FUNCTION_FAILED',
          message: expect.stringContaining('kaputt: ü') as string,
          lastReply: { status: 200, contentType: batchType, bodyStart: 'kaputt: ü' },
        },
      },
    ]);
    expect(transport!.status().state).toBe('up');
  });

  const oneBad: [string, string, (id: number) => Buffer][] = [
    ['garbage', 'undecodable', (id) => answerFrame(id, 0, Buffer.from('garbage!'))],
    ['too large a reply', 'too-large', (id) => answerFrame(id, 0, Buffer.alloc(5000))],
    ['an unknown status', 'protocol', (id) => answerFrame(id, 9, Buffer.alloc(0))],
    ['a missing frame', 'reset', () => Buffer.alloc(0)],
  ];
  test.each(oneBad)('%s', async (_what, failureClass, bad) => {
    injected(10);
    firstPosts(1, (response, frames) => {
      response.end(
        Buffer.concat(frames.map((frame) => (frame.id === 4 ? bad(4) : echoFrame(frame)))),
      );
    });
    open({ payloadMaxBytes: 4096 });
    await negotiate();
    sendMany(10);
    await sink.reports(10);
    expectAll(10);
    expect(posts).toEqual([10, 1]);
    expect(transport!.status().failuresByClass).toEqual({ [failureClass]: 1 });
  });

  test('a request that hangs times out alone', async () => {
    firstPosts(1, (response, frames) => {
      response.write(Buffer.concat(frames.slice(1).map(echoFrame)));
    });
    open({ attemptTimeoutMs: 150 });
    await negotiate();
    sendMany(10);
    await sink.reports(10);
    expectAll(10);
    expect(transport!.status().failuresByClass).toEqual({ timeout: 1 });
    await until(() => server.sockets.size <= 1);
  });
});

/** How a process works that does not keep up: small POSTs pass the large ones. */
const slowly: BatchHandler = (response, frames, seen) => {
  if (frames.length < 20) {
    answerAll(response, frames, seen);
    return;
  }
  let next = 0;
  const timer = setInterval(() => {
    const frame = frames[next++];
    if (frame === undefined || response.destroyed) clearInterval(timer);
    else response.write(echoFrame(frame));
  }, 20);
};

describe('a server that does not keep up', () => {
  test('is to blame for what times out, though others are answered meanwhile', async () => {
    server.handler = batching(slowly, posts);
    open({ attemptTimeoutMs: 2_000, callTimeoutMs: 4_000 });
    await negotiate();
    sendMany(300);
    const others = setInterval(() => sendMany(1, 'hello', `other-${Math.random()}`), 20);
    await until(() => sink.failures.length >= 40).finally(() => clearInterval(others));
    const blamed = sink.failures.map(({ failure }) => failure.blame);
    expect(new Set(blamed)).toEqual(new Set(['endpoint']));
  });
});

describe('a POST that fails as a whole', () => {
  const broken: [string, string, BatchHandler][] = [
    ['a cut body', 'reset', (response) => response.write('x', () => response.socket?.destroy())],
    ['a frame cut by the end', 'reset', (response) => response.end(Buffer.from('ff000000', 'hex'))],
    [
      'an unknown request id',
      'protocol',
      (response) => response.end(answerFrame(999, 0, Buffer.alloc(0))),
    ],
    [
      'an impossible length',
      'protocol',
      (response) => response.end(Buffer.from('010000000000000000', 'hex')),
    ],
  ];
  test.each(broken)('%s is tried again for each request', async (_what, failureClass, handler) => {
    injected(10);
    firstPosts(1, handler);
    open();
    await negotiate();
    sendMany(20);
    await sink.reports(20);
    expectAll(20);
    expect(transport!.status().failuresByClass).toEqual({ [failureClass]: 20 });
  });

  test('an error of a server that knows batching counts for each request', async () => {
    let errors = 2;
    const good = batching(answerAll, posts);
    server.handler = (response, body, seen) => {
      if (seen.headers['content-type'] !== batchType || errors-- <= 0) {
        return good(response, body, seen);
      }
      return response.writeHead(503, { 'weir-batch': '1' }).end('busy');
    };
    open();
    await negotiate();
    sendMany(5);
    await sink.reports(5);
    expectAll(5);
    expect(transport!.status().failuresByClass['status-5xx']).toBeGreaterThanOrEqual(5);
  });

  test.each([400, 415, 500])(
    'status %i of a server that does not know batching means the standard protocol',
    async (status) => {
      open();
      await negotiate();
      server.handler = (response, body, seen) =>
        seen.headers['content-type'] === batchType
          ? response.writeHead(status).end()
          : answerEcho(response, body);
      sendMany(100);
      await sink.reports(100);
      expectAll(100);
      expect(transport!.status()).toMatchObject({ failuresByClass: {}, retries: 0, state: 'up' });
      expect(server.seen.length).toBe(1 + 1 + 100);
      // And back again, when an image that batches returns.
      server.handler = batching(answerAll, posts);
      await negotiate();
      sendMany(100);
      await sink.reports(100);
      expect(posts).toEqual([100]);
    },
  );

  test('200 of a server that does not know batching counts as a failed attempt', async () => {
    open();
    await negotiate();
    server.handler = (response, body, seen) =>
      seen.headers['content-type'] === batchType
        ? response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
        : answerEcho(response, body);
    sendMany(10);
    await sink.reports(10);
    expectAll(10);
    expect(transport!.status().failuresByClass).toEqual({ 'content-type': 10 });
  });

  test('an encoded answer is refused', async () => {
    let left = 1;
    const good = batching(answerAll, posts);
    server.handler = (response, body, seen) =>
      seen.headers['content-type'] === batchType && left-- > 0
        ? response
            .writeHead(200, { 'content-type': batchType, 'content-encoding': 'gzip' })
            .end('x')
        : good(response, body, seen);
    open();
    await negotiate();
    sendMany(3);
    await sink.reports(3);
    expectAll(3);
    expect(transport!.status().failuresByClass).toEqual({ 'content-encoding': 3 });
  });
});

describe('restarts', () => {
  test('nothing is lost or answered twice while the server restarts under load', async () => {
    open();
    await negotiate();
    const total = 6000;
    let sent = 0;
    const timer = setInterval(() => {
      while (sent < total && transport!.status().inFlight < 400) {
        sink.send(transport!, batchOf(`id-${sent++}`));
      }
    }, 1);
    try {
      for (let restart = 1; restart <= 3; restart++) {
        await until(() => sink.answers.length > restart * 1000);
        await server.close();
        // The second one does not know batching.
        const again = new FunctionServer(restart === 2 ? answerEcho : batching(answerAll, posts));
        await again.listen({ port, host: '127.0.0.1' });
        server = again;
      }
      await sink.reports(total);
    } finally {
      clearInterval(timer);
    }
    expectAll(total);
  });

  test('what is sent the moment an endpoint is back carries its own bytes, not those of one let go', async () => {
    open();
    await negotiate();
    await server.close();
    sendMany(20, 'hello', 'held');
    await until(() => transport!.status().state === 'down');
    // So slow that the next one that is held is due to be let go when this one is answered.
    const slowly: Handler = (response, body, seen) => {
      if (seen.headers['content-type'] === batchType)
        batching(answerAll, posts)(response, body, seen);
      else setTimeout(() => batching(answerAll, posts)(response, body, seen), 400);
    };
    const answered = sink.answered.bind(sink);
    let more = 20;
    sink.answered = (token, reply, lastReply) => {
      answered(token, reply, lastReply);
      // As the engine does: from inside the first answer, while the others are still held.
      for (; more > 0; more--) sink.send(transport!, batchOf(`next-${more}`));
    };
    server = new FunctionServer(slowly);
    await server.listen({ port, host: '127.0.0.1' });
    await sink.reports(40);
    expectAll(40);
  });

  test('after an outage both sides negotiate anew: another image may break at a batch', async () => {
    open();
    await negotiate();
    server.handler = (response, body, seen) => {
      if (seen.headers['content-type'] === batchType) response.socket?.destroy();
      else answerEcho(response, body);
    };
    sendMany(50);
    await sink.reports(50);
    expectAll(50);
  });

  test('while the endpoint is down requests wait, and are given back without blame', async () => {
    open({ callTimeoutMs: 700 });
    await negotiate();
    await server.close();
    sendMany(1000);
    await sink.reports(1000);
    expect(sink.failures.length).toBe(1000);
    expect(new Set(sink.failures.map(({ failure }) => failure.blame))).toEqual(
      new Set(['endpoint']),
    );
    expect(transport!.status()).toMatchObject({ state: 'down', inFlight: 0 });
  });
});

test.each([
  { concurrency: 0 },
  { maxRequestsPerPost: 257 },
  { maxPostBytes: 1e9 },
  { freshPosts: 0.5 },
  { callTimeoutMs: NaN },
])('options %j are refused', (bad) => {
  expect(() => open(bad)).toThrow(expect.objectContaining({ code: 'WEIR_TRANSPORT_BAD_OPTION' }));
});
