import type { Cut } from '#runtime/ports/cut.ts';
import { family, recordHeaderBytes } from '#runtime/ports/cut.ts';
import type { IngressSink } from '#runtime/ports/ingress.ts';
import type { Snapshots } from '#runtime/ports/snapshots.ts';
import type { SnapshotStore } from '#runtime/ports/snapshot-store.ts';
import type { FakeStore } from './fake-store.ts';
import type { Sabotage } from './process.ts';
import type { LogIngress } from './sim-connectors.ts';

/**
 * Deliberately broken variants: each breaks one promise in the way a plausible mistake would, and
 * the simulation must notice every one of them. A rig that calls these sound proves nothing.
 */
export const controls: Readonly<Record<string, () => Sabotage>> = {
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
      overriding(store, {
        swapHead: async (body) => {
          for (;;) {
            const head = await store.readHead();
            const result = await store.swapHead(body, head?.tag ?? null);
            if (result.outcome === 'swapped') return result;
          }
        },
      }),
  }),
  'a lost compare-and-swap counts as won (E5)': () => ({
    store: (store) =>
      overriding(store, {
        swapHead: async (body, expected) => {
          const result = await store.swapHead(body, expected);
          return result.outcome === 'conflict' ? { outcome: 'swapped', tag: 'stolen' } : result;
        },
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

function overriding<T extends FakeStore | Snapshots>(
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
