import { Engine } from '#runtime/core/engine.ts';
import { Lane } from '#runtime/core/lane.ts';
import { Restore } from '#runtime/core/restore.ts';
import { decodeHead } from '#runtime/snapshot/head.ts';
import { SnapshotWriter } from '#runtime/snapshot/writer.ts';
import { StoreCompactor } from '#runtime/snapshot/compaction.ts';
import { FakeBucket, FakeStore } from './fake-store.ts';
import { Life, Scheduler, SeededRandom, SimClock } from './scheduler.ts';
import type { Account } from './sim-function.ts';
import { SimTransport } from './sim-transport.ts';
import { functionTypes, type Work } from './work.ts';
import type { World } from './world.ts';

/**
 * Conservation in a committed cut: the money that came in up to the cut's positions is in its
 * balances, its undelivered messages and its delayed messages, no more and no less. This proves
 * that the cut is consistent, not only the end.
 */
export async function checkCut(world: World): Promise<void> {
  const engine = await recovered(world.bucket);
  if (engine === null) return;
  let money = 0;
  for (const account of accounts(engine).values()) money += account.money;
  for (const type of engine.registry.types.values()) {
    for (const address of type.active.values()) {
      for (let node = address.first; node !== null; node = node.next) {
        money += (JSON.parse(Buffer.from(node.value, 'latin1').toString()) as Work).amount;
      }
    }
  }
  for (;;) {
    const delayed = engine.delayed.takeDue(Infinity);
    if (delayed === null) break;
    money += (JSON.parse(Buffer.from(delayed.value, 'latin1').toString()) as Work).amount;
  }
  let expected = 0;
  for (const position of engine.intake.positionsOf('sim/log').values()) expected += position * 100;
  if (money !== expected) {
    world.violation(`a committed cut holds ${money} of ${expected} units of money (E3)`);
  }
}

/** Counter ledger, egress history, timers, and the single writer, when everything is at rest. */
export function checkEnd(world: World): void {
  checkWriters(world);
  const process = world.current;
  if (process === undefined) return;
  const { done, counters, egress, never } = world.maker.expected;
  const byAddress = accounts(process.runtime.engine);
  const seen = new Map<string, string>();
  for (const [address, account] of byAddress) {
    for (const cause of account.done) {
      if (seen.has(cause)) world.violation(`${cause} was done twice`);
      if (never.has(cause)) world.violation(`${cause} was cancelled, but was done`);
      seen.set(cause, address);
    }
    if (account.counter !== (counters.get(address) ?? 0)) {
      world.violation(`${address} counts ${account.counter} of ${counters.get(address) ?? 0}`);
    }
  }
  for (const [cause, address] of done) {
    if (seen.get(cause) !== address) world.violation(`${cause} was lost on its way to ${address}`);
  }
  checkEgress(world, egress);
}

/** Every record once, and per address in the order in which it sent them. */
function checkEgress(world: World, expected: ReadonlyMap<string, number>): void {
  const last = new Map<string, number>();
  for (const record of world.published.records) {
    const [address, number] = (JSON.parse(record) as string).split(' ') as [string, string];
    const before = last.get(address) ?? 0;
    if (Number(number) !== before + 1) {
      world.violation(`egress record ${number} of ${address} follows ${before}`);
    }
    last.set(address, Number(number));
  }
  for (const [address, count] of expected) {
    if (last.get(address) !== count) {
      world.violation(`${address} published ${last.get(address) ?? 0} of ${count} records`);
    }
  }
}

/** Epochs never interleave, and the sequence never goes back or skips (E5). */
function checkWriters(world: World): void {
  let epoch = 0;
  let sequence = 0;
  for (const body of world.bucket.heads) {
    const head = decodeHead(body);
    if (head.epoch < epoch) world.violation(`epoch ${head.epoch} wrote after epoch ${epoch} (E5)`);
    if (head.sequence < sequence || head.sequence > sequence + 1) {
      world.violation(`sequence ${head.sequence} follows ${sequence} (E5)`);
    }
    epoch = head.epoch;
    sequence = head.sequence;
  }
}

function accounts(engine: Engine): Map<string, Account> {
  const found = new Map<string, Account>();
  for (const type of engine.registry.types.values()) {
    const column = type.columns.get('account');
    if (column === undefined) continue;
    for (let group = 0; group < 128; group++) {
      for (const id of column.table.idsOf(group)) {
        const { page, valueStart, valueEnd } = column.table.entry;
        const text = page.bytes.subarray(valueStart, valueEnd).toString();
        found.set(`${type.name}/${id}`, JSON.parse(text) as Account);
      }
    }
  }
  return found;
}

/** The last committed cut, read by an engine of its own from a copy of the store. */
async function recovered(bucket: FakeBucket): Promise<Engine | null> {
  if (bucket.head === null) return null;
  const copy = new FakeBucket();
  copy.head = { ...bucket.head };
  copy.tags = bucket.tags;
  for (const [name, object] of bucket.objects) copy.objects.set(name, object);
  const scheduler = new Scheduler(1);
  const life = new Life();
  const clock = new SimClock(scheduler, life, { offsetMs: 0 });
  const random = new SeededRandom(1);
  const faults = { latencyMs: 0, failed: 0, ambiguous: 0 };
  const store = new FakeStore(copy, scheduler, life, faults);
  const processes = {
    self: { host: 'check', hostname: 'check', pid: 1, processStart: '1' },
    isGone: () => true,
  };
  const writer = new SnapshotWriter(
    { store, clock, random, processes },
    { fingerprint: 'sim', takeover: true },
    new StoreCompactor(store, random),
  );
  const transport = new SimTransport(
    scheduler,
    life,
    { latencyMs: 0, lost: 0, down: 0, mended: true },
    0,
    () => undefined,
  );
  const lane = new Lane(transport, 1);
  const idempotency = { keysMax: 10_000, ttlMs: 86_400_000 };
  const engine = new Engine({
    clock,
    laneOf: (type) => (functionTypes.includes(type as never) ? lane : null),
    egresses: [{ id: 'sim/out' }],
    ingresses: [
      { id: 'sim/log', idempotency },
      { id: 'sim/requests', idempotency },
    ],
  });
  let result: Engine | Error | null = null;
  void (async () => {
    await writer.acquire();
    const restore = new Restore(engine);
    for await (const block of writer.recover()) restore.block(block);
    restore.finish();
    result = engine;
  })().catch((error: unknown) => (result = error as Error));
  while (result === null) await scheduler.step();
  life.kill();
  if ((result as unknown) instanceof Error) throw result as unknown as Error;
  return result;
}
