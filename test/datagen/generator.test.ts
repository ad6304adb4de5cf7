import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logFileStarts } from '#datagen/event-log.ts';
import { Generator, type GeneratorOptions } from '#datagen/generator.ts';
import { FolderOutlet, type FolderTarget } from '#datagen/folder-outlet.ts';
import { handbookDefaults } from '#datagen/options.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'generator-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

type Options = GeneratorOptions & FolderTarget;

function optionsIn(root: string, changes: Partial<Options> = {}): Options {
  const world = { ...handbookDefaults, customers: 100, terminals: 200, radius: 15 };
  return {
    stream: { ...world, firstDay: 17_622 },
    kind: 'folders',
    transactions: path.join(root, 'transactions'),
    feedback: path.join(root, 'feedback'),
    checkpoint: path.join(root, 'generator.json'),
    endDay: 17_622 + 20,
    pace: { kind: 'unlimited' },
    maxBacklogBytes: Infinity,
    rollBytes: 64 * 1024,
    ...changes,
  };
}

function open(options: Options): Generator {
  return new Generator(options, new FolderOutlet(options, options.stream));
}

async function run(options: Options): Promise<void> {
  await open(options).run(new AbortController().signal);
}

function logText(log: string): string {
  const file = (start: number): string => `${String(start).padStart(20, '0')}.jsonl`;
  return logFileStarts(log)
    .map((start) => fs.readFileSync(path.join(log, file(start)), 'utf8'))
    .join('');
}

describe('the generator', () => {
  it('goes on after a cut of either log at every byte near its end', async () => {
    const options = optionsIn(folder, { endDay: 17_622 + 20 });
    await run(options);
    const expected = [logText(options.transactions), logText(options.feedback)];
    expect(expected[1]!.length).toBeGreaterThan(250);
    for (const log of [options.transactions, options.feedback]) {
      const start = logFileStarts(log).at(-1)!;
      const file = path.join(log, `${String(start).padStart(20, '0')}.jsonl`);
      for (let missing = 0; missing <= 220; missing += 3) {
        fs.truncateSync(file, fs.statSync(file).size - missing);
        await run(options);
        const now = [logText(options.transactions), logText(options.feedback)];
        expect(now[0] === expected[0] && now[1] === expected[1], `${missing} bytes`).toBe(true);
      }
    }
  });

  it('needs no checkpoint, and uses one that is behind the logs only', async () => {
    const options = optionsIn(folder);
    await run(options);
    const expected = logText(options.transactions);
    const checkpoint = fs.readFileSync(options.checkpoint, 'utf8');
    fs.rmSync(options.checkpoint);
    const file = path.join(options.transactions, '00000000000000000000.jsonl');
    fs.truncateSync(file, 1_000);
    for (const start of logFileStarts(options.transactions).slice(1)) {
      const name = `${String(start).padStart(20, '0')}.jsonl`;
      fs.rmSync(path.join(options.transactions, name));
    }
    fs.writeFileSync(options.checkpoint, checkpoint);
    await run(options);
    expect(logText(options.transactions)).toBe(expected);
  });

  it('refuses folders of another stream', async () => {
    const options = optionsIn(folder, { endDay: 17_622 + 2 });
    await run(options);
    const changed = { ...options, stream: { ...options.stream, seed: 5 } };
    expect(() => open(changed)).toThrow(/seed was 1, now 5/);
    fs.rmSync(options.checkpoint);
    await expect(run(changed)).rejects.toThrow(/not that of this stream/);
    fs.writeFileSync(options.checkpoint, '{"format":1}');
    expect(() => open(options)).toThrow(/does not have the fields/);
  });

  it('waits while too much is unconsumed, and goes on when it is not', async () => {
    const options = optionsIn(folder, { maxBacklogBytes: 100_000 });
    const stop = new AbortController();
    const generator = open(options);
    const done = generator.run(stop.signal);
    const deadline = Date.now() + 30_000;
    while (generator.progress.state !== 'waiting') {
      expect(Date.now()).toBeLessThan(deadline);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const waiting = generator.progress;
    expect(waiting.backlogBytes).toBeGreaterThan(100_000);
    for (const start of logFileStarts(options.transactions).slice(0, -1)) {
      const name = `${String(start).padStart(20, '0')}.jsonl`;
      fs.rmSync(path.join(options.transactions, name));
    }
    while (generator.progress.transactions === waiting.transactions) {
      expect(Date.now()).toBeLessThan(deadline);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    stop.abort();
    await done;
  });
});

describe('the generator process', () => {
  const main = path.resolve('datagen/main.ts');
  const size = [
    ...['--world', 'handbook', '--customers', '100', '--terminals', '200', '--radius', '15'],
    ...['--roll', '0.0625'],
  ];
  const children = new Set<ChildProcess>();
  afterEach(() => children.forEach((child) => child.kill('SIGKILL')));

  function start(...args: string[]): ChildProcess {
    const logs = ['--transactions', `${folder}/transactions`, '--feedback', `${folder}/feedback`];
    const child = spawn(process.execPath, [main, ...logs, ...size, ...args], { stdio: 'ignore' });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  }

  it('killed with -9 again and again writes the stream of one that was not', async () => {
    const options = optionsIn(path.join(folder, 'undisturbed'));
    await run(options);
    for (let kill = 0; kill < 3; kill++) {
      const before = fs.existsSync(`${folder}/transactions`) ? written() : 0;
      const child = start('--rate', '2000', '--days', '20');
      const exited = once(child, 'exit');
      const deadline = Date.now() + 30_000;
      while (!fs.existsSync(`${folder}/transactions`) || written() <= before) {
        expect(Date.now()).toBeLessThan(deadline);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      child.kill('SIGKILL');
      await exited;
    }
    const [code] = (await once(start('--rate', 'max', '--days', '20'), 'exit')) as [number];
    expect(code).toBe(0);
    expect(logText(`${folder}/transactions`)).toBe(logText(options.transactions));
    expect(logText(`${folder}/feedback`)).toBe(logText(options.feedback));
  });

  function written(): number {
    return logText(`${folder}/transactions`).length;
  }
});
