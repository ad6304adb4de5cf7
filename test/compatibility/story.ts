import { inspectAddress, listAddresses } from '#runtime/core/inspect.ts';
import { answer, declare, engineRig, fail, type Rig } from '../core/engine-rig.ts';

const message = { type: 't/f', id: 'keyed', typename: 't/text', value: 'once' };

/**
 * A short life of an engine in which every kind of record comes up, in three parts; a cut is taken
 * after each. What it leaves behind is the same whenever and by whichever version it is played.
 */
export const story: readonly ((rig: Rig) => void)[] = [
  ({ transport, send }) => {
    for (const id of ['a', 'b', 'gone']) {
      send(`t/f/${id}`, `first of ${id}`);
      declare(
        transport,
        { name: 's' },
        { name: 'long', expiration: 'after-write', expireAfterMs: 1e9 },
      );
      answer(transport, {
        states: { s: `state of ${id}`, long: 'x'.repeat(3_000) },
        egress: [`record of ${id}`],
      });
    }
  },
  ({ engine, transport, send }) => {
    const batch = engine.egress('e/out').publishable(Infinity, 1e6, { lineage: 'l', epoch: 1 });
    if (batch === null) throw new Error('the story has no record to publish');
    engine.egress('e/out').published(engine.log, batch.firstSequence + batch.count, 'mark-1');
    engine.intake.offer('i/in', [message], { idempotencyKey: 'k', awaitReply: 'r-1' });
    answer(transport, {
      messages: [
        ['weir.http.v1/caller/r-1', 'reply'],
        ['t/g/Ünïcode id', 'sent'],
      ],
      delayed: [
        { to: 't/f/a', delayMs: 60_000, text: 'with token', token: 'tok' },
        { to: 't/f/b', delayMs: 120_000, text: 'later' },
      ],
    });
    send('t/f/gone', 'delete');
    // The unicode address declares no state: its request waits unanswered from here on.
    const waiting = transport.take();
    if (waiting.address !== 't/g/Ünïcode id') throw new Error(`met ${waiting.address}`);
    answer(transport, { states: { s: null, long: null }, egress: ['pending', 'too'] });
  },
  ({ engine, transport, send }) => {
    engine.intake.accept('i/in', [], 'stream shard', 'after 49680614046803728219');
    send('t/f/poisoned', 'bad');
    fail(transport, 'address');
    send('t/f/poisoned', 'waits behind it');
    send('t/f/a', 'in flight');
    send('t/f/a', 'undelivered');
    transport.take();
  },
];

/** What the story leaves in an engine, in a form that outlives versions of the code. */
export function telling({ engine, clock }: Rig): object {
  const addresses: Record<string, object> = {};
  for (const type of engine.registry.types.values()) {
    for (const id of listAddresses(type, null, 1_000)) {
      const found = inspectAddress(engine, type.name, id, clock.now());
      if (found === null) continue;
      const messages: string[] = [];
      for (let node = type.active.get(id)?.first ?? null; node !== null; node = node.next) {
        const from = node.caller === null ? '' : ` from ${node.caller.type}/${node.caller.id}`;
        messages.push(`${node.typename} ${String(node.value)}${from}`);
      }
      addresses[`${type.name}/${id}`] = {
        states: Object.fromEntries(
          found.states.map(({ name, typename, value }) => [
            name,
            `${typename} ${value.toString()}`,
          ]),
        ),
        messages,
        delayed: found.delayed,
        parked: found.parking === null ? null : `${found.parking.code}: ${found.parking.reason}`,
      };
    }
  }
  const egress = engine.egress('e/out');
  const batch = egress.publishable(Infinity, 1e6, { lineage: 'l', epoch: 1 });
  const again = engine.intake.offer('i/in', [message], { idempotencyKey: 'k' });
  return {
    addresses,
    egress: {
      position: egress.position,
      pending: [...(batch?.records() ?? [])].map(({ value }) => Buffer.from(value).toString()),
    },
    positions: Object.fromEntries(engine.intake.positionsOf('i/in')),
    delayed: { messages: engine.delayed.size, nextDueMs: engine.delayed.nextDueMs },
    repeatedKey: { duplicate: again.duplicate, reply: again.reply },
  };
}

/** Plays the story from an empty engine; `cut` is called after each part. */
export async function playStory(cut: (rig: Rig, part: number) => Promise<void>): Promise<Rig> {
  const rig = engineRig();
  for (const [part, play] of story.entries()) {
    play(rig);
    await cut(rig, part);
  }
  return rig;
}
