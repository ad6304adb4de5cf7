import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InvocationBatch } from '#protocol/messages.ts';
import { systemClock } from '#runtime/ports/system-clock.ts';
import type { Transport } from '#runtime/ports/transport.ts';
import { EmbeddedTransport, type EmbeddedOptions } from '#runtime/transport/embedded-transport.ts';
import { EmbeddedWorkerTransport } from '#runtime/transport/embedded-worker-transport.ts';
import { batchOf, evenRandom, quietObserver, RecordingSink, until } from './kit.ts';

const file = (name: string): string => fileURLToPath(new URL(`embedded/${name}`, import.meta.url));
const options: EmbeddedOptions = {
  functions: ['test/obedient', 'test/quick'],
  module: file('functions.ts'),
  clock: systemClock,
  random: evenRandom,
  observer: quietObserver,
};

let sink: RecordingSink;
let transport: Transport | null;

beforeEach(() => {
  sink = new RecordingSink();
  transport = null;
});

afterEach(async () => {
  expect(sink.reportedInsideSend).toBe(0);
  await transport?.close();
});

function command(id: string, words: string[], type = 'test/obedient', state?: string) {
  const plain = batchOf(
    id,
    words.map((word) => JSON.stringify(word)),
    type,
  );
  const body = Buffer.from(JSON.stringify(state ?? ''));
  let first: InvocationBatch['first'] | null = null;
  for (const word of words.toReversed()) {
    const value = JSON.stringify(word);
    first = { caller: null, typename: 'test/json', value, next: first };
  }
  const slot = {
    name: 'last',
    typename: 'test/json',
    present: state !== undefined,
    body,
    start: 0,
    end: body.length,
  };
  return { ...plain, first: first!, states: [slot] };
}

const said = (text: string): string[] => [JSON.stringify(text)];

describe.each([
  ['in process', EmbeddedTransport.open, 'functions.ts'],
  ['in process, by bytes', EmbeddedTransport.open, 'bytes-only.ts'],
  ['in a worker', EmbeddedWorkerTransport.open, 'functions.ts'],
])('%s', (_what, open, module) => {
  async function ready(more: Partial<EmbeddedOptions> = {}): Promise<Transport> {
    transport = await open({ ...options, module: file(module), ...more });
    return transport;
  }

  test('functions are invoked with messages and state, and answered', async () => {
    await ready();
    const batch = command('a', ['now', 'later'], 'test/obedient', 'state');
    sink.send(transport!, batch);
    // The views end with send: what is written over them must not be seen.
    (batch.states[0]!.body as Buffer).fill(0);
    sink.send(transport!, { ...command('b', ['x'], 'test/quick'), stateCount: 0 });
    sink.send(transport!, command('c', ['x'], 'test/quick'));
    await sink.reports(3);
    const answers = new Map(sink.answers.map((answer) => [answer.token, answer]));
    expect(answers.get('a')!.texts).toEqual([...said('a: state, now'), ...said('a: now, later')]);
    expect(answers.get('b')!.kind).toBe('incomplete');
    expect(answers.get('c')!.texts).toEqual(said('c: nothing, x'));
    expect(transport!.status()).toMatchObject({
      functions: 'test/obedient, test/quick',
      transport: 'weir.embedded.v1/functions',
      state: 'up',
      inFlight: 0,
    });
  });

  test('thousands are answered, each once, while the event loop turns', async () => {
    await ready();
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    for (let i = 0; i < 5000; i++) sink.send(transport!, command(`${i}`, ['x'], 'test/quick'));
    await sink.reports(5000);
    clearInterval(timer);
    expect(new Set(sink.answers.map(({ token }) => token)).size).toBe(5000);
    for (const { token, texts } of sink.answers)
      expect(texts).toEqual(said(`${token}: nothing, x`));
    expect(turns).toBeGreaterThan(2);
  });

  test('a function that throws or hangs fails alone, and is blamed', async () => {
    await ready({ callTimeoutMs: 1000 });
    sink.send(transport!, command('bad', ['throw']));
    sink.send(transport!, command('hung', ['hang']));
    let n = 0;
    const timer = setInterval(() => {
      sink.send(transport!, command(`good-${n++}`, ['x'], 'test/quick'));
    }, 5);
    await until(() => sink.failures.length === 2);
    clearInterval(timer);
    const failures = new Map(sink.failures.map(({ token, failure }) => [token, failure]));
    expect(failures.get('bad')).toMatchObject({
      blame: 'address',
      code: 'WEIR_TRANSPORT_FUNCTION_FAILED',
      message: expect.stringContaining('told to throw') as string,
    });
    expect(failures.get('hung')).toMatchObject({
      blame: 'address',
      code: 'WEIR_TRANSPORT_TIMEOUT',
    });
  });

  test.each([
    ['does not exist', file('missing.ts'), options.functions, /missing/],
    ['exports something else', file('refused.ts'), options.functions, /no functionTypes/],
    ['does not serve all', file('functions.ts'), ['test/other'], /does not serve test\/other/],
  ])('a module that %s is refused', async (_why, path, functions, message) => {
    await expect(open({ ...options, module: path, functions })).rejects.toThrow(
      expect.objectContaining({
        code: 'WEIR_TRANSPORT_EMBEDDED_MODULE',
        message: expect.stringMatching(message) as string,
      }),
    );
  });
});

describe('a worker that dies', () => {
  test('is started again, and what it held is sent again', async () => {
    transport = await EmbeddedWorkerTransport.open(options);
    sink.send(transport, command('deadly', ['exit']));
    for (let i = 0; i < 30; i++) sink.send(transport, command(`${i}`, ['later']));
    await until(() => sink.answers.length === 30);
    expect(new Set(sink.answers.map(({ token }) => token)).size).toBe(30);
    expect(transport.status().failuresByClass['worker']).toBeGreaterThan(0);
  });

  test('over one message parks its address, and no other', async () => {
    // Long enough for several workers to start one after the other on a crowded machine.
    transport = await EmbeddedWorkerTransport.open({ ...options, callTimeoutMs: 10_000 });
    // As the engine does: what is the endpoint's fault is sent again.
    const failed = sink.failed.bind(sink);
    sink.failed = (token, failure) => {
      if (failure.blame === 'address') failed(token, failure);
      else {
        const words = token === 'deadly' ? ['exit'] : ['later'];
        transport!.send(command(token as string, words), token, sink);
      }
    };
    sink.send(transport, command('deadly', ['exit']));
    let n = 0;
    const timer = setInterval(() => {
      if (transport!.status().inFlight < 8) {
        sink.send(transport!, command(`good-${n++}`, ['later']));
      }
    }, 5);
    await until(() => sink.failures.length > 0, 170_000);
    clearInterval(timer);
    expect(sink.failures).toMatchObject([{ token: 'deadly', failure: { blame: 'address' } }]);
    expect(sink.answers.length).toBeGreaterThan(0);
  });

  test('or that never comes out of a loop is ended and started again', async () => {
    transport = await EmbeddedWorkerTransport.open({
      ...options,
      attemptTimeoutMs: 400,
    });
    sink.send(transport, command('stuck', ['spin']));
    for (let i = 0; i < 5; i++) sink.send(transport, command(`${i}`, ['x'], 'test/quick'));
    await until(() => sink.answers.length === 5);
    expect(transport.status().failuresByClass['timeout']).toBeGreaterThan(0);
  });
});
