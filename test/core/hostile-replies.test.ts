import { describe, expect, test } from 'vitest';
import type { DecodedReply, ValueSlice } from '#protocol/messages.ts';
import { answer, bytesOf, declare, effects, engineRig, value, type Rig } from './engine-rig.ts';
import { injected } from '../fault-table/injected.ts';

/** What the decoder gives for a value that the sender left out. */
const missing: ValueSlice = {
  typename: '',
  hasValue: false,
  body: Buffer.alloc(0),
  start: 0,
  end: 0,
};
const nobody = { type: '/', id: '' };
const there = { type: 't/g', id: 'b' };

type Parts = Partial<Extract<DecodedReply, { kind: 'effects' }>>;

function reply(rig: Rig, parts: Parts): void {
  const request = rig.transport.take();
  request.sink.answered(request.token, { ...effects(), ...parts } as DecodedReply);
}

function delayed(fields: object): Parts {
  const send = { cancel: false, token: '', delayMs: 1, target: there, value: value('d') } as const;
  return { delayed: [{ ...send, ...fields }] };
}

describe('a reply that decodes but means nothing parks its address, and only it (E8)', () => {
  test.each<[string, Parts, string]>([
    ['a negative delay', delayed({ delayMs: -1 }), 'NEGATIVE_DELAY'],
    ['a delay that is no number', delayed({ delayMs: NaN }), 'NEGATIVE_DELAY'],
    ['a delayed message without a value', delayed({ value: missing }), 'MISSING_VALUE'],
    ['a delayed message without a target', delayed({ target: nobody }), 'UNKNOWN_FUNCTION'],
    [
      'a delayed message for a waiting caller',
      delayed({ target: { type: 'weir.http.v1/caller', id: 'r' } }),
      'DELAYED_REPLY',
    ],
    [
      'a message without a value',
      { messages: [{ target: there, value: missing }] },
      'MISSING_VALUE',
    ],
    [
      'a message without a target',
      { messages: [{ target: nobody, value: value('m') }] },
      'UNKNOWN_FUNCTION',
    ],
    [
      'a message for a type without a name',
      { messages: [{ target: { type: 't/', id: 'x' }, value: value('m') }] },
      'UNKNOWN_FUNCTION',
    ],
    [
      'a message for a type with a space in it',
      { messages: [{ target: { type: 't/g x', id: 'x' }, value: value('m') }] },
      'UNKNOWN_FUNCTION',
    ],
    [
      'an egress record without a value',
      { egress: [{ id: 'e/out', value: missing }] },
      'MISSING_VALUE',
    ],
    ['an egress without an id', { egress: [{ id: '', value: value('r') }] }, 'UNKNOWN_EGRESS'],
    ['a state without a value', { mutations: [{ name: 's', value: missing }] }, 'STATE_TYPE'],
    ['a state without a name', { mutations: [{ name: '', value: value('v') }] }, 'UNKNOWN_STATE'],
  ])('%s', (_name, parts, code) => {
    const rig = engineRig();
    rig.send('t/f/a', '1');
    rig.send('t/f/b', '2');
    declare(rig.transport, { name: 's' });
    reply(rig, parts);
    const parked = [...rig.engine.parked];
    if (code === 'STATE_TYPE') injected(24);
    expect(parked.map(({ parking }) => parking?.code)).toEqual([`WEIR_CORE_${code}`]);
    expect(answer(rig.transport).address).toBe('t/f/b');
    expect(bytesOf(rig.engine.takeCut().cut).length).toBeGreaterThan(0);
  });

  test('and the answer that could not be applied is shown', () => {
    const { transport, send, engine } = engineRig();
    send('t/f/a', '1');
    const lastReply = { status: 200, contentType: 'application/octet-stream', bodyStart: 'to x/y' };
    const message = { target: { type: 'x/y', id: '1' }, value: value('m') };
    const reply = { ...effects(), messages: [message] } as DecodedReply;
    const request = transport.take();
    request.sink.answered(request.token, reply, () => lastReply);
    expect([...engine.parked].map(({ parking }) => parking)).toMatchObject([
      { code: 'WEIR_CORE_UNKNOWN_FUNCTION', lastReply },
    ]);
  });

  test('an egress whose check of a record breaks', () => {
    const rig = engineRig({
      validate: () => {
        throw new TypeError('cannot read the record');
      },
    });
    rig.send('t/f/a', '1');
    answer(rig.transport, { egress: ['r'] });
    expect([...rig.engine.parked].map(({ parking }) => parking)).toMatchObject([
      { code: 'WEIR_CORE_BAD_RECORD', reason: 'the egress e/out: cannot read the record' },
    ]);
  });

  test('a handshake without end, also while several messages are with the function', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '0');
    for (const text of ['1', '2', '3']) send('t/f/a', text);
    declare(transport, { name: 's' });
    answer(transport);
    for (let i = 0; i < 20 && transport.requests.length > 0; i++) declare(transport, {});
    expect([...engine.parked].map(({ count }) => count)).toEqual([3]);
    for (const address of [...engine.parked]) engine.parked.retry(address);
    for (let i = 0; i < 20 && transport.requests.length > 0; i++) declare(transport, {});
    expect(engine.parked.size).toBe(1);
  });
});

describe('small print of what a function may answer', () => {
  test('a value that is there, with its flag left out, is a state; zero bytes are one too', () => {
    const { transport, send, engine } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's' });
    const request = transport.take();
    const empty = { ...value(''), hasValue: false };
    request.sink.answered(request.token, {
      ...effects(),
      mutations: [{ name: 's', value: empty }],
    } as DecodedReply);
    send('t/f/a', '2');
    expect(engine.parked.size).toBe(0);
    expect(transport.take().states.get('s')).toBe('');
  });

  test('a state whose type changes while nothing is stored is sent as the new type', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's', typename: 't/old' });
    declare(transport, { name: 's', typename: 't/text' });
    answer(transport, { states: { s: 'v' } });
    expect(engine.parked.size).toBe(0);
    expect(engine.registry.type('t/f')?.views.map(({ typename }) => typename)).toEqual(['t/text']);
  });

  test('an answer to a caller makes the cut dirty, though nothing else has changed', () => {
    const { engine, transport } = engineRig();
    const message = { type: 't/f', id: 'a', typename: 't/text', value: 'v' };
    engine.intake.offer('i/in', [message], { awaitReply: 'r-1' });
    answer(transport);
    engine.takeCut();
    engine.intake.offer('i/in', [message], { awaitReply: 'r-2' });
    answer(transport, { messages: [['weir.http.v1/caller/r-2', 'hello']] });
    expect(engine.dirty).toBe(true);
    expect(engine.takeCut().replies.map(({ replyTo }) => replyTo)).toEqual(['r-2']);
    expect(engine.dirty).toBe(false);
  });

  test('another expiration of a new image counts from its first request on', () => {
    const first = engineRig();
    first.send('t/f/a', '1');
    declare(
      first.transport,
      { name: 'ever' },
      {
        name: 'read',
        expiration: 'after-invoke',
        expireAfterMs: 100,
      },
    );
    answer(first.transport, { states: { ever: 'e', read: 'r' } });
    const { transport, clock, send } = engineRig(
      { clock: first.clock },
      bytesOf(first.engine.takeCut().cut),
    );
    send('t/f/a', '2');
    declare(
      transport,
      { name: 'read' },
      {
        name: 'ever',
        expiration: 'after-invoke',
        expireAfterMs: 100,
      },
    );
    answer(transport);
    clock.time += 100;
    send('t/f/a', '3');
    expect([...answer(transport).states]).toEqual([
      ['read', 'r'],
      ['ever', null],
    ]);
  });

  test('while the runtime stops, a request that nobody answered is not sent again', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    engine.hold();
    const { sink, token } = transport.take();
    sink.failed(token, { blame: 'endpoint', code: 'T_DOWN', message: 'nobody answers' });
    expect(transport.requests).toHaveLength(0);
    expect(engine.inFlight).toBe(0);
    expect(engine.mailboxes.queued.messages).toBe(1);
  });
});
