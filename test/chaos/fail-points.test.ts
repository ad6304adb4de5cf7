import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { failPoints, type FailPoint } from '#runtime/ports/fail-point.ts';
import type { TestProcess } from './processes.ts';
import { readOutput } from './ledger.ts';
import { expectRegisters, post, write } from './registers.ts';
import { Workload } from './workload.ts';
import { injected } from '../fault-table/injected.ts';
import { limitMs, tries } from '../fault-table/tries.ts';

/**
 * Each fail-point is passed for the n-th time, in two lives or more: the first time tells of the
 * edge, a later one of the middle of the work.
 */
const working = {
  'record-accepted': [1, 170],
  'cut-taken': [1, 8],
  'object-staged': [2, 9],
  'before-head-swap': [1, 6],
  'head-linked': [2, 7],
  'after-head-swap': [1, 6],
  'commit-known': [1, 6],
  'egress-before-write': [1, 5],
  'egress-written': [1, 5],
  'egress-published': [1, 5],
} as const satisfies Passings;
const starting = {
  'epoch-taken': [1, 1],
  'recovery-midway': [1, 2],
  recovered: [1, 1],
  'ingresses-closed': [1, 1],
} as const satisfies Passings;
const segments = {
  'segment-written': [1, 2],
  'manifest-written': [1, 2],
} as const satisfies Passings;
const compaction = {
  'base-written': [1, 3],
  'compaction-ended': [1, 1],
  'compaction-adopted': [1, 1],
} as const satisfies Passings;
const stopping = {
  'before-last-commit': [1, 1],
  'after-last-commit': [1, 1],
} as const satisfies Passings;
const requests = {
  'request-accepted': [1, 4],
  'request-durable': [1, 4],
} as const satisfies Passings;
const created = { 'state-created': [1, 1] } as const satisfies Passings;
const garbage = { 'garbage-midway': [1, 2] } as const satisfies Passings;

/** How often each of them kills, two at a time. */
const rounds = tries(1, 20);

type Passings = Partial<Record<FailPoint, readonly number[]>>;

const opened: Workload[] = [];
afterAll(async () => {
  for (const workload of opened) await workload.close();
});

async function open(): Promise<Workload> {
  const workload = await Workload.open();
  opened.push(workload);
  return workload;
}

/** Runs until the fail-point kills, and looks at what it left. */
async function killedAt(
  workload: Workload,
  name: string,
  passing: number,
  drive: (runtime: TestProcess) => void | Promise<void> = () => {},
): Promise<void> {
  injected(2);
  if (name.startsWith('egress-') || name === 'commit-known') injected(17);
  const runtime = workload.run({ failPoint: `${name as FailPoint}:${passing}` });
  const driven = Promise.resolve(drive(runtime));
  const end = await runtime.ends();
  await driven;
  // Another thread may still log something between the fail-point's word and the kill.
  const at = runtime.lines.findLast((line) => line.includes('"failPoint"'));
  expect({ ...end, at }, runtime.tail()).toMatchObject({
    code: null,
    signal: 'SIGKILL',
    at: `{"msg":"fail-point","failPoint":"${name}"}`,
  });
  workload.expectNoFault(`${name}:${passing}`);
}

function each(passings: Passings): [string, number][] {
  return Object.entries(passings).flatMap(([name, all]) =>
    all.map((passing): [string, number] => [name, passing]),
  );
}

test('every fail-point has its kills here, two at least', () => {
  const all = [working, starting, segments, compaction, stopping, requests, created, garbage];
  const tables: Passings = Object.assign({}, ...all) as Passings;
  // Those of Kafka are passed with a broker: test/services/kafka-runtime.test.ts.
  const here = failPoints.filter((name) => !name.startsWith('kafka-'));
  expect(Object.keys(tables).toSorted()).toEqual(here.toSorted());
  for (const passings of Object.values(tables)) expect(passings.length).toBeGreaterThanOrEqual(2);
});

const workTimeout = limitMs(600_000, 1, rounds);

test('killed while it works and while it starts', { timeout: workTimeout }, async () => {
  const workload = await open();
  workload.input.feed(20, 20);
  for (let round = 0; round < rounds; round++) {
    for (const [name, passing] of each(working)) await killedAt(workload, name, passing);
    for (const [name, passing] of each(starting)) await killedAt(workload, name, passing);
  }
  await workload.expectComplete(await workload.ready());
});

test('killed after the first head of a new state', { timeout: 300_000 }, async () => {
  for (const [name, passing] of each(created)) {
    const workload = await open();
    workload.input.append(200);
    await killedAt(workload, name, passing);
    await workload.expectComplete(await workload.ready());
    await workload.close();
  }
});

test('killed between segment, manifest and head', { timeout: 300_000 }, async () => {
  const workload = await open();
  workload.input.feed(20, 20);
  for (const [name, passing] of each(segments)) {
    await killedAt(workload, name, passing, async (runtime) => {
      // More than travels inside the head, in as many cuts as there are passings.
      while (runtime.end === null) {
        workload.input.ballast(20, 20_000);
        await Promise.race([runtime.ended, new Promise((resolve) => setTimeout(resolve, 300))]);
      }
    });
  }
  expect(objects(workload, 'delta').length).toBeGreaterThan(0);
  await workload.expectComplete(await workload.ready());
});

test('killed while it compacts, and while it collects garbage', { timeout: 600_000 }, async () => {
  const workload = await open();
  for (const [name, passing] of each(compaction)) {
    // A change that is more than 16 MiB, and more than half of the bases, is compacted at once.
    workload.input.ballast(20, 1_000_000);
    await killedAt(workload, name, passing);
  }
  for (const [name, passing] of each(garbage)) {
    const runtime = await workload.ready();
    workload.input.ballast(20, 200_000);
    await workload.expectComplete(runtime);
    await workload.kill(runtime);
    // Older than the grace: bases of killed compactions, and what the last kill left.
    const before = aged(workload);
    expect(before.length).toBeGreaterThan(passing);
    await killedAt(workload, name, passing);
    const after = new Set([...aged(workload)]);
    expect(before.filter((path) => !after.has(path)).length).toBeGreaterThanOrEqual(passing);
  }
  await workload.expectComplete(await workload.ready());
});

test('killed while it stops', { timeout: 300_000 }, async () => {
  const workload = await open();
  workload.input.feed(20, 20);
  for (const [name, passing] of each(stopping)) {
    await killedAt(workload, name, passing, async (runtime) => {
      await runtime.says('ready');
      await new Promise((resolve) => setTimeout(resolve, 300));
      runtime.signal('SIGTERM');
    });
  }
  await workload.expectComplete(await workload.ready());
});

test('killed with an HTTP request half done', { timeout: 300_000 }, async () => {
  const workload = await open();
  const url = `http://127.0.0.1:${workload.httpPort}/registers/r`;
  const acknowledged = [];
  for (const [name, passing] of each(requests)) {
    const value = `${name}-${passing}`;
    await killedAt(workload, name, passing, async (runtime) => {
      await runtime.says('ready');
      for (let i = 1; i < passing; i++) {
        acknowledged.push(await write(workload.httpPort, 'r', `${value}-before-${i}`, false));
      }
      const unanswered = post(url, value, { register: 'r', value });
      await expect(unanswered).rejects.toThrow();
    });
    const runtime = await workload.ready();
    // The same key again: taken once, whether the first request was in a committed cut or not.
    const calledAt = 0; // Not among the requests whose order is known.
    const answer = await post(url, value, { register: 'r', value });
    const duplicate = name === 'request-durable';
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status: 200,
      body: { accepted: 1, duplicate },
    });
    const unordered = { calledAt, answeredAt: Infinity, reply: null, attempts: 2 };
    acknowledged.push({ register: 'r', value, ...unordered });
    await runtime.kill();
  }
  const runtime = await workload.ready();
  acknowledged.push(await write(workload.httpPort, 'r', 'last', true));
  await workload.expectComplete(runtime);
  expectRegisters(acknowledged, readOutput(workload.egressFile));
});

function objects(workload: Workload, kind: 'delta' | 'manifest' | 'base'): string[] {
  const folder = join(workload.stateFolder, kind);
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** All objects, made older than the garbage collection's grace. */
function aged(workload: Workload): string[] {
  const all = (['delta', 'manifest', 'base'] as const).flatMap((kind) => objects(workload, kind));
  const longAgo = Date.now() / 1_000 - 7_200;
  for (const path of all) utimesSync(path, longAgo, longAgo);
  return all;
}
