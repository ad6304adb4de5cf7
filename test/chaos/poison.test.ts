import { existsSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { readOutput } from './ledger.ts';
import { until, type TestProcess } from './processes.ts';
import { admin, adminUrl, Workload, type AddressPicture } from './workload.ts';
import { injected } from '../fault-table/injected.ts';

let workload: Workload;
afterEach(() => workload.close());

interface Parked {
  readonly address: string;
  readonly code: string;
  readonly reason: string;
  readonly messages: number;
  readonly lastReply?: { readonly status: number; readonly bodyStart: string };
}

async function parked(runtime: TestProcess): Promise<Parked[]> {
  return (await admin(runtime, 'GET', '/parked')).body as Parked[];
}

async function parks(runtime: TestProcess, key: string): Promise<Parked> {
  const address = `chaos/counter/${key}`;
  return until(`${address} to park`, async () =>
    (await parked(runtime)).find((one) => one.address === address),
  );
}

/** `weir parked …` against a running runtime. */
async function weirParked(runtime: TestProcess, ...args: string[]): Promise<string> {
  const { host } = new URL(await adminUrl(runtime));
  const command = workload.processes.start('runtime/main.ts', ['parked', ...args, '--admin', host]);
  const end = await command.ends();
  expect(end, command.tail()).toEqual({ code: 0, signal: null });
  return command.lines.join('\n');
}

/** The others go on: so many more records come out. */
async function othersGoOn(): Promise<void> {
  const before = readOutput(workload.egressFile).length;
  await until('others to go on', () => readOutput(workload.egressFile).length > before + 300);
}

/** A record that can't be counted, and some more for the same address. */
function poison(key: string): number {
  injected(12);
  for (let i = 0; i < 4; i++) workload.input.record(key);
  const { n } = workload.input.record(key, { poison: true });
  for (let i = 0; i < 4; i++) workload.input.record(key);
  return n;
}

test('a poisoned address parks alone, stays parked over a kill, and leaves by each way once', async () => {
  workload = await Workload.open({ call: '3s' });
  const { input } = workload;
  input.feed(10, 20);
  let runtime = await workload.ready();
  const dropped = poison('poison-drop');
  const dead = poison('poison-dead');
  poison('poison-retry');
  for (const key of ['poison-drop', 'poison-dead', 'poison-retry']) {
    const { messages, reason, lastReply } = await parks(runtime, key);
    expect(messages).toBe(5);
    expect(reason).not.toBe('');
    expect(lastReply?.status).toBe(500);
  }
  await othersGoOn();
  expect(await parked(runtime)).toHaveLength(3);

  await workload.kill(runtime);
  runtime = await workload.ready();
  await othersGoOn();
  expect(await parked(runtime)).toHaveLength(3);
  const { body } = await admin(runtime, 'GET', '/state/chaos/counter/poison-drop');
  const picture = body as AddressPicture;
  expect(picture).toMatchObject({ mailbox: 5, parked: { reason: expect.any(String) as string } });
  expect(picture.states['count']?.json).toBe(4);

  // Tried again with the same image it parks again.
  const answer = await admin(runtime, 'POST', '/parked/chaos/counter/poison-drop/retry');
  expect(answer.status).toBe(200);
  await parks(runtime, 'poison-drop');
  expect(await weirParked(runtime, 'list')).toContain('chaos/counter/poison-drop');

  await weirParked(runtime, 'drop', 'chaos/counter', 'poison-drop');
  await weirParked(runtime, 'dead-letter', 'chaos/counter', 'poison-dead');
  await until('the dead letter', () => deadLetters().length > 0);
  await runtime.kill();

  // With an image that can, the third goes on by itself once it is asked to.
  await workload.functions.kill();
  await workload.startFunctions(workload.functionsPort, { POISON: 'taken' });
  runtime = await workload.ready();
  expect(await parked(runtime)).toMatchObject([{ address: 'chaos/counter/poison-retry' }]);
  await weirParked(runtime, 'retry', 'chaos/counter', 'poison-retry');
  const without = new Set([`poison-drop/${dropped}`, `poison-dead/${dead}`]);
  await workload.expectComplete(runtime, without);
  expect(deadLetters()).toEqual([
    { typename: 'chaos/Record', json: { key: 'poison-dead', n: dead, poison: true } },
  ]);
  expect(await parked(runtime)).toEqual([]);
  const gone = await admin(runtime, 'POST', '/parked/chaos/counter/poison-drop/drop');
  expect(gone.status).toBe(404);
}, 240_000);

test('by policy the poison leaves once, over kills, and its address goes on', async () => {
  const policy = '{ retryBudget: 2s, onFailure: dead-letter, deadLetter: chaos/dead-letter }';
  workload = await Workload.open({ policy });
  workload.input.feed(10, 20);
  let runtime = await workload.ready();
  const poisoned = new Map<string, number>();
  for (let i = 0; i < 4; i++) {
    poisoned.set(`poison-${i}`, poison(`poison-${i}`));
    await othersGoOn();
    await workload.kill(runtime);
    runtime = await workload.ready();
  }
  // While others are answered: alone, a poisoned message can't be told from an endpoint that is down.
  await until('the dead letters', () => deadLetters().length >= poisoned.size);
  const without = new Set([...poisoned].map(([key, n]) => `${key}/${n}`));
  await workload.expectComplete(runtime, without);
  expect(await parked(runtime)).toEqual([]);
  const letters = deadLetters() as { json: { key: string; n: number } }[];
  expect(letters.map(({ json }) => `${json.key}/${json.n}`).sort()).toEqual([...without].sort());
}, 240_000);

test('with the policy `stop` the runtime ends by name, and starts again with the address parked', async () => {
  workload = await Workload.open({ policy: '{ retryBudget: 2s, onFailure: stop }' });
  workload.input.feed(10, 20);
  const runtime = await workload.ready();
  poison('poison');
  expect(await runtime.ends(), runtime.tail()).toEqual({ code: 65, signal: null });
  expect(runtime.logged(({ code }) => code === 'WEIR_CORE_POISONED')).not.toBeNull();
  const next = await workload.ready();
  expect(await parked(next)).toMatchObject([{ address: 'chaos/counter/poison', messages: 5 }]);
  await othersGoOn();
}, 120_000);

function deadLetters(): unknown[] {
  const path = `${workload.egressFile}.dead`;
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as unknown);
}
