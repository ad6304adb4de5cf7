import type { ExpirationMode } from '#protocol/messages.ts';
import type { Cut } from '#runtime/ports/cut.ts';
import { family, recordHeaderBytes, removed } from '#runtime/ports/cut.ts';
import type { IngressSink } from '#runtime/ports/ingress.ts';
import type { Snapshots } from '#runtime/ports/snapshots.ts';
import type { SnapshotStore } from '#runtime/ports/snapshot-store.ts';
import { kafkaControls } from './kafka-controls.ts';
import type { Sabotage } from './process.ts';
import type { SimTransport } from './sim-transport.ts';
import type { LogIngress } from './sim-connectors.ts';

/**
 * Deliberately broken variants: each breaks one promise in the way a plausible mistake would, and
 * the simulation must notice every one of them. A rig that calls these sound proves nothing.
 */
const basicControls: Readonly<Record<string, () => Sabotage>> = {
  'egress is published before its cut is committed (E4)': () => ({
    runtime(runtime) {
      const take = runtime.engine.takeCut.bind(runtime.engine);
      runtime.engine.takeCut = () => {
        const taken = take();
        for (const pump of runtime.pumps) pump.committed(taken.cut.number);
        return taken;
      };
    },
  }),
  'a request is acknowledged before its cut is committed (E4)': () => ({
    runtime(runtime) {
      runtime.commits.durable = () => Promise.resolve();
    },
  }),
  'the compare-and-swap of the head does not compare (E5)': () => ({
    store: (store) =>
      swapping(store, async (body) => {
        for (;;) {
          const head = await store.readHead();
          const result = await store.swapHead(body, head?.tag ?? null);
          if (result.outcome === 'swapped') return result;
        }
      }),
  }),
  'a lost compare-and-swap counts as won (E5)': () => ({
    store: (store) =>
      swapping(store, async (body, expected) => {
        const result = await store.swapHead(body, expected);
        return result.outcome === 'conflict' ? { outcome: 'swapped', tag: 'stolen' } : result;
      }),
  }),
  'a changed state is missing from the cut (E3)': () => ({
    snapshots: (snapshots) =>
      overriding(snapshots, {
        commit: (cut, info) => snapshots.commit(without(cut, family.state, 7), info),
      }),
  }),
  'an undelivered message is missing from the cut (E3)': () => ({
    snapshots: (snapshots) =>
      overriding(snapshots, {
        commit: (cut, info) => snapshots.commit(without(cut, family.message, 3), info),
      }),
  }),
  'delayed messages are not recovered (E3)': () => ({
    snapshots: (snapshots) => recoverWithout(snapshots, family.delayed),
  }),
  'idempotency keys are not recovered (E3)': () => ({
    snapshots: (snapshots) => recoverWithout(snapshots, family.idempotency),
  }),
  'ingress positions are not recovered (E6)': () => ({
    snapshots: (snapshots) => recoverWithout(snapshots, family.position),
  }),
  'a reader starts at the newest record instead of its position (E6)': () => ({
    ingress: (ingress) => skippingOnReopen(ingress),
  }),
  'a missing manifest counts as an empty state': () => ({
    snapshots: (snapshots) =>
      overriding(snapshots, {
        async *recover() {
          // Nothing, as if there had never been a commit.
        },
      }),
  }),
  'a reply is applied without its state (E2)': () => ({
    transport(transport) {
      const deliver = transport.deliver.bind(transport);
      let count = 0;
      transport.deliver = (token, reply, sink) => {
        const broken = ++count % 11 === 0 && reply.kind === 'effects';
        deliver(token, broken ? { ...reply, mutations: [] } : reply, sink);
      };
    },
  }),
  'messages of one reply are delivered in another order (E1)': () => ({
    transport(transport) {
      const deliver = transport.deliver.bind(transport);
      transport.deliver = (token, reply, sink) => {
        const twice = reply.kind === 'effects' && reply.messages.length > 1;
        const messages = twice ? [...reply.messages].reverse() : [];
        deliver(token, twice ? { ...reply, messages } : reply, sink);
      };
    },
  }),
  'delayed messages fire early': () => ({
    runtime(runtime) {
      const take = runtime.engine.delayed.takeDue.bind(runtime.engine.delayed);
      runtime.engine.delayed.takeDue = (now) => take(now + 5_000);
    },
  }),
};

const moreControls: Readonly<Record<string, () => Sabotage>> = {
  'a deleted state comes back after a recovery (E3)': () => ({
    snapshots: (snapshots) =>
      overriding(snapshots, {
        commit: (cut, info) => snapshots.commit(without(cut, family.state | removed, 1), info),
      }),
  }),
  'a message that is done comes back after a recovery (E3)': () => ({
    snapshots: (snapshots) =>
      overriding(snapshots, {
        commit: (cut, info) => snapshots.commit(without(cut, family.message | removed, 5), info),
      }),
  }),
  'a cancelled or fired delayed message comes back after a recovery (E3)': () => ({
    snapshots: (snapshots) =>
      overriding(snapshots, {
        commit: (cut, info) => snapshots.commit(without(cut, family.delayed | removed, 3), info),
      }),
  }),
  'pending egress is not recovered (E3)': () => ({
    snapshots: (snapshots) => recoverWithout(snapshots, family.egress),
  }),
  'counters begin again after a recovery (E3)': () => ({
    snapshots: (snapshots) => recoverWithout(snapshots, family.counters),
  }),
  'a value that lives by being read is not refreshed': () => ({
    transport: (transport) => declaring(transport, 'after-invoke', 'after-write'),
  }),
  'a value that should expire does not': () => ({
    transport: (transport) => declaring(transport, 'after-write', 'none'),
  }),
  'a client is answered before the cut is committed (E4)': () => ({
    runtime(runtime) {
      const take = runtime.engine.takeCut.bind(runtime.engine);
      runtime.engine.takeCut = () => {
        const taken = take();
        for (const reply of taken.replies) {
          for (const { ingress } of runtime.parts.ingresses) ingress.reply?.(reply);
        }
        return { ...taken, replies: [] };
      };
    },
  }),
  'an answer is not kept with its idempotency key (E3)': () => ({
    runtime(runtime) {
      runtime.engine.intake.keepReply = () => undefined;
    },
  }),
  'an answer alone does not cause a commit': () => ({
    runtime({ engine }) {
      Object.defineProperty(engine, 'dirty', {
        get: () =>
          engine.log.bytes > 0 ||
          engine.fresh.count > 0 ||
          engine.intake.moved ||
          [...engine.egresses.values()].some(({ hasOpen }) => hasOpen),
      });
    },
  }),
  'a stop ends without its last commit': () => ({
    runtime(runtime) {
      const commitNow = runtime.commits.commitNow.bind(runtime.commits);
      runtime.commits.commitNow = () =>
        runtime.state === 'stopping' ? Promise.resolve(null) : commitNow();
    },
  }),
  'the ingress stays closed once it was full (E7)': () => ({
    runtime({ engine }) {
      engine.whenOpen = () => undefined;
    },
  }),
  'a message is dropped when the mailboxes are full (E7)': () => ({
    runtime({ engine }) {
      const accept = engine.intake.accept.bind(engine.intake);
      Object.defineProperty(engine, 'full', { get: () => false });
      engine.intake.accept = (ingress, messages, partition, offset) =>
        accept(ingress, engine.mailboxes.queued.messages > 9 ? [] : messages, partition, offset);
    },
  }),
  'a dead letter and the end of its message are two steps (E2)': () => ({
    runtime(runtime) {
      const { parked } = runtime.engine;
      const drop = parked.drop.bind(parked);
      parked.drop = (address) => {
        const { first } = address;
        runtime.clock.setTimer(3_000, () => {
          if (address.parking !== null && address.first === first) drop(address);
        });
        return first;
      };
    },
  }),
  'what the policy gives up is in no dead letter (E2)': () => ({
    runtime({ engine: { deadLetters } }) {
      deadLetters.put = () => null;
    },
  }),
  'what the policy gives up leaves twice': () => ({
    runtime({ engine: { deadLetters } }) {
      const put = deadLetters.put.bind(deadLetters);
      deadLetters.put = (target, letter) => put(target, letter) ?? put(target, letter);
    },
  }),
  'a damaged object ends the recovery early': () => ({
    reader: (snapshots) =>
      overriding(snapshots, {
        async *recover() {
          try {
            yield* snapshots.recover();
          } catch {
            // As if there had been nothing more to read.
          }
        },
      }),
  }),
};

/** More than a start needs. */
const soundSwaps = 8;

/** Every broken variant by what it breaks. */
export const controls: Readonly<Record<string, () => Sabotage>> = {
  ...basicControls,
  ...moreControls,
  ...kafkaControls,
};

/** A store whose compare-and-swap breaks once the probe at the start has found it sound. */
function swapping(store: SnapshotStore, swapHead: SnapshotStore['swapHead']): SnapshotStore {
  let calls = 0;
  return overriding(store, {
    swapHead: (body, expected) =>
      ++calls <= soundSwaps ? store.swapHead(body, expected) : swapHead(body, expected),
  });
}

function declaring(
  transport: SimTransport,
  from: ExpirationMode,
  expiration: ExpirationMode,
): void {
  const deliver = transport.deliver.bind(transport);
  transport.deliver = (token, reply, sink) => {
    if (reply.kind === 'effects') return deliver(token, reply, sink);
    const missing = reply.missing.map((spec) =>
      spec.expiration === from ? { ...spec, expiration } : spec,
    );
    deliver(token, { ...reply, missing }, sink);
  };
}

function overriding<T extends SnapshotStore | Snapshots>(
  target: T,
  changes: Partial<SnapshotStore & Snapshots>,
): T {
  return new Proxy(target, {
    get(object, key) {
      const changed = (changes as Record<PropertyKey, unknown>)[key];
      if (changed !== undefined) return changed;
      const value = (object as unknown as Record<PropertyKey, unknown>)[key];
      return typeof value === 'function' ? (value.bind(object) as unknown) : value;
    },
  });
}

function recoverWithout(snapshots: Snapshots, gone: number): Snapshots {
  return overriding(snapshots, {
    async *recover() {
      for await (const block of snapshots.recover()) {
        voidRecords(Buffer.from(block.buffer, block.byteOffset, block.length), gone, 1);
        yield block;
      }
    },
  });
}

/** The cut without every n-th record of a family. */
function without(cut: Cut, gone: number, every: number): Cut {
  for (const { bytes, length } of cut.chunks) {
    voidRecords(Buffer.from(bytes.buffer, 0, length), gone, every);
  }
  return cut;
}

function voidRecords(log: Buffer, gone: number, every: number): void {
  let seen = 0;
  for (let at = 0; at + recordHeaderBytes <= log.length; at += log.readUInt32LE(at)) {
    if (log[at + 4] === gone && ++seen % every === 0) log[at + 4] = family.void;
  }
}

/** An ingress that forgets what it had not read when it is opened again. */
function skippingOnReopen(ingress: LogIngress): LogIngress {
  const open = ingress.open.bind(ingress);
  ingress.open = (sink: IngressSink, positions: ReadonlyMap<string, number>) =>
    open(sink, new Map([...positions].map(([partition, at]) => [partition, at + 1])));
  return ingress;
}
