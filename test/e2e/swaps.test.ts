import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { injected } from '#test/fault-table/injected.ts';
import { limitMs, tries } from '#test/fault-table/tries.ts';
import { classifierCommand, partCommands } from '../../deploy/local/commands.ts';
import { startOptions } from '../../deploy/local/options.ts';
import { Supervisor } from '../../deploy/local/supervisor.ts';
import { freePorts, idsIn, notScored } from './running-application.ts';

const perChange = 6;
const swaps = tries(perChange, 20);
/** A machine that is busy with other things as well would fall behind with more. */
const transactionsPerSecond = tries(300, 1_000);
const betweenMs = 1_500;
const patience = { timeout: 240_000, interval: 100 };

let data: string;
let supervisor: Supervisor;
let page: string | undefined;
let admin: string;
const said: string[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'weir-swaps-'));
  const ports = String(await freePorts());
  const options = startOptions(
    ['--data', data, '--ports-from', ports, '--rate', String(transactionsPerSecond), '--keep'],
    {},
  );
  if (options === 'help') throw new Error('expected options');
  admin = `http://127.0.0.1:${options.ports.admin}`;
  supervisor = new Supervisor({
    commands: partCommands(options),
    release: (version) => {
      const command = classifierCommand(options, version === 'crashing' ? 'v2' : version);
      if (command === null || version !== 'crashing') return command;
      return { ...command, version, args: [...command.args, '--models', join(data, 'none')] };
    },
    logs: join(data, 'logs'),
    say: (line) => said.push(line),
    onPage: (url) => (page = url),
  });
  supervisor.start();
});
afterEach(async () => {
  await supervisor.stop();
  await supervisor.done;
  await rm(data, { recursive: true, force: true });
});

/** What the runtime says of addresses that stopped: the reason of a score that does not come. */
async function parked(): Promise<string> {
  return (await fetch(`${admin}/parked`)).text();
}

async function scored(): Promise<number> {
  const answer = await fetch(`${page}/api/overview`);
  return ((await answer.json()) as { scored: number }).scored;
}

it(
  `swaps of the classifier under ${transactionsPerSecond} transactions a second lose and double nothing`,
  async () => {
    await vi.waitFor(async () => expect(await scored(), said.join('\n')).toBeGreaterThan(1_000), {
      ...patience,
    });
    for (let n = 0; n < swaps; n++) {
      // Every second one is broken: its scores are wrong, or it does not even start.
      const version = n % 2 === 1 ? 'v3' : n % 4 === 0 ? 'v2' : 'crashing';
      const done = await supervisor.perform({ kind: 'swap', version });
      if (version === 'crashing') expect(done).toMatch(/did not get ready.*WEIR_MODELS/);
      else expect(done).toEqual([expect.any(Number)]);
      injected(13);
      await new Promise((resolve) => setTimeout(resolve, betweenMs));
    }
    const [log, scores] = [join(data, 'transactions'), join(data, 'scores')];
    const sent = await idsIn(log);
    await vi.waitFor(
      async () => expect(await notScored(sent, scores), await parked()).toEqual([]),
      {
        ...patience,
        interval: 1_000,
      },
    );
    await supervisor.stop();
    const [known, got] = [new Set(await idsIn(log)), await idsIn(scores)];
    expect(got).toHaveLength(new Set(got).size);
    expect(got.filter((id) => !known.has(id))).toEqual([]);
    console.log(`${swaps} swaps, ${got.length} scores, 0 lost, 0 doubled`);
  },
  limitMs(600_000, perChange, swaps),
);
