import { expect, test } from 'vitest';
import type { Engine } from '#runtime/core/engine.ts';
import { EgressPump } from '#runtime/host/egress-pump.ts';
import type { Egress, EgressBatch } from '#runtime/ports/egress.ts';
import { answer, bytesOf, engineRig, type Rig } from '../core/engine-rig.ts';
import { HandClock, settled } from './hand-clock.ts';

/** Publishes when the test says so. */
class HandEgress implements Egress {
  readonly id = 'e/out';
  waitsForReader = false;
  readonly batches: string[][] = [];
  readonly firsts: number[] = [];
  readonly #waiting: PromiseWithResolvers<string>[] = [];
  closed = false;

  open(): Promise<void> {
    return Promise.resolve();
  }

  publish(batch: EgressBatch): Promise<string> {
    this.batches.push([...batch.records()].map(({ value }) => Buffer.from(value).toString()));
    this.firsts.push(batch.firstSequence);
    const waiting = Promise.withResolvers<string>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  async through(): Promise<void> {
    this.#waiting.shift()?.resolve(`behind batch ${this.batches.length}`);
    await settled();
  }

  async fail(): Promise<void> {
    this.#waiting.shift()?.reject(new Error('no'));
    await settled();
  }

  close(): Promise<void> {
    this.closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(new Error('closed'));
    return Promise.resolve();
  }
}

interface PumpRig extends Rig {
  readonly pump: EgressPump;
  readonly egress: HandEgress;
  readonly time: HandClock;
}

function pumpRig(rig: Rig = engineRig()): PumpRig {
  const egress = new HandEgress();
  const time = new HandClock();
  const life = { lineage: 'l', epoch: 1 };
  return { ...rig, egress, time, pump: new EgressPump(rig.engine, egress, time, life) };
}

/** A function emits records; returns the cut that holds them. */
function emit(rig: Rig, ...texts: string[]): number {
  rig.send('t/f/a', 'go');
  answer(rig.transport, { egress: texts });
  return rig.engine.takeCut().cut.number;
}

function pendingBytes(engine: Engine): number {
  return [...engine.egresses.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}

test('only what a committed cut holds is published (E4)', async () => {
  const rig = pumpRig();
  const { pump, egress } = rig;
  const first = emit(rig, 'one', 'two');
  const second = emit(rig, 'three');
  pump.committed(first - 1);
  await settled();
  expect(egress.batches).toEqual([]);
  pump.committed(first);
  expect(egress.batches).toEqual([['one', 'two']]);
  pump.committed(second);
  expect(egress.batches, 'one batch at a time').toHaveLength(1);
  expect(pump.waiting).toBe(3);
  await egress.through();
  expect(egress.batches).toEqual([['one', 'two'], ['three']]);
  expect(pump.waiting).toBe(1);
  await egress.through();
  expect({ waiting: pump.waiting, published: pump.publishedRecords }).toEqual({
    waiting: 0,
    published: 3,
  });
  expect(pendingBytes(rig.engine)).toBe(0);
});

test('a cut that is committed while the last batch ends is not left waiting', async () => {
  const rig = pumpRig();
  const { pump, egress } = rig;
  pump.committed(emit(rig, 'one'));
  const second = emit(rig, 'two');
  const ended = egress.through();
  // At every step of the promises between the end of one batch and the rest.
  for (let step = 0; step < 20; step++) {
    await Promise.resolve();
    pump.committed(step < 10 ? second - 1 : second);
  }
  await ended;
  expect(egress.batches).toEqual([['one'], ['two']]);
});

test.each([0, 1, 2, 3, 4, 5, 6])(
  'a commit %i promise steps after a publication counts',
  async (steps) => {
    const rig = pumpRig();
    const { pump, egress } = rig;
    pump.committed(emit(rig, 'one'));
    const second = emit(rig, 'two');
    const ended = egress.through();
    for (let step = 0; step < steps; step++) await Promise.resolve();
    pump.committed(second);
    await ended;
    expect(egress.batches).toEqual([['one'], ['two']]);
  },
);

test('a failed batch is tried again with back-off, with all of it and in order', async () => {
  const rig = pumpRig();
  const { pump, egress, time } = rig;
  pump.committed(emit(rig, 'one'));
  await egress.fail();
  expect({ failures: pump.failures, trouble: pump.trouble }).toEqual({
    failures: 1,
    trouble: 'no',
  });
  const waits: number[] = [];
  for (let attempt = 2; attempt <= 10; attempt++) {
    pump.committed(attempt === 5 ? emit(rig, 'two') : 0 + attempt);
    expect(egress.batches, 'a commit does not cut the pause short').toHaveLength(attempt - 1);
    waits.push(time.nextInMs ?? -1);
    await time.pass(waits.at(-1) ?? 0);
    expect(egress.batches).toHaveLength(attempt);
    expect(egress.firsts.at(-1)).toBe(0);
    await egress.fail();
  }
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  await time.pass(10_000);
  await egress.through();
  expect({ trouble: pump.trouble, waiting: pump.waiting }).toMatchObject({ trouble: null });
  expect(egress.batches.at(-1)?.[0]).toBe('one');
  await egress.through();
  expect(pump.waiting).toBe(0);
});

test('drain publishes what is committed, tries a failed batch once, and then nothing more', async () => {
  const rig = pumpRig();
  const { pump, egress, time } = rig;
  const first = emit(rig, 'one');
  pump.committed(first);
  await egress.fail();
  const drained = pump.drain();
  expect(egress.batches).toEqual([['one'], ['one']]);
  await egress.fail();
  await drained;
  pump.committed(emit(rig, 'two'));
  await time.pass(60_000);
  expect(egress.batches).toHaveLength(2);
  expect(pump.waiting).toBe(2);
});

test('drain does not wait for a reader, and close ends what does', async () => {
  const rig = pumpRig();
  const { pump, egress } = rig;
  egress.waitsForReader = true;
  pump.committed(emit(rig, 'one'));
  await pump.drain();
  expect(egress.closed).toBe(false);
  await pump.close();
  expect(egress.closed).toBe(true);
  expect(pump.waiting, 'it is in the cut').toBe(1);
});

test('close waits for the batch under way', async () => {
  const rig = pumpRig();
  const { pump, egress } = rig;
  pump.committed(emit(rig, 'one'));
  const closed = pump.close();
  await settled();
  expect(egress.closed).toBe(false);
  await egress.through();
  await closed;
  expect(egress.closed).toBe(true);
  expect(pump.waiting).toBe(0);
});

test('a writer that is halted begins no further batch (E5)', async () => {
  const rig = pumpRig();
  const { pump, egress, time } = rig;
  pump.committed(emit(rig, 'one'));
  pump.committed(emit(rig, 'two'));
  pump.halt();
  await egress.through();
  await time.pass(60_000);
  await pump.drain();
  expect(egress.batches).toEqual([['one']]);
});

test('what was published is known to the next life once a cut holds it', async () => {
  const cuts: Uint8Array[] = [];
  const rig = pumpRig();
  rig.send('t/f/a', 'go');
  answer(rig.transport, { egress: ['one', 'two'] });
  cuts.push(...bytesOf(rig.engine.takeCut().cut));
  rig.pump.committed(1);
  await rig.egress.through();
  const before = pumpRig(engineRig({}, cuts));
  before.pump.committed(0);
  expect(before.egress.batches, 'given again from the first on').toEqual([['one', 'two']]);
  cuts.push(...bytesOf(rig.engine.takeCut().cut));
  const after = pumpRig(engineRig({}, cuts));
  after.pump.committed(0);
  expect(after.egress.batches).toEqual([]);
  expect(after.engine.egress('e/out').position).toBe('behind batch 1');
});
