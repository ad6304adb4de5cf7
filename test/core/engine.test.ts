import { describe, expect, test } from 'vitest';
import { inspectAddress } from '#runtime/core/inspect.ts';
import { answer, declare, engineRig, fail } from './engine-rig.ts';

const texts = (request: { messages: readonly { text: string }[] }): string[] =>
  request.messages.map(({ text }) => text);

describe('mailboxes and batches', () => {
  test('one request per address is in flight; what comes meanwhile is the next batch (E1)', () => {
    const { transport, send } = engineRig();
    send('t/f/a', '1');
    send('t/f/a', '2');
    send('t/f/a', '3');
    expect(transport.requests).toHaveLength(1);
    expect(texts(answer(transport))).toEqual(['1']);
    expect(transport.requests).toHaveLength(1);
    expect(texts(answer(transport))).toEqual(['2', '3']);
    expect(transport.requests).toHaveLength(0);
  });

  test('a batch holds at most maxNumBatchRequests messages', () => {
    const { transport, send } = engineRig({ batchMax: 2 });
    for (const text of ['0', '1', '2', '3', '4', '5']) send('t/f/a', text);
    answer(transport);
    expect(texts(answer(transport))).toEqual(['1', '2']);
    expect(texts(answer(transport))).toEqual(['3', '4']);
    expect(texts(answer(transport))).toEqual(['5']);
  });

  test('the first request of a type goes alone until it is answered with effects', () => {
    const { transport, send } = engineRig();
    for (const id of ['a', 'b', 'c']) send(`t/f/${id}`, id);
    expect(transport.requests).toHaveLength(1);
    declare(transport, { name: 's' });
    expect(transport.requests).toHaveLength(1);
    answer(transport);
    expect(transport.requests.map(({ address }) => address)).toEqual(['t/f/b', 't/f/c']);
  });

  test('no more requests are out than the transport takes', () => {
    const { transport, send } = engineRig({ concurrency: 2 });
    for (const id of ['a', 'b', 'c', 'd']) send(`t/f/${id}`, id);
    answer(transport);
    expect(transport.requests).toHaveLength(2);
    send('t/f/d', 'd2');
    answer(transport);
    answer(transport);
    expect(transport.requests).toHaveLength(1);
    expect(texts(transport.take())).toEqual(['d', 'd2']);
  });

  test('the caller of a message is the function that sent it, and nobody for an ingress', () => {
    const { transport, send } = engineRig();
    send('t/f/a', 'x');
    expect(transport.requests[0]?.messages[0]?.caller).toBeNull();
    answer(transport, { messages: [['t/g/b', 'y']] });
    expect(transport.take().messages[0]?.caller).toBe('t/f/a');
  });

  test('a message to itself comes after what was already waiting', () => {
    const { transport, send } = engineRig();
    send('t/f/a', '1');
    send('t/f/a', '2');
    answer(transport, { messages: [['t/f/a', 'mine']] });
    expect(texts(answer(transport))).toEqual(['2', 'mine']);
  });
});

describe('state', () => {
  test('is registered by the handshake, written, deleted, and sent with every request', () => {
    const { transport, send } = engineRig();
    send('t/f/a', '1');
    expect(transport.requests[0]?.states.size).toBe(0);
    declare(transport, { name: 'one' }, { name: 'two' });
    expect([...(transport.requests[0]?.states ?? [])]).toEqual([
      ['one', null],
      ['two', null],
    ]);
    answer(transport, { states: { one: 'first', two: '' } });
    send('t/f/a', '2');
    expect([...(transport.requests[0]?.states ?? [])]).toEqual([
      ['one', 'first'],
      ['two', ''],
    ]);
    answer(transport, { states: { one: null } });
    send('t/f/a', '3');
    expect(transport.take().states.get('one')).toBeNull();
  });

  test('expires after write: an expired value is never sent nor shown', () => {
    const { engine, transport, clock, send } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's', expiration: 'after-write', expireAfterMs: 100 });
    answer(transport, { states: { s: 'fresh' } });
    clock.time += 99;
    send('t/f/a', '2');
    expect(answer(transport).states.get('s')).toBe('fresh');
    clock.time += 1;
    expect(inspectAddress(engine, 't/f', 'a', clock.now())).toBeNull();
    send('t/f/a', '3');
    expect(transport.take().states.get('s')).toBeNull();
  });

  test('expires after invoke: every request refreshes it', () => {
    const { transport, clock, send } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's', expiration: 'after-invoke', expireAfterMs: 100 });
    answer(transport, { states: { s: 'kept' } });
    for (let i = 0; i < 5; i++) {
      clock.time += 90;
      send('t/f/a', '2');
      expect(answer(transport).states.get('s')).toBe('kept');
    }
    clock.time += 100;
    send('t/f/a', '3');
    expect(transport.take().states.get('s')).toBeNull();
  });
});

describe('effects in one step (E2)', () => {
  test.each([
    ['an unknown function type', { messages: [['x/y/z', 'm']] as const }, 'UNKNOWN_FUNCTION'],
    ['an unknown egress', { egress: ['r'], egressId: 'e/none' }, 'UNKNOWN_EGRESS'],
    ['a state that was not declared', { states: { other: 'v' } }, 'UNKNOWN_STATE'],
    ['a cancellation without a token', { delayed: [{ cancel: '' }] }, 'BAD_TOKEN'],
    [
      'the same token twice',
      {
        delayed: [
          { to: 't/f/b', delayMs: 5, text: 'd', token: 'k' },
          { to: 't/f/b', delayMs: 5, text: 'd', token: 'k' },
        ],
      },
      'DUPLICATE_TOKEN',
    ],
  ])('%s parks the address, and nothing of the reply is applied', (_name, bad, code) => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's' });
    answer(transport, {
      ...bad,
      messages: [['t/g/ok', 'm'], ...(('messages' in bad && bad.messages) || [])],
      states: { s: 'v', ...(('states' in bad && bad.states) || {}) },
    });
    expect([...engine.parked].map(({ parking }) => parking?.code)).toEqual([`WEIR_CORE_${code}`]);
    expect(transport.requests).toHaveLength(0);
    expect(engine.delayed.size).toBe(0);
    expect(engine.egress('e/out').pending).toBe(0);
    expect(inspectAddress(engine, 't/f', 'a', 0)?.states).toEqual([]);
  });

  test('a token may be cancelled and used again within one reply', () => {
    const { engine, transport, send } = engineRig();
    const later = { to: 't/f/b', delayMs: 5, text: 'd', token: 'k' };
    send('t/f/a', '1');
    answer(transport, { delayed: [later, { cancel: 'k' }, later] });
    expect(engine.parked.size).toBe(0);
    expect(engine.delayed.size).toBe(1);
  });

  test('a handshake that repeats itself three times parks', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    for (let i = 0; i < 4; i++) declare(transport, { name: 's' });
    expect([...engine.parked].map(({ parking }) => parking?.code)).toEqual(['WEIR_CORE_HANDSHAKE']);
  });

  test('an answer for an address without a request is an assertion', () => {
    const { transport, send } = engineRig();
    send('t/f/a', '1');
    const request = answer(transport);
    const again = {
      kind: 'effects',
      mutations: [],
      messages: [],
      delayed: [],
      egress: [],
    } as const;
    expect(() => request.sink.answered(request.token, again)).toThrow('which is idle');
  });
});

describe('delayed messages', () => {
  test('come at their time, in order, with their sender as caller', () => {
    const { engine, transport, clock, send } = engineRig();
    send('t/f/a', '1');
    answer(transport, {
      delayed: [
        { to: 't/g/b', delayMs: 50, text: 'second' },
        { to: 't/g/b', delayMs: 20, text: 'first' },
        { to: 't/g/b', delayMs: 50, text: 'third' },
      ],
    });
    clock.time += 19;
    engine.fireDue();
    expect(transport.requests).toHaveLength(0);
    clock.time += 1;
    engine.fireDue();
    const first = answer(transport);
    expect(first.messages).toEqual([{ caller: 't/f/a', text: 'first' }]);
    clock.time += 1000;
    engine.fireDue();
    expect(texts(answer(transport))).toEqual(['second']);
    expect(texts(answer(transport))).toEqual(['third']);
  });

  test('a cancellation by another address has no effect, by the sender it has', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    answer(transport, { delayed: [{ to: 't/f/z', delayMs: 9, text: 'd', token: 'k' }] });
    send('t/g/a', '1');
    answer(transport, { delayed: [{ cancel: 'k' }] });
    expect(engine.delayed.size).toBe(1);
    send('t/f/a', '2');
    answer(transport, { delayed: [{ cancel: 'k' }, { cancel: 'unknown' }] });
    expect(engine.delayed.size).toBe(0);
  });
});

describe('failures (E8)', () => {
  test('one that is answered by nobody after a start does not hold up the others', () => {
    const { engine, transport, clock, send } = engineRig();
    for (const id of ['poison', 'a', 'b']) send(`t/f/${id}`, id);
    const sentTo = () => transport.requests.map(({ address }) => address);
    expect(sentTo(), 'the first of a type goes alone').toEqual(['t/f/poison']);
    engine.widenProbes();
    expect(sentTo()).toEqual(['t/f/poison']);
    clock.time += 500;
    engine.widenProbes();
    engine.widenProbes();
    expect(sentTo()).toEqual(['t/f/poison', 't/f/a']);
    transport.requests.reverse();
    answer(transport);
    expect(sentTo(), 'one was answered: all may go').toEqual(['t/f/poison', 't/f/b']);
    fail(transport, 'address');
    expect([...engine.parked].map(({ id }) => id)).toEqual(['poison']);
    answer(transport);
    clock.time += 5_000;
    engine.widenProbes();
    expect(sentTo()).toEqual([]);
  });

  test('an endpoint that answers nobody parks nobody: the same batch is sent again', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    fail(transport, 'endpoint');
    send('t/f/a', '2');
    expect(engine.parked.size).toBe(0);
    expect(texts(answer(transport))).toEqual(['1']);
  });

  test('as many poisoned addresses as there are places do not keep the others out', () => {
    const { engine, transport, send } = engineRig({ concurrency: 2 });
    send('t/f/first', '1');
    answer(transport);
    for (const id of ['bad1', 'bad2', 'good']) send(`t/f/${id}`, id);
    const sentTo = () => transport.requests.map(({ address }) => address);
    expect(sentTo()).toEqual(['t/f/bad1', 't/f/bad2']);
    // Both budgets end while nobody is answered, so nobody is to blame.
    fail(transport, 'endpoint');
    expect(sentTo()).toEqual(['t/f/bad2', 't/f/good']);
    fail(transport, 'endpoint');
    expect(sentTo()).toEqual(['t/f/good', 't/f/bad1']);
    expect(texts(answer(transport))).toEqual(['good']);
    expect(sentTo()).toEqual(['t/f/bad1', 't/f/bad2']);
    fail(transport, 'address');
    fail(transport, 'address');
    expect(engine.parked.size).toBe(2);
    expect(engine.mailboxes.queued).toEqual({ messages: 0, bytes: 0 });
  });

  test('the message that fails is found: those before it are done, those behind it wait', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '0');
    answer(transport);
    send('t/f/a', '1');
    send('t/f/a', '2');
    send('t/f/a', '3');
    answer(transport);
    fail(transport, 'address');
    expect(texts(answer(transport))).toEqual(['2']);
    fail(transport, 'address');
    expect(transport.requests).toHaveLength(0);
    const [parked] = [...engine.parked];
    expect(parked?.count).toBe(1);
    expect(parked?.parking).toMatchObject({ code: 'T_FAILED', reason: 'it failed' });
  });

  test('others go on; a retry sends the message again; a drop lets the rest go on', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', 'bad');
    send('t/f/b', 'good');
    fail(transport, 'address');
    expect(texts(answer(transport))).toEqual(['good']);
    send('t/f/a', 'next');
    const [parked] = [...engine.parked];
    if (parked === undefined) throw new Error('nothing is parked');
    engine.parked.retry(parked);
    expect(texts(transport.requests[0] as never)).toEqual(['bad', 'next']);
    fail(transport, 'address');
    expect(texts(transport.requests[0] as never)).toEqual(['bad']);
    fail(transport, 'address');
    engine.parked.drop(parked);
    expect(texts(answer(transport))).toEqual(['next']);
    expect(engine.mailboxes.queued).toEqual({ messages: 0, bytes: 0 });
    expect(engine.mailboxes.parked).toEqual({ messages: 0, bytes: 0 });
  });

  test('a parked first address does not keep its type from starting', () => {
    const { transport, send } = engineRig();
    send('t/f/a', 'bad');
    send('t/f/b', 'good');
    fail(transport, 'address');
    expect(texts(answer(transport))).toEqual(['good']);
  });
});

describe('bounds (E7)', () => {
  test('the ingress closes at the bound and opens at half of it', () => {
    const { engine, transport, send } = engineRig({
      concurrency: 1,
      limits: { queuedMessagesMax: 4 },
    });
    let opened = 0;
    for (const id of ['a', 'b', 'c', 'd']) send(`t/f/${id}`, id);
    expect(engine.full).toBe(true);
    engine.whenOpen(() => opened++);
    answer(transport);
    expect(engine.full).toBe(true);
    expect(opened).toBe(0);
    answer(transport);
    expect(opened).toBe(1);
    expect(engine.full).toBe(false);
  });

  test('answers that wait for a commit count, as nothing else may of them', () => {
    const { engine, transport } = engineRig({ limits: { uncommittedBytesMax: 10_000 } });
    const message = { type: 't/f', id: 'a', typename: 't/text', value: 'v' };
    engine.intake.offer('i/in', [message], { awaitReply: 'r' });
    answer(transport, { messages: [['weir.http.v1/caller/r', 'x'.repeat(10_000)]] });
    expect(engine.full).toBe(true);
    engine.committed(engine.takeCut().cut.bytes);
    expect(engine.full).toBe(false);
  });

  test('messages of a parked address do not close the ingress', () => {
    const { engine, transport, send } = engineRig({ limits: { queuedMessagesMax: 4 } });
    send('t/f/a', 'bad');
    fail(transport, 'address');
    for (let i = 0; i < 10; i++) send('t/f/a', String(i));
    expect(engine.full).toBe(false);
    expect(engine.mailboxes.parked.messages).toBe(11);
  });
});
