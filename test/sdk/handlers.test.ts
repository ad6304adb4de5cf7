import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { decodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import type { OutgoingReply, StateSlot } from '#protocol/messages.ts';
import { bytes, defineFunction, embed, int, json, long, on, string } from '#sdk/index.ts';
import type { AnyFunction, Context, FailureDetails, Logger } from '#sdk/index.ts';
import { silentLogger } from '#sdk/logger.ts';
import { encoded, request, slot } from './requests.ts';
import type { SentMessage } from './requests.ts';

interface Basket {
  items: string[];
}
const basket = json<Basket>('example/Basket');
const blob = bytes('example/Blob');

type Reply = Extract<OutgoingReply, { kind: 'effects' }>;
function run(
  definition: AnyFunction,
  states: readonly StateSlot[],
  ...messages: readonly SentMessage[]
) {
  const body = request(definition.at('7'), states, messages);
  return embed([definition], { logger: silentLogger }).invokeDecoded(decodeInvocationBatch(body));
}

function runNow(...args: Parameters<typeof run>): Reply {
  const reply = run(...args);
  if (reply instanceof Promise || reply.kind !== 'effects') throw new Error('no effects at once');
  return reply;
}

const hello: SentMessage = { type: string, value: 'hello' };

describe('state', () => {
  const emptySlots = [slot('count', int), slot('basket', basket), slot('total', long)];
  const shop = (handle: (ctx: Context<typeof states>) => void | Promise<void>) =>
    defineFunction(
      { type: 'example/shop', state: states },
      on(string, (ctx) => handle(ctx)),
    );
  const states = { count: int, basket, total: long };

  it('reports all missing states at once, before any handler runs', () => {
    let calls = 0;
    const definition = defineFunction(
      {
        type: 'example/handshake',
        state: {
          a: int,
          b: string.expiresAfterWrite('1 min'),
          c: blob.expiresAfterInvoke('2 days'),
        },
      },
      on(string, () => void calls++),
    );
    expect(run(definition, [slot('b', string)], hello)).toMatchObject({
      kind: 'incomplete',
      missing: [
        { name: 'a', typename: int.typename, expiration: 'none', expireAfterMs: 0 },
        {
          name: 'c',
          typename: 'example/Blob',
          expiration: 'after-invoke',
          expireAfterMs: 172800000,
        },
      ],
    });
    expect(calls).toBe(0);
  });

  it('sends nothing for states that were only read', () => {
    const definition = shop((ctx) => {
      expect(ctx.state.count).toBe(3);
      expect(ctx.state.basket).toEqual({ items: ['tea'] });
      expect(ctx.state.total).toBeUndefined();
    });
    const slots = [
      slot('count', int, 3),
      slot('basket', basket, { items: ['tea'] }),
      slot('total', long),
    ];
    expect(runNow(definition, slots, hello).mutations).toEqual([]);
  });

  it('sees what earlier messages of the batch did, and sends the last value once', () => {
    const definition = shop((ctx) => {
      ctx.state.count = (ctx.state.count ?? 0) + 1;
    });
    const { mutations } = runNow(definition, emptySlots, hello, hello, hello);
    expect(mutations).toEqual([
      { name: 'count', value: { typename: int.typename, value: encoded(int, 3) } },
    ]);
  });

  it('keeps what was changed in place, and only that', () => {
    const stored = [
      slot('basket', basket, { items: ['tea'] }),
      slot('count', int),
      slot('total', long),
    ];
    const change = shop((ctx) => void ctx.state.basket?.items.push('cake'));
    const { mutations } = runNow(change, stored, hello, hello);
    expect(mutations.map(({ name }) => name)).toEqual(['basket']);
    expect(String(mutations[0]?.value?.value)).toBe('{"items":["tea","cake","cake"]}');
  });

  it('keeps what was changed in place after an assignment', () => {
    const definition = shop((ctx) => {
      const items: string[] = [];
      ctx.state.basket = { items };
      items.push('late');
    });
    const { mutations } = runNow(definition, emptySlots, hello);
    expect(String(mutations[0]?.value?.value)).toBe('{"items":["late"]}');
  });

  it('does not take another spelling of the same JSON for a change', () => {
    const body = Buffer.from('{ "items" : [ "t\\u00e9" ] }');
    const spaced = { ...slot('basket', basket, {}), body, end: body.length };
    const read = shop((ctx) => expect(ctx.state.basket).toEqual({ items: ['té'] }));
    const stored = [slot('count', int), spaced, slot('total', long)];
    expect(runNow(read, stored, hello).mutations).toEqual([]);
    const change = shop((ctx) => void ctx.state.basket?.items.pop());
    expect(runNow(change, stored, hello).mutations).toHaveLength(1);
  });

  it('notices bytes that were changed in place, and leaves the request as it is', () => {
    const definition = defineFunction(
      { type: 'example/bytes', state: { blob } },
      on(string, (ctx) => {
        if (ctx.state.blob !== undefined) ctx.state.blob[0] = 9;
      }),
    );
    const stored = slot('blob', blob, Uint8Array.of(1, 2));
    const { mutations } = runNow(definition, [stored], hello);
    expect(mutations[0]?.value?.value).toEqual(Buffer.of(9, 2));
    expect(stored.body).toEqual(Buffer.of(1, 2));
  });

  it('removes by undefined and by delete, but only what is there', () => {
    const definition = shop((ctx) => {
      ctx.state.count = undefined;
      delete ctx.state.basket;
      delete ctx.state.total;
      expect(Object.keys(ctx.state)).toEqual([]);
      expect('count' in ctx.state).toBe(false);
    });
    const stored = [
      slot('count', int, 1),
      slot('basket', basket, { items: [] }),
      slot('total', long),
    ];
    expect(runNow(definition, stored, hello).mutations).toEqual([
      { name: 'count', value: null },
      { name: 'basket', value: null },
    ]);
  });

  it('can be spread and listed like an object', () => {
    const definition = shop((ctx) => {
      ctx.state.total = 2n;
      expect({ ...ctx.state }).toEqual({ count: 1, total: 2n });
      expect(ctx.state).toEqual({ count: 1, total: 2n });
      expect(Object.hasOwn(ctx.state, 'count')).toBe(true);
      delete ctx.state.total;
      expect(JSON.stringify(ctx.state)).toBe('{"count":1}');
      expect(inspect(ctx.state)).toBe('{ count: 1 }');
    });
    runNow(definition, [slot('count', int, 1), slot('basket', basket), slot('total', long)], hello);
  });

  it.each([
    ['reads', (state: Record<string, unknown>) => state['cuont']],
    ['writes', (state: Record<string, unknown>) => (state['cuont'] = 1)],
    ['removes', (state: Record<string, unknown>) => delete state['cuont']],
  ])('names the declared states when a handler %s another one', (_what, use) => {
    const definition = shop((ctx) => void use(ctx.state));
    expect(() => runNow(definition, emptySlots, hello)).toThrow(
      'example/shop declares no state "cuont" (declared: count, basket, total)',
    );
  });

  it.each([2 ** 31, 1.5, NaN, '1', null])('refuses %s for an int where it is assigned', (value) => {
    let after = false;
    const definition = shop((ctx) => {
      (ctx.state as Record<string, unknown>)['count'] = value;
      after = true;
    });
    expect(() => runNow(definition, emptySlots, hello)).toThrow('WEIR_SDK_VALUE');
    expect(after).toBe(false);
  });

  it('refuses a stored value of another typename', () => {
    const definition = shop(() => {});
    const stored = [slot('count', string, 'three'), slot('basket', basket), slot('total', long)];
    expect(() => runNow(definition, stored, hello)).toThrow('WEIR_SDK_STATE_TYPE');
  });

  it('ignores states that are registered but no longer declared', () => {
    const definition = shop((ctx) => void (ctx.state.count = 1));
    const stored = [slot('old', string, 'x'), ...emptySlots];
    expect(runNow(definition, stored, hello).mutations).toHaveLength(1);
  });

  it('fails the request if a value turns out to have no bytes', () => {
    const cyclic: Basket & { self?: unknown } = { items: [] };
    cyclic.self = cyclic;
    const definition = shop((ctx) => void (ctx.state.basket = cyclic));
    expect(() => runNow(definition, emptySlots, hello)).toThrow(
      'the state "basket": example/Basket',
    );
  });
});

describe('effects', () => {
  const peer = { type: 'example/peer', id: 'p' };
  const caller = { type: 'example/caller', id: 'c' };
  const acting = (handle: (ctx: Context, text: string) => void | Promise<void>) =>
    defineFunction({ type: 'example/acting' }, on(string, handle as never));

  it('collects those of all messages in order', () => {
    const definition = acting((ctx, text) => {
      ctx.send(peer, string, `to peer: ${text}`);
      ctx.reply(string, `back: ${text}`);
      ctx.sendAfter('1.5 s', ctx.self, int, 5, { token: `t-${text}` });
      ctx.cancel('other');
      ctx.egress('example/out', basket, { items: [text] });
    });
    const reply = runNow(
      definition,
      [],
      { type: string, value: 'a', caller },
      { type: string, value: 'b', caller: peer },
    );
    expect(reply.messages.map(({ target }) => target)).toEqual([peer, caller, peer, peer]);
    expect(reply.delayed).toMatchObject([
      { cancel: false, token: 't-a', delayMs: 1500, target: { type: 'example/acting', id: '7' } },
      { cancel: true, token: 'other' },
      { cancel: false, token: 't-b' },
      { cancel: true, token: 'other' },
    ]);
    expect(reply.egress.map(({ id, value }) => [id, String(value.value)])).toEqual([
      ['example/out', '{"items":["a"]}'],
      ['example/out', '{"items":["b"]}'],
    ]);
  });

  it('encodes at the call, so that a later change is not sent', () => {
    const definition = acting((ctx) => {
      const to = { ...peer };
      const value = { items: ['sent'] };
      ctx.send(to, basket, value);
      value.items.push('later');
      to.id = 'other';
      const raw = Uint8Array.of(1);
      ctx.send(to, blob, raw);
      raw[0] = 2;
    });
    const { messages } = runNow(definition, [], hello);
    expect(messages.map(({ target }) => target.id)).toEqual(['p', 'other']);
    expect(String(messages[0]?.value.value)).toBe('{"items":["sent"]}');
    expect(messages[1]?.value.value).toEqual(Buffer.of(1));
  });

  it.each([
    ['a reply to nobody', (ctx: Context) => ctx.reply(int, 1), 'WEIR_SDK_NO_CALLER'],
    ['a negative delay', (ctx: Context) => ctx.sendAfter(-1, peer, int, 1), 'WEIR_SDK_DURATION'],
    ['no delay', (ctx: Context) => ctx.sendAfter(NaN, peer, int, 1), 'WEIR_SDK_DURATION'],
    [
      'a token that is in use',
      (ctx: Context) => {
        ctx.sendAfter(1, peer, int, 1, { token: 't' });
        ctx.sendAfter(2, peer, int, 1, { token: 't' });
      },
      'WEIR_SDK_TOKEN',
    ],
    ['an empty token', (ctx: Context) => ctx.cancel(''), 'WEIR_SDK_TOKEN'],
    [
      'a type without a name',
      (ctx: Context) => ctx.send({ type: 'x', id: '1' }, int, 1),
      'WEIR_SDK_ADDRESS',
    ],
    [
      'an address without an id',
      (ctx: Context) => ctx.send({ type: 'a/b', id: '' }, int, 1),
      'WEIR_SDK_ADDRESS',
    ],
    ['a bad egress id', (ctx: Context) => ctx.egress('out', int, 1), 'WEIR_SDK_ADDRESS'],
    ['a value of another type', (ctx: Context) => ctx.send(peer, int, 1.5), 'WEIR_SDK_VALUE'],
    ['half a character', (ctx: Context) => ctx.send(peer, string, '\ud800'), 'WEIR_SDK_VALUE'],
    [
      'a Kafka record with a bare number',
      (ctx: Context) => ctx.kafkaEgress('a/b', { topic: 't', value: 1 as never }),
      'WEIR_SDK_VALUE',
    ],
  ])('refuses %s', (_what, act, code) => {
    let details: FailureDetails | null = null;
    const definition = acting((ctx) => act(ctx));
    const functions = embed([definition], {
      logger: silentLogger,
      onError: (_error, found) => (details = found),
    });
    const body = request(definition.at('7'), [], [hello]);
    expect(() => functions.invoke(body)).toThrow(code);
    expect(details).toEqual({ code, address: definition.at('7'), typename: string.typename });
  });

  it('allows a token again after its message was cancelled', () => {
    const definition = acting((ctx) => {
      ctx.sendAfter(1, peer, int, 1, { token: 't' });
      ctx.cancel('t');
      ctx.sendAfter(2, peer, int, 2, { token: 't' });
    });
    expect(runNow(definition, [], hello).delayed).toHaveLength(3);
  });

  it('runs asynchronous handlers one after the other', async () => {
    const order: string[] = [];
    const definition = acting(async (_ctx, text) => {
      order.push(`${text} begins`);
      await pause(text === 'slow' ? 5 : 0);
      order.push(`${text} ends`);
    });
    await run(definition, [], { type: string, value: 'slow' }, { type: string, value: 'quick' });
    expect(order).toEqual(['slow begins', 'slow ends', 'quick begins', 'quick ends']);
  });

  it('refuses what a handler left behind', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const late: unknown[] = [];
    const definition = defineFunction(
      { type: 'example/late', state: { count: int } },
      on(string, (ctx) => {
        const attempt = (act: () => void) => {
          try {
            act();
          } catch (error) {
            late.push((error as { code?: string }).code);
          }
        };
        setImmediate(() => {
          attempt(() => ctx.send(peer, int, 1));
          attempt(() => void (ctx.state.count = 1));
          resolve();
        });
      }),
    );
    runNow(definition, [slot('count', int)], hello);
    await promise;
    expect(late).toEqual(['WEIR_SDK_CONTEXT_ENDED', 'WEIR_SDK_CONTEXT_ENDED']);
  });
});

describe('dispatch', () => {
  it('fails on a message without a handler, naming those that there are', () => {
    const definition = defineFunction(
      { type: 'example/picky' },
      on(int, () => {}),
    );
    expect(() => runNow(definition, [], hello)).toThrow(
      'example/picky has no handler for messages of type io.statefun.types/string ' +
        '(it has: io.statefun.types/int)',
    );
  });

  it('gives it to otherwise', () => {
    let seen = '';
    const definition = defineFunction({
      type: 'example/open',
      otherwise(_ctx, message) {
        seen = `${message.typename} ${Buffer.from(message.bytes()).toString('hex')}`;
      },
    });
    runNow(definition, [], hello);
    expect(seen).toBe(`io.statefun.types/string ${encoded(string, 'hello').toString('hex')}`);
  });

  it('refuses poisonous JSON and what the validator refuses', () => {
    const checked = json('example/Checked', (value: unknown) => {
      if (typeof value !== 'number') throw new TypeError('a number was expected');
      return value;
    });
    const raw = bytes('example/Checked');
    const definition = defineFunction(
      { type: 'example/strict' },
      on(checked, () => {}),
    );
    const attempt = (text: string) => () =>
      runNow(definition, [], { type: raw, value: Buffer.from(text) });
    expect(attempt('1')).not.toThrow();
    expect(attempt('"1"')).toThrow('example/Checked, 3 bytes: a number was expected');
    expect(attempt('{"a":{"__proto__":1}}')).toThrow('"__proto__" is refused');
    expect(attempt('[{"\\u005f_proto__":1}]')).toThrow('"__proto__" is refused');
    expect(attempt('{"constructor":{"prototype":1}}')).toThrow('refused');
    expect(attempt('"__proto__"')).toThrow('a number was expected');
    expect(attempt('{')).toThrow('WEIR_SDK_UNDECODABLE');
    expect(attempt('')).toThrow('WEIR_SDK_UNDECODABLE');
  });

  it('logs a failure with its address and type, and lets the hook see the error', async () => {
    const lines: object[] = [];
    const logger: Logger = { ...silentLogger, error: (fields) => void lines.push(fields) };
    const seen: unknown[] = [];
    const failure = new Error('the shop is closed');
    const definition = defineFunction(
      { type: 'example/failing' },
      on(string, async () => {
        await pause(0);
        throw failure;
      }),
    );
    const functions = embed([definition], { logger, onError: (error) => seen.push(error) });
    const body = request(definition.at('7'), [], [hello]);
    await expect(functions.invoke(body)).rejects.toThrow(
      'WEIR_SDK_HANDLER_FAILED at example/failing/7 on io.statefun.types/string: ' +
        'the shop is closed',
    );
    expect(seen).toEqual([failure]);
    expect(lines).toMatchObject([
      { err: failure, code: 'WEIR_SDK_HANDLER_FAILED', function: 'example/failing', id: '7' },
    ]);
  });

  it('binds the address to what a handler logs', () => {
    const lines: object[] = [];
    const info = (fields: object) => void lines.push(fields);
    const bound: Logger = { ...silentLogger, info };
    const withChild: Logger = {
      ...silentLogger,
      child: (fields) => ({ ...silentLogger, info: () => void lines.push(fields) }),
    };
    const definition = defineFunction(
      { type: 'example/logging' },
      on(string, (ctx, text) => ctx.log.info({ text }, 'seen')),
    );
    const body = request(definition.at('7'), [], [hello]);
    for (const logger of [bound, withChild]) void embed([definition], { logger }).invoke(body);
    expect(lines).toEqual([
      { function: 'example/logging', id: '7', text: 'hello' },
      { function: 'example/logging', id: '7' },
    ]);
  });

  it('refuses a function type that is not served, and none at all', () => {
    const definition = defineFunction(
      { type: 'example/known' },
      on(int, () => {}),
    );
    const functions = embed([definition], { logger: silentLogger });
    const body = request({ type: 'example/unknown', id: '1' }, [], [hello]);
    expect(() => functions.invoke(body)).toThrow('WEIR_SDK_FUNCTION_UNKNOWN');
    expect(() => embed([])).toThrow('no function');
    expect(() => embed([definition, definition])).toThrow('two functions have the type');
    expect(functions.functionTypes).toEqual(['example/known']);
  });
});
