import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { injected } from '../fault-table/injected.ts';

interface Line {
  readonly acquired?: number;
  readonly sequence?: number;
  readonly count?: number;
  readonly committed?: number;
  readonly epoch?: number;
  readonly standby?: number;
  readonly lost?: string;
  readonly still?: boolean;
}

let folder: string;
const started: Committer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-takeover-'));
});
afterEach(async () => {
  for (const committer of started.splice(0)) {
    committer.process.kill('SIGKILL');
    await committer.exit;
  }
  await rm(folder, { recursive: true });
  await rm(`${folder}.go-on`, { force: true });
});

/** A process of `committer.ts`, with everything that it printed. */
class Committer {
  readonly process: ChildProcess;
  readonly lines: Line[] = [];
  readonly exit: Promise<number | null>;
  #changed: () => void = () => undefined;

  constructor(settings: object) {
    const script = fileURLToPath(new URL('./committer.ts', import.meta.url));
    this.process = spawn(process.execPath, [script, folder, JSON.stringify(settings)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exit = new Promise((resolve) => this.process.once('exit', resolve));
    createInterface({ input: this.process.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line);
      this.#changed();
    });
    started.push(this);
  }

  /** Resolves with the first line from `from` on that `matches`. */
  async until(matches: (line: Line) => boolean, from = 0): Promise<Line> {
    for (;;) {
      const found = this.lines.slice(from).find(matches);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }

  /** Resolves when `count` more commits are through. */
  async commits(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.until(isCommit, this.lines.length);
  }
}

const isCommit = (line: Line) => line.committed !== undefined;
const isAcquired = (line: Line) => line.acquired !== undefined;
const isStandby = (line: Line) => line.standby !== undefined;

/** Every cut was told to one writer only, and nothing acknowledged was lost to the next one. */
function checkSingleWriter(...committers: Committer[]): void {
  const lines = committers.flatMap((committer) => committer.lines);
  const committed = lines.filter(isCommit).map((line) => line.committed as number);
  expect(new Set(committed).size).toBe(committed.length);
  for (const { acquired, sequence, count } of lines.filter(isAcquired)) {
    expect(count).toBe(sequence);
    for (const line of lines) {
      if (line.epoch === undefined || line.committed === undefined) continue;
      if (line.epoch < (acquired as number)) {
        expect(line.committed).toBeLessThanOrEqual(sequence as number);
      } else expect(line.committed).toBeGreaterThan(sequence as number);
    }
  }
}

test('a standby waits while the owner lives, and follows at once when it was killed', async () => {
  const owner = new Committer({ leaseMs: 600_000 });
  await owner.commits(5);
  const standby = new Committer({ leaseMs: 600_000 });
  expect(await standby.until(isStandby)).toEqual({ standby: owner.process.pid });
  await owner.commits(5);
  expect(standby.lines.some(isAcquired)).toBe(false);
  owner.process.kill('SIGKILL');
  // The lease would last ten minutes, and a look every minute: only the dead process says it.
  expect(await standby.until(isAcquired)).toMatchObject({ acquired: 2 });
  await standby.commits(3);
  checkSingleWriter(owner, standby);
});

test('an owner that stops in good order gives the state back at once', async () => {
  const owner = new Committer({ leaseMs: 600_000 });
  await owner.commits(3);
  const standby = new Committer({ leaseMs: 600_000 });
  await standby.until(isStandby);
  owner.process.kill('SIGTERM');
  expect(await owner.exit).toBe(0);
  expect(await standby.until(isAcquired)).toMatchObject({ acquired: 2 });
  await standby.commits(3);
  checkSingleWriter(owner, standby);
});

test('an owner frozen past its lease is superseded, and ends with 75 when it wakes', async () => {
  const owner = new Committer({ leaseMs: 1_500 });
  await owner.commits(5);
  const standby = new Committer({ leaseMs: 1_500 });
  await standby.until(isStandby);
  owner.process.kill('SIGSTOP');
  injected(3);
  expect(await standby.until(isAcquired)).toMatchObject({ acquired: 2 });
  await standby.commits(10);
  owner.process.kill('SIGCONT');
  expect(await owner.exit).toBe(75);
  expect(owner.lines.at(-1)).toEqual({ lost: 'WEIR_SNAPSHOT_SUPERSEDED' });
  await standby.commits(3);
  checkSingleWriter(owner, standby);
});

test('a takeover does not wait, and an idle owner learns of it by its heartbeat', async () => {
  const owner = new Committer({ leaseMs: 1_500, idle: true });
  await owner.until(isAcquired);
  const rival = new Committer({ leaseMs: 1_500, takeover: true });
  expect(await rival.until(isAcquired)).toMatchObject({ acquired: 2 });
  expect(rival.lines.some(isStandby)).toBe(false);
  expect(await owner.exit).toBe(75);
  await rival.commits(3);
  checkSingleWriter(owner, rival);
});

test('an owner frozen past its lease that finds no rival goes on', async () => {
  const owner = new Committer({ leaseMs: 200 });
  await owner.commits(3);
  owner.process.kill('SIGSTOP');
  injected(3);
  await pause(500);
  owner.process.kill('SIGCONT');
  await owner.commits(5);
  owner.process.kill('SIGTERM');
  expect(await owner.exit).toBe(0);
  checkSingleWriter(owner);
});

test('an owner whose loop stands still for ever is superseded, and ended', async () => {
  const owner = new Committer({ leaseMs: 1_500, stillAfterMs: 3_000 });
  await owner.commits(5);
  const standby = new Committer({ leaseMs: 1_500 });
  await standby.until(isStandby);
  owner.process.kill('SIGUSR2');
  injected(22);
  await owner.until(({ still }) => still === true);
  const { length } = owner.lines;
  expect(await standby.until(isAcquired)).toMatchObject({ acquired: 2 });
  await standby.commits(10);
  // It can't end by itself, and would keep its ports.
  await owner.exit;
  expect(owner.process.signalCode).toBe('SIGKILL');
  expect(owner.lines.slice(length)).toEqual([]);
  checkSingleWriter(owner, standby);
});

test('an owner whose loop stood still, and nobody took over, goes on', async () => {
  const [leaseMs, stillAfterMs] = [1_500, 3_000];
  const owner = new Committer({ leaseMs, stillAfterMs });
  await owner.commits(5);
  owner.process.kill('SIGUSR2');
  injected(22);
  await owner.until(({ still }) => still === true);
  await pause(2 * stillAfterMs);
  await writeFile(`${folder}.go-on`, '');
  await owner.commits(5);
  // Its heartbeats are back: a standby waits.
  const standby = new Committer({ leaseMs });
  await standby.until(isStandby);
  await pause(3 * leaseMs);
  await owner.commits(5);
  expect(standby.lines.some(isAcquired)).toBe(false);
  checkSingleWriter(owner, standby);
});
