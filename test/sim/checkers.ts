import { Engine } from '#runtime/core/engine.ts';
import { Lane } from '#runtime/core/lane.ts';
import { Restore } from '#runtime/core/restore.ts';
import { offsetsOf } from '#runtime/ports/ingress.ts';
import type { Transport } from '#runtime/ports/transport.ts';
import { decodeHead } from '#runtime/snapshot/head.ts';
import { SnapshotWriter } from '#runtime/snapshot/writer.ts';
import { StoreCompactor } from '#runtime/snapshot/compaction.ts';
import { FakeBucket, FakeStore } from './fake-store.ts';
import { Life, Scheduler, SeededRandom, SimClock } from './scheduler.ts';
import type { Account } from './sim-function.ts';
import type { SimProcess } from './process.ts';
import { deadLetters, egressIds, functionTypes, type Work } from './work.ts';
import type { World } from './world.ts';

/**
 * Conservation in a committed cut: the money that came in up to the cut's positions is in its
 * balances, its undelivered messages and its delayed messages, but for what a person took out; no
 * more and no less. This proves that the cut is consistent, not only the end.
 */
export async function checkCut(world: World): Promise<void> {
  const engine = await recovered(world);
  if (engine === null) return;
  let money = 0;
  const there = new Set<string>();
  const count = (value: string): void => {
    const { amount, cause } = JSON.parse(Buffer.from(value, 'latin1').toString()) as Work;
    money += amount;
    there.add(cause);
  };
  for (const account of accounts(engine).values()) {
    money += account.money;
    for (const cause of account.done) there.add(cause);
  }
  for (const type of engine.registry.types.values()) {
    for (const address of type.active.values()) {
      for (let node = address.first; node !== null; node = node.next) count(node.value);
    }
  }
  for (;;) {
    const delayed = engine.delayed.takeDue(Infinity);
    if (delayed === null) break;
    count(delayed.value);
  }
  // A message that was given up is in a dead letter of the same cut, whole (E2).
  for (const letter of deadLettersIn(engine, world)) count(letter);
  let expected = 0;
  for (const position of offsetsOf(engine.intake.positionsOf('sim/log')).values()) {
    expected += position * 100;
  }
  let possible = new Set([expected]);
  for (const amounts of world.operator.missingAmounts((cause) => there.has(cause))) {
    // What was taken out by a life that never committed it may also not have come yet.
    possible = new Set([...possible].flatMap((sum) => [sum, ...amounts.map((a) => sum - a)]));
  }
  if (!possible.has(money)) {
    world.violation(`a committed cut holds ${money} of ${expected} units of money (E3)`);
  }
}

/** Those that were published before the cut, and those that it holds. */
function deadLettersIn(engine: Engine, world: World): string[] {
  // In the cut from the first start on.
  const egress = engine.egresses.get(deadLetters);
  if (egress === undefined) return [];
  const life = { lineage: 'check', epoch: 1 };
  const batch = egress.publishable(Infinity, Infinity, life);
  const pending = batch === null ? [] : [...batch.records()];
  const first = batch?.firstSequence ?? egress.publishedSequence;
  return [
    ...recordsOf(world, deadLetters).slice(0, first),
    ...pending.map(({ value }) => Buffer.from(value).toString('latin1')),
  ];
}

/** A stop that ended well has everything in its last cut that the process ever took. */
export async function checkStop(world: World, process: SimProcess): Promise<void> {
  const taken = process.runtime.engine;
  const kept = await recovered(world);
  const { head } = world.bucket;
  if (kept === null || head === null) return;
  // With nothing to commit it may not have learned that another one has gone on with the state.
  if (decodeHead(head.body).epoch !== process.runtime.acquired?.epoch) return;
  for (const [partition, position] of taken.intake.positionsOf('sim/log')) {
    if ((kept.intake.positionsOf('sim/log').get(partition) ?? 0) < position) {
      world.violation(`a stop left out what was read from ${partition} up to ${position}`);
    }
  }
  const before = accounts(taken);
  for (const [address, account] of accounts(kept)) {
    if (account.done.length !== before.get(address)?.done.length) {
      world.violation(`a stop left out what ${address} had done`);
    }
  }
}

/** Counter ledger, egress history, timers, and the single writer, when everything is at rest. */
export function checkEnd(world: World): void {
  checkWriters(world);
  const process = world.current;
  if (process === undefined) return;
  const { done, counters, egress, never } = world.maker.expected;
  const byAddress = accounts(process.runtime.engine);
  world.operator.settle(byAddress, recordsOf(world, deadLetters));
  world.clients.check(byAddress);
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
  checkLoads(world, process.runtime.engine);
}

/** At rest nothing may be counted as waiting (E7): a bound that leaks closes the ingress one day. */
function checkLoads(world: World, engine: Engine): void {
  const { queued, parked } = engine.mailboxes;
  const types = [...engine.registry.types.values()];
  const loads = {
    queued: queued.messages + queued.bytes,
    parked: parked.messages + parked.bytes + engine.parked.size,
    egress: [...engine.egresses.values()].reduce(
      (sum, { bytes, pending }) => sum + bytes + pending,
      0,
    ),
    mailboxes: types.reduce((sum, { counts }) => sum + counts.mailbox, 0),
    inFlight: types.reduce((sum, { counts }) => sum + counts.inFlight, 0),
    parkedOfTypes: types.reduce((sum, { counts }) => sum + counts.parked, 0),
    active: types.reduce((sum, { active }) => sum + active.size, 0),
    queuedForTheirTurn: types.reduce(
      (sum, { lane, waiting }) => sum + lane.waiting + waiting.length,
      0,
    ),
    places: types.reduce((sum, { lane }) => sum + lane.outstanding, 0),
  };
  for (const [name, load] of Object.entries(loads)) {
    if (load !== 0) world.violation(`at rest ${load} are counted as ${name} (E7)`);
  }
}

/** Every record once, and per address in the order in which it sent them. */
function checkEgress(world: World, expected: ReadonlyMap<string, number>): void {
  const last = new Map<string, number>();
  for (const id of ['sim/out', 'sim/second']) {
    for (const record of recordsOf(world, id)) {
      const [address, number] = (JSON.parse(record) as string).split(' ') as [string, string];
      const before = last.get(`${id} ${address}`) ?? 0;
      if (Number(number) !== before + 1) {
        world.violation(`record ${number} of ${address} follows ${before} in ${id}`);
      }
      last.set(`${id} ${address}`, Number(number));
    }
  }
  for (const [at, count] of expected) {
    if ((last.get(at) ?? 0) !== count) {
      world.violation(`${at} has ${last.get(at) ?? 0} of ${count} records`);
    }
  }
}

function recordsOf(world: World, egress: string): readonly string[] {
  return world.published.get(egress)?.records ?? [];
}

/** A damaged or missing object is an error with a name, or was not needed: never another state. */
export async function checkDamage(world: World): Promise<void> {
  const before = picture(await recovered(world));
  const bucket = copyOf(world.bucket);
  const { random } = world.scheduler;
  const names = [...bucket.objects.keys()];
  const at = random.below(names.length + 1);
  const name = names[at];
  const damaged = (bytes: Uint8Array): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    if (random.chance(0.3)) return copy.subarray(0, random.below(copy.length));
    const place = random.below(copy.length);
    copy[place] = (copy[place] as number) ^ (1 << random.below(8));
    return copy;
  };
  if (name === undefined) {
    if (bucket.head === null) return;
    bucket.head = { ...bucket.head, body: damaged(bucket.head.body) };
  } else if (random.chance(0.2)) bucket.objects.delete(name);
  else {
    const object = bucket.objects.get(name);
    if (object !== undefined) bucket.objects.set(name, { ...object, bytes: damaged(object.bytes) });
  }
  try {
    if (picture(await recovered(world, bucket)) !== before) {
      world.violation(`with damage to ${name ?? 'the head'} another state is recovered`);
    }
  } catch (error) {
    const { code } = error as { code?: string };
    if (!/^WEIR_SNAPSHOT_(CORRUPT_OBJECT|MISSING_OBJECT|UNSUPPORTED_FORMAT)$/.test(code ?? '')) {
      world.violation(`damage to ${name ?? 'the head'} is told as ${String(error)}`);
    }
  }
}

function picture(engine: Engine | null): string {
  if (engine === null) return 'nothing';
  const mailboxes = [...engine.registry.types.values()].map(({ name, active }) => [
    name,
    active.size,
  ]);
  return JSON.stringify([[...accounts(engine)].sort(), mailboxes, engine.delayed.size]);
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

function copyOf(bucket: FakeBucket): FakeBucket {
  const copy = new FakeBucket();
  copy.head = bucket.head === null ? null : { ...bucket.head };
  copy.tags = bucket.tags;
  for (const [name, object] of bucket.objects) copy.objects.set(name, object);
  return copy;
}

/** The last committed cut, read by an engine of its own from a copy of the store. */
async function recovered(world: World, bucket = copyOf(world.bucket)): Promise<Engine | null> {
  if (bucket.head === null) return null;
  const scheduler = new Scheduler(1);
  const life = new Life();
  const clock = new SimClock(scheduler, life, { offsetMs: 0 });
  const random = new SeededRandom(1);
  const faults = { latencyMs: 0, failed: 0, ambiguous: 0 };
  const store = new FakeStore(bucket, scheduler, life, faults);
  const processes = {
    self: { host: 'check', hostname: 'check', pid: 1, processStart: '1' },
    isGone: () => true,
  };
  const writer = new SnapshotWriter(
    { store, clock, random, processes },
    { fingerprint: 'sim', takeover: true },
    new StoreCompactor(store, random),
  );
  const snapshots = world.sabotage.reader?.(writer) ?? writer;
  const nobody = { concurrency: 0 } as unknown as Transport;
  const lane = new Lane(nobody, 1);
  const idempotency = { keysMax: 10_000, ttlMs: 86_400_000 };
  const engine = new Engine({
    clock,
    laneOf: (type) => (functionTypes.includes(type) ? lane : null),
    egresses: egressIds.map((id) => ({ id })),
    ingresses: [
      { id: 'sim/log', idempotency },
      { id: 'sim/requests', idempotency },
    ],
  });
  let result: Engine | Error | null = null;
  void (async () => {
    await snapshots.acquire();
    const restore = new Restore(engine);
    for await (const block of snapshots.recover()) restore.block(block);
    restore.finish();
    result = engine;
  })().catch((error: unknown) => (result = error as Error));
  while (result === null) await scheduler.step();
  life.kill();
  if ((result as unknown) instanceof Error) throw result as unknown as Error;
  return result;
}
