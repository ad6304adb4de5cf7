import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineFunction, int, json, long, on, string, testHarness } from '#sdk/index.ts';

interface Score {
  readonly total: number;
}
const score = json<Score>('example/Score');

const counter = defineFunction(
  {
    type: 'example/counter',
    state: {
      count: int,
      recent: int.expiresAfterWrite('1 min'),
      idle: int.expiresAfterInvoke(1000),
    },
  },
  on(string, (ctx, text) => {
    ctx.state.count = (ctx.state.count ?? 0) + 1;
    if (text === 'mark') {
      ctx.state.recent = ctx.state.count;
      ctx.state.idle = ctx.state.count;
    }
    ctx.send(ledger.at('all'), int, ctx.state.count);
    if (ctx.caller !== null) ctx.reply(string, `counted ${text}`);
  }),
);

const ledger = defineFunction(
  { type: 'example/ledger', state: { total: int } },
  on(int, (ctx, count) => {
    ctx.state.total = (ctx.state.total ?? 0) + count;
    ctx.egress('example/scores', score, { total: ctx.state.total });
    ctx.kafkaEgress('example/kafka', { topic: 'scores', key: ctx.self.id, value: `é${count}` });
    ctx.kafkaEgress('example/kafka', { topic: 'typed', type: score, value: { total: count } });
    ctx.kinesisEgress('example/kinesis', { stream: 's', partitionKey: 'p', value: Buffer.of(1) });
  }),
);

const reminder = defineFunction(
  { type: 'example/reminder', state: { fired: json<string[]>('example/Fired') } },
  on(string, (ctx, text) => {
    const [action, token = ''] = text.split(' ');
    if (action === 'remind') ctx.sendAfter('10 min', ctx.self, long, 1n, { token });
    if (action === 'twice') {
      ctx.sendAfter('10 min', ctx.self, string, 'fired second');
      ctx.sendAfter('5 min', ctx.self, string, 'fired first');
      ctx.sendAfter('10 min', ctx.self, string, 'fired third');
    }
    if (action === 'cancel') ctx.cancel(token);
    if (action === 'fired') (ctx.state.fired ??= []).push(token);
    if (action === 'outside') ctx.sendAfter(5, { type: 'other/place', id: '1' }, int, 3);
  }),
  on(long, (ctx) => {
    ctx.state.fired = [...(ctx.state.fired ?? []), 'reminder'];
  }),
);

describe('testHarness', () => {
  it('runs several functions wired together', async () => {
    const harness = testHarness([counter, ledger]);
    await harness.send(counter.at('a'), string, 'x');
    await harness.send(counter.at('a'), string, 'y');
    await harness.send(counter.at('b'), string, 'z');
    expect(harness.state(counter.at('a')).count).toBe(2);
    expectTypeOf(harness.state(counter.at('a')).count).toEqualTypeOf<number | undefined>();
    expect(harness.state(ledger.at('all'))).toEqual({ total: 4 });
    expect(harness.egress('example/scores', score)).toEqual([
      { total: 1 },
      { total: 3 },
      { total: 4 },
    ]);
    expect(harness.egress('example/none')).toEqual([]);
  });

  it('decodes Kafka and Kinesis records', async () => {
    const harness = testHarness([counter, ledger]);
    await harness.send(counter.at('a'), string, 'x');
    const [plain, typed] = harness.kafkaEgress('example/kafka');
    expect([plain?.topic, plain?.key, plain?.text()]).toEqual(['scores', 'all', 'é1']);
    expect([typed?.topic, typed?.key, typed?.as(score)]).toEqual(['typed', null, { total: 1 }]);
    const [kinesis] = harness.kinesisEgress('example/kinesis');
    expect(kinesis).toMatchObject({ stream: 's', partitionKey: 'p', bytes: Buffer.of(1) });
    expect(() => harness.kafkaEgress('example/scores')).toThrow('example/Score');
  });

  it('collects replies and messages to other functions', async () => {
    const harness = testHarness([counter, ledger]);
    const caller = { type: 'test/me', id: '1' };
    await harness.send(counter.at('a'), string, 'x', { caller });
    const [reply, ...others] = harness.sent(caller);
    expect(others).toEqual([]);
    expect([reply?.as(string), reply?.from]).toEqual(['counted x', counter.at('a')]);
    expect(() => reply?.as(int)).toThrow('of type io.statefun.types/string');
    expect(harness.sent()).toHaveLength(1);
  });

  it('puts waiting messages into batches', async () => {
    const harness = testHarness([counter, ledger], { batchSize: 10 });
    const message = { to: counter.at('a'), type: string, value: 'x' };
    await harness.sendAll(Array.from({ length: 25 }, () => message));
    expect(harness.state(counter.at('a')).count).toBe(25);
  });

  it('fires delayed messages at their time, in order', async () => {
    const harness = testHarness([reminder], { now: 1000 });
    const at = reminder.at('r');
    await harness.send(at, string, 'twice');
    expect(harness.delayedCount).toBe(3);
    await harness.advance('4 min');
    expect(harness.state(at)).toEqual({});
    await harness.advance('6 min');
    expect(harness.state(at).fired).toEqual(['first', 'second', 'third']);
    expect([harness.now, harness.delayedCount]).toEqual([1000 + 600_000, 0]);
  });

  it('cancels by token and address', async () => {
    const harness = testHarness([reminder]);
    await harness.send(reminder.at('a'), string, 'remind t');
    await harness.send(reminder.at('b'), string, 'cancel t');
    await expect(harness.send(reminder.at('a'), string, 'remind t')).rejects.toThrow('token "t"');
    await harness.send(reminder.at('a'), string, 'cancel t');
    await harness.send(reminder.at('a'), string, 'remind t');
    expect(harness.delayedCount).toBe(1);
    await harness.advance('1 day');
    expect(harness.state(reminder.at('a')).fired).toEqual(['reminder']);
    await harness.send(reminder.at('a'), string, 'outside');
    await harness.advance(5);
    expect(harness.sent({ type: 'other/place', id: '1' })[0]?.as(int)).toBe(3);
  });

  it('lets states expire after the last write, or the last invocation', async () => {
    const harness = testHarness([counter, ledger]);
    const at = counter.at('a');
    await harness.send(at, string, 'mark');
    for (let i = 0; i < 3; i++) {
      await harness.advance(999);
      await harness.send(at, string, 'x');
    }
    expect(harness.state(at)).toEqual({ count: 4, recent: 1, idle: 1 });
    await harness.advance(1000);
    expect(harness.state(at)).toEqual({ count: 4, recent: 1 });
    await harness.send(at, string, 'x');
    await harness.advance('1 min');
    expect(harness.state(at)).toEqual({ count: 5 });
  });

  it('begins with given states', async () => {
    const harness = testHarness([counter, ledger]);
    harness.setState(counter.at('a'), { count: 41, recent: 1 });
    await harness.send(counter.at('a'), string, 'x');
    expect(harness.state(counter.at('a'))).toEqual({ count: 42, recent: 1 });
    await harness.advance('1 min');
    harness.setState(counter.at('a'), { count: undefined });
    expect(harness.state(counter.at('a'))).toEqual({});
    // @ts-expect-error -- not declared
    expect(() => harness.setState(counter.at('a'), { cuont: 1 })).toThrow('cuont');
  });

  it('finds endless loops', async () => {
    const loop = defineFunction(
      { type: 'example/loop' },
      on(int, (ctx, value) => ctx.send(ctx.self, int, value)),
    );
    const harness = testHarness([loop], { maxSteps: 50 });
    await expect(harness.send(loop.at('1'), int, 1)).rejects.toThrow('after 50 batches');
  });

  it('rejects with what a handler threw, and applies nothing of its batch', async () => {
    const failing = defineFunction(
      { type: 'example/failing', state: { count: int } },
      on(int, (ctx, value) => {
        ctx.state.count = value;
        ctx.egress('example/out', int, value);
        if (value === 2) throw new Error('two is too many');
      }),
    );
    const harness = testHarness([failing]);
    await harness.send(failing.at('1'), int, 1);
    await expect(harness.send(failing.at('1'), int, 2)).rejects.toThrow(
      'example/failing/1 on io.statefun.types/int: two is too many',
    );
    expect(harness.state(failing.at('1'))).toEqual({ count: 1 });
    expect(harness.egress('example/out', int)).toEqual([1]);
    await harness.send(failing.at('1'), int, 3);
    expect(harness.state(failing.at('1'))).toEqual({ count: 3 });
  });

  it('notices a call that was not awaited, and unknown functions', async () => {
    const slow = defineFunction(
      { type: 'example/slow' },
      on(int, () => pause(5)),
    );
    const harness = testHarness([slow]);
    const first = harness.send(slow.at('1'), int, 1);
    await expect(harness.advance(1)).rejects.toThrow('was not awaited');
    await first;
    await expect(harness.send(counter.at('1'), string, '')).rejects.toThrow('not under test');
    expect(() => harness.state(counter.at('1'))).toThrow('example/slow');
  });
});
