import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine } from '#runtime/core/engine.ts';
import { ExpirySweep } from '#runtime/core/expiry.ts';
import { IdempotencyKeys } from '#runtime/core/idempotency.ts';
import { inspectAddress, listAddresses } from '#runtime/core/inspect.ts';
import { Log } from '#runtime/core/log.ts';
import { answer, bytesOf, declare, engineRig, fail, HandClock, type Rig } from './engine-rig.ts';

/** Everything that a cut must hold, in a form that two engines can be compared by. */
function picture(engine: Engine): unknown {
  const addresses = [...engine.registry.types.values()].flatMap((type) =>
    listAddresses(type, null, 1000).map((id) => {
      const found = inspectAddress(engine, type.name, id, 0);
      // Text compares a thousand times quicker than a buffer of a mebibyte.
      const states = found?.states.map(({ name, value }) => [name, value.latin1Slice()]);
      const seen = found === null ? null : { ...found, states };
      const messages = [];
      for (let node = type.active.get(id)?.first ?? null; node !== null; node = node.next) {
        const caller = node.caller === null ? null : `${node.caller.type}/${node.caller.id}`;
        messages.push([node.uid, caller, node.typename, node.value]);
      }
      return [`${type.name}/${id}`, seen, messages];
    }),
  );
  const egress = [...engine.egresses.values()].map(({ id, nextSequence, publishedSequence }) => [
    id,
    nextSequence,
    publishedSequence,
  ]);
  return {
    addresses: addresses.filter(([, seen]) => seen !== null),
    egress,
    records: egressTexts(engine),
    delayed: engine.delayed.size,
    nextDue: engine.delayed.nextDueMs,
    positions: [...engine.intake.positionsOf('i/in')],
    nextUid: engine.mailboxes.nextUid,
    queued: engine.mailboxes.queued,
    parked: engine.mailboxes.parked,
  };
}

function egressTexts(engine: Engine): string[] {
  const life = { lineage: 'l', epoch: 1 };
  const batch = engine.egress('e/out').publishable(Infinity, Infinity, life);
  return [...(batch?.records() ?? [])].map(({ value }) => Buffer.from(value).toString());
}

type Step =
  | { readonly do: 'send'; readonly id: number; readonly text: string }
  | {
      readonly do: 'answer';
      readonly state: string | null;
      readonly to: number;
      readonly kind: number;
    }
  | { readonly do: 'fail' | 'cut' | 'fire' | 'publish' | 'retry' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('send' as const), id: fc.nat(4), text: fc.string() }),
  fc.record({
    do: fc.constant('answer' as const),
    state: fc.option(fc.string({ maxLength: 300 })),
    to: fc.nat(4),
    kind: fc.nat(5),
  }),
  fc.record({ do: fc.constantFrom('fail', 'cut', 'fire', 'publish', 'retry') }),
);

function play(rig: Rig, one: Step, cuts: Uint8Array[]): void {
  const { engine, transport, clock, send } = rig;
  switch (one.do) {
    case 'send':
      send(`t/f/id-${one.id}`, one.text);
      return;
    case 'answer':
      if (transport.requests.length === 0) return;
      if (transport.requests[0]?.states.size === 0) declare(transport, { name: 's' });
      answer(transport, {
        states: { s: one.state },
        messages: one.kind === 1 ? [[`t/g/id-${one.to}`, 'm']] : [],
        delayed:
          one.kind === 2 ? [{ to: `t/f/id-${one.to}`, delayMs: 10 * one.to, text: 'd' }] : [],
        egress: one.kind === 3 ? ['r1', 'r2'] : [],
      });
      return;
    case 'fail':
      if (transport.requests.length > 0) fail(transport, 'address');
      return;
    case 'fire':
      clock.time += 15;
      engine.fireDue();
      return;
    case 'retry':
      for (const address of [...engine.parked]) engine.parked.retry(address);
      return;
    case 'publish': {
      const egress = engine.egress('e/out');
      const life = { lineage: 'l', epoch: 1 };
      const batch = egress.publishable(engine.log.generation - 1, 1e6, life);
      if (batch === null) return;
      const end = batch.firstSequence + batch.count;
      egress.published(engine.log, end, String(end));
      return;
    }
    case 'cut':
      cuts.push(...bytesOf(engine.takeCut().cut));
  }
}

describe('recovery (E3, E6)', () => {
  test('the cuts of any history rebuild exactly what the engine held', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(3), (steps, freshMessagesMax) => {
        const clock = new HandClock();
        const rig = engineRig({ clock, limits: { freshMessagesMax } });
        const cuts: Uint8Array[] = [];
        for (const one of steps) play(rig, one, cuts);
        play(rig, { do: 'cut' }, cuts);
        const recovered = engineRig({ clock }, cuts);
        expect(picture(recovered.engine)).toEqual(picture(rig.engine));
      }),
      { numRuns: 300 },
    );
  });

  test('messages in flight are sent again, with the state as it was', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's' });
    answer(transport, { states: { s: 'kept' } });
    send('t/f/a', '2');
    const recovered = engineRig({}, bytesOf(engine.takeCut().cut));
    declare(recovered.transport, { name: 's' });
    const again = recovered.transport.take();
    expect(again.messages).toEqual([{ caller: null, text: '2' }]);
    expect(again.states.get('s')).toBe('kept');
  });

  test('a message that comes and goes between two cuts is never written', () => {
    const { engine, transport, send } = engineRig();
    engine.takeCut();
    send('t/f/a', 'x'.repeat(1000));
    answer(transport);
    const { cut } = engine.takeCut();
    expect(cut.bytes).toBeLessThan(500);
  });

  test('a hot key does not fill the log: its record is overwritten', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's' });
    answer(transport, { states: { s: 'v'.repeat(100) } });
    engine.takeCut();
    for (let i = 0; i < 1000; i++) {
      send('t/f/a', '1');
      answer(transport, { states: { s: String(i).padEnd(80 + (i % 40), 'v') } });
    }
    expect(engine.takeCut().cut.bytes).toBeLessThan(2_000);
  });

  test('what the module no longer defines is refused by name', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's' });
    answer(transport, { states: { s: 'v' }, egress: ['r'] });
    const cuts = bytesOf(engine.takeCut().cut);
    expect(() => engineRig({ serves: () => false }, cuts)).toThrow(/t\/f/);
    expect(() => engineRig({ egresses: [] }, cuts)).toThrow(
      /1 pending records of the egress e\/out/,
    );
  });

  test('another type than the stored one parks instead of being misread', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's' });
    answer(transport, { states: { s: 'v' } });
    const recovered = engineRig({}, bytesOf(engine.takeCut().cut));
    recovered.send('t/f/b', '2');
    declare(recovered.transport, { name: 's', typename: 't/other' });
    expect([...recovered.engine.parked][0]?.parking?.code).toBe('WEIR_CORE_STATE_TYPE');
  });
});

describe('sizes and names at the edges', () => {
  test.each([0, 1, 65_536, 65_537, (1 << 20) - 1, (1 << 20) + 1])(
    'everything of %i bytes, under ids beyond ASCII, comes back as it was',
    (bytes) => {
      const text = 'x'.repeat(bytes);
      const clock = new HandClock();
      const rig = engineRig({ clock, limits: { freshMessagesMax: 1 } });
      const { engine, transport, send } = rig;
      const cuts: Uint8Array[] = [];
      for (const id of ['é', 'Ã©', '😀', ' ', 'a/b', 'x'.repeat(5000)]) {
        engine.intake.accept(
          'i/in',
          [{ type: 't/f', id, typename: 't/text', value: text }],
          'π',
          1,
        );
      }
      declare(transport, { name: 's' });
      for (let i = 0; i < 6; i++) {
        answer(transport, {
          states: { s: i % 2 === 0 ? text : `${text}+` },
          messages: [['t/g/ünïcode', text]],
          delayed: [{ to: 't/g/ünïcode', delayMs: 10, text, token: `tökén ${i}` }],
          egress: [text, '', text],
        });
        if (i % 2 === 1) cuts.push(...bytesOf(engine.takeCut().cut));
      }
      send('t/f/é', 'again');
      while (transport.requests.some(({ address }) => address === 't/f/é')) {
        answer(transport, { states: { s: `${text}++` } });
      }
      cuts.push(...bytesOf(engine.takeCut().cut));
      const recovered = engineRig({ clock }, cuts);
      expect(picture(recovered.engine)).toEqual(picture(engine));
    },
  );

  test('a state that expires at once is written, never given out, and swept', () => {
    const { engine, transport, clock, send } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's', expiration: 'after-write', expireAfterMs: 0 });
    answer(transport, { states: { s: 'v' } });
    send('t/f/a', '2');
    expect(answer(transport).states.get('s')).toBeNull();
    const sweep = new ExpirySweep(engine);
    let gone = 0;
    for (let i = 0; i < 100; i++) gone += sweep.step(clock.now());
    expect(gone).toBe(1);
    const recovered = engineRig({ clock }, bytesOf(engine.takeCut().cut));
    expect(inspectAddress(recovered.engine, 't/f', 'a', clock.now())).toBeNull();
  });
});

describe('damaged records', () => {
  test('any flipped byte gives the same picture or a named error, and never hangs', () => {
    const { engine, transport, send } = engineRig();
    send('t/f/a', '1');
    declare(transport, { name: 's' });
    answer(transport, {
      states: { s: 'v' },
      egress: ['r'],
      delayed: [{ to: 't/f/b', delayMs: 5, text: 'd', token: 'k' }],
    });
    send('t/f/a', 'bad');
    fail(transport, 'address');
    const [block] = bytesOf(engine.takeCut().cut) as [Uint8Array];
    for (let at = 0; at < block.length; at++) {
      const damaged = Uint8Array.from(block);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      try {
        engineRig({}, [damaged]);
      } catch (error) {
        expect((error as { code?: string }).code ?? (error as Error).stack, `byte ${at}`).toMatch(
          /^WEIR_CORE_(CORRUPT_RECORD|MODULE_CHANGED)$/,
        );
      }
    }
  });
});

describe('idempotency keys', () => {
  const message = { type: 't/f', id: 'a', typename: 't/text', value: 'v' };

  test('a repeated key takes nothing, also after a recovery', () => {
    const { engine } = engineRig();
    const options = { idempotencyKey: 'k', awaitReply: 'r-1' };
    expect(engine.intake.offer('i/in', [message], options)).toMatchObject({ duplicate: false });
    expect(engine.intake.offer('i/in', [message], { idempotencyKey: 'k' })).toMatchObject({
      duplicate: true,
      replyTo: 'r-1',
    });
    const recovered = engineRig({}, bytesOf(engine.takeCut().cut)).engine;
    expect(recovered.intake.offer('i/in', [message], options)).toMatchObject({ duplicate: true });
    expect(recovered.mailboxes.queued.messages).toBe(1);
  });

  test('the reply is kept with the key, and is there for the repeated request', () => {
    const { engine, transport } = engineRig();
    engine.intake.offer('i/in', [message], { idempotencyKey: 'k', awaitReply: 'r-1' });
    answer(transport, { messages: [['weir.http.v1/caller/r-1', 'answer']] });
    const { cut, replies } = engine.takeCut();
    expect(replies).toEqual([{ replyTo: 'r-1', typename: 't/text', value: 'answer' }]);
    const recovered = engineRig({}, bytesOf(cut)).engine;
    const again = recovered.intake.offer('i/in', [message], { idempotencyKey: 'k' });
    expect(again.reply).toEqual({ replyTo: 'r-1', typename: 't/text', value: 'answer' });
  });

  test('the scope is the address, and only the last keys are remembered', () => {
    const { engine } = engineRig();
    engine.intake.offer('i/in', [message], { idempotencyKey: 'k' });
    const other = { ...message, id: 'b' };
    expect(engine.intake.offer('i/in', [other], { idempotencyKey: 'k' }).duplicate).toBe(false);
    for (let i = 0; i < 4; i++) {
      engine.intake.offer('i/in', [message], { idempotencyKey: `k${i}` });
    }
    expect(engine.intake.offer('i/in', [message], { idempotencyKey: 'k' }).duplicate).toBe(false);
  });

  test('large replies push out the oldest keys before the memory is gone (E7)', () => {
    const keys = new IdempotencyKeys(new Log(), 1000, 86_400_000, 2_500);
    for (let i = 0; i < 5; i++) {
      keys.remember(`k${i}`, i, `r${i}`);
      keys.keepReply({ replyTo: `r${i}`, typename: 't/text', value: 'x'.repeat(1000) });
    }
    const kept = [0, 1, 2, 3, 4].filter((i) => keys.get(`k${i}`) !== undefined);
    expect(kept).toEqual([2, 3, 4]);
  });

  test('an unknown function type is refused before anything is remembered', () => {
    const { engine } = engineRig();
    const wrong = { ...message, type: 'x/y' };
    expect(() => engine.intake.offer('i/in', [wrong], { idempotencyKey: 'k' })).toThrow('x/y');
    expect(engine.intake.offer('i/in', [message], { idempotencyKey: 'k' }).duplicate).toBe(false);
  });
});
