import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeKafkaRecord, kafkaRecordTypename } from '#protocol/egress-records.ts';
import type { Engine } from '#runtime/core/engine.ts';
import type { FailurePolicy } from '#runtime/ports/failure-policy.ts';
import { answer, bytesOf, declare, engineRig, fail, type Rig } from './engine-rig.ts';

const toDead: FailurePolicy = {
  onFailure: 'dead-letter',
  deadLetter: { egress: 'e/dead', topic: null },
};
const egresses = ['e/out', 'e/dead'];

function letters(engine: Engine): { typename: string; text: string }[] {
  engine.egress('e/dead').close(engine.log);
  const life = { lineage: 'l', epoch: 1 };
  const batch = engine.egress('e/dead').publishable(Infinity, Infinity, life);
  return [...(batch?.records() ?? [])].map(({ typename, value }) => ({
    typename,
    text: Buffer.from(value).toString(),
  }));
}

describe('dead letters by policy', () => {
  test('of a batch only the poison leaves, and its neighbours go their way in order', () => {
    const { engine, transport, send } = engineRig({ egresses, policy: toDead });
    for (const text of ['0', '1', 'bad', '3', '4']) send('t/f/a', text);
    // The first goes alone, the others come as a batch.
    answer(transport);
    fail(transport, 'address');
    const seen: string[] = [];
    while (transport.requests.length > 0) {
      const [message] = transport.requests[0]?.messages ?? [];
      if (message?.text === 'bad') fail(transport, 'address');
      else seen.push(...answer(transport).messages.map(({ text }) => text));
    }
    expect(seen).toEqual(['1', '3', '4']);
    expect(letters(engine)).toEqual([{ typename: 't/text', text: 'bad' }]);
    expect(engine.parked.size).toBe(0);
    expect(engine.mailboxes.queued).toEqual({ messages: 0, bytes: 0 });
    expect(engine.registry.types.get('t/f')?.active.size).toBe(0);
  });

  test('what the egress can never take parks, as without the policy', () => {
    const validate = () => {
      throw new Error('too large');
    };
    const { engine, transport, send } = engineRig({ egresses, policy: toDead, validate });
    send('t/f/a', 'bad');
    fail(transport, 'address');
    expect([...engine.parked].map(({ id }) => id)).toEqual(['a']);
    expect(letters(engine)).toEqual([]);
  });

  test('a Kafka egress gets it as its record, with the id as the key', () => {
    const policy: FailurePolicy = {
      onFailure: 'dead-letter',
      deadLetter: { egress: 'e/dead', topic: 'dead' },
    };
    const { engine, transport, send } = engineRig({ egresses, policy });
    send('t/f/some id', 'bad');
    fail(transport, 'address');
    const [letter] = letters(engine);
    expect(letter?.typename).toBe(kafkaRecordTypename);
    const { topic, key, value } = decodeKafkaRecord(Buffer.from(letter?.text ?? ''));
    expect({ topic, key, value: Buffer.from(value).toString() }).toEqual({
      ...{ topic: 'dead', key: 'some id', value: 'bad' },
    });
  });

  test('an endpoint that answers nobody has no dead letters', () => {
    const { engine, transport, send } = engineRig({ egresses, policy: toDead });
    send('t/f/a', 'good');
    for (let i = 0; i < 5; i++) fail(transport, 'endpoint');
    expect(letters(engine)).toEqual([]);
    expect(answer(transport).messages.map(({ text }) => text)).toEqual(['good']);
  });

  test('an image that declares the wrong states parks: every message would leave for it', () => {
    const { engine, transport, send } = engineRig({ egresses, policy: toDead });
    send('t/f/a', '1');
    declare(transport, { name: 's' });
    answer(transport, { states: { s: 'kept' } });
    const recovered = engineRig({ egresses, policy: toDead }, bytesOf(engine.takeCut().cut));
    recovered.send('t/f/a', '2');
    declare(recovered.transport, { name: 's', typename: 't/other' });
    expect(recovered.engine.parked.size).toBe(1);
    expect(letters(recovered.engine)).toEqual([]);
  });

  test('the policy `stop` parks and says so, once', () => {
    const { engine, transport, send } = engineRig({ policy: { onFailure: 'stop' } });
    const told: string[] = [];
    engine.onPoisoned = ({ code, message }) => told.push(`${code} ${message}`);
    send('t/f/a', 'bad');
    fail(transport, 'address');
    expect(told).toEqual(['WEIR_CORE_POISONED t/f/a parked: it failed [T_FAILED]']);
    expect(engine.parked.size).toBe(1);
  });

  test('in every cut a message is in a mailbox or among the dead letters, never in both', () => {
    type Step = 'send' | 'answer' | 'fail' | 'cut';
    const step = fc.constantFrom<Step>('send', 'send', 'answer', 'fail', 'cut');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const rig = engineRig({ egresses, policy: toDead });
        const answered: string[] = [];
        const cuts: Uint8Array[] = [];
        let sent = 0;
        for (const one of steps) {
          if (one === 'send') rig.send(`t/f/${sent % 3}`, `m${sent++}`);
          else if (one === 'cut') {
            cuts.push(...bytesOf(rig.engine.takeCut().cut));
            checkWhole(engineRig({ egresses }, cuts), answered, sent);
          } else if (rig.transport.requests.length > 0) {
            if (rig.transport.requests[0]?.states.size === 0) declare(rig.transport, {});
            if (one === 'fail') fail(rig.transport, 'address');
            else answered.push(...answer(rig.transport).messages.map(({ text }) => text));
          }
        }
        cuts.push(...bytesOf(rig.engine.takeCut().cut));
        checkWhole(engineRig({ egresses }, cuts), answered, sent);
      }),
      { numRuns: 200 },
    );
  });
});

function checkWhole({ engine }: Rig, answered: readonly string[], sent: number): void {
  const found = [...answered, ...letters(engine).map(({ text }) => text)];
  for (const type of engine.registry.types.values()) {
    for (const address of type.active.values()) {
      for (let node = address.first; node !== null; node = node.next) found.push(node.value);
    }
  }
  expect(found.sort()).toEqual(Array.from({ length: sent }, (_, i) => `m${i}`).sort());
}
