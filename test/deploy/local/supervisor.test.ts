import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PartName, SupervisorTask } from '#dashboards/console/supervisor-messages.ts';
import type { PartCommand } from '../../../deploy/local/part.ts';
import { Supervisor } from '../../../deploy/local/supervisor.ts';

const script = join(import.meta.dirname, 'part-script.ts');
const patience = { timeout: 30_000, interval: 20 };

let folder: string;
let supervisor: Supervisor | undefined;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-supervisor-'));
  said = [];
});
afterEach(async () => {
  await supervisor?.stop();
  await supervisor?.done;
  supervisor = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function command(name: PartName, env: Record<string, string> = {}): PartCommand {
  return {
    name,
    args: [script],
    env: { PART_NAME: name, PART_NOTES: join(folder, 'notes'), ...env },
    cwd: folder,
    stopMs: 20_000,
    channel: name === 'console',
    mayFinish: name === 'generator',
  };
}

function start(...commands: PartCommand[]): Supervisor {
  const logs = join(folder, 'logs');
  supervisor = new Supervisor({ commands, logs, release, say: (line) => said.push(line) });
  supervisor.start();
  return supervisor;
}

/** Version 2 gets ready, version 3 ends before, and there is no other. */
function release(version: string): PartCommand | null {
  const part = { ...command('classifier'), channel: true, version };
  if (version === 'v2') return { ...part, env: { ...part.env, PART_READY: '1' } };
  return version === 'v3' ? { ...part, env: { ...part.env, PART_EXIT: '65' } } : null;
}

function asking(task: SupervisorTask): PartCommand {
  return command('console', { PART_ASKS: JSON.stringify(task) });
}

/** What the console heard in answer to its task. */
async function answer(): Promise<string> {
  const found = (): string | undefined =>
    notes().find((line) => line.includes('"request":8') && line.startsWith('console heard'));
  await vi.waitFor(() => expect(found()).toBeDefined(), patience);
  return found()!;
}

function notes(): string[] {
  const path = join(folder, 'notes');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

function noted(...lines: string[]): Promise<unknown> {
  return vi.waitFor(() => expect(notes()).toEqual(expect.arrayContaining(lines)), patience);
}

describe('a running application', () => {
  it('starts again what was killed, and leaves the others alone', async () => {
    const running = start(command('runtime'), command('functions'));
    await noted('runtime start', 'functions start');
    const [runtime, functions] = [running.pid('runtime')!, running.pid('functions')!];
    process.kill(runtime, 'SIGKILL');
    await vi.waitFor(() => {
      expect(notes().filter((line) => line === 'runtime start')).toHaveLength(2);
    }, patience);
    expect(running.pid('runtime')).not.toBe(runtime);
    expect(running.pid('functions')).toBe(functions);
    expect(said.join('\n')).toContain('runtime was killed by SIGKILL; it starts again in 10 ms');
  });

  it('starts again what ended by itself, and keeps what it said in its log', async () => {
    start(command('functions', { PART_EXIT_ONCE: join(folder, 'once') }));
    await vi.waitFor(() => {
      expect(notes().filter((line) => line === 'functions start')).toHaveLength(2);
    }, patience);
    const log = join(folder, 'logs', 'functions.log');
    await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toContain('the last words'), patience);
    expect(said.join('\n')).not.toContain('says hello');
  });

  it('kills the runtime for the console, and tells it when the process is gone', async () => {
    const running = start(command('runtime'), command('console', { PART_KILLS: 'runtime' }));
    const before = running.pid('runtime');
    await vi.waitFor(() => {
      const heard = notes().filter((line) => line.startsWith('console heard'));
      const text = heard.join('\n');
      expect(text).toContain(JSON.stringify({ type: 'done', request: 7, pids: [before] }));
      expect(text).toMatch(/"part":"runtime","state":"exited".*SIGKILL/);
      expect(heard.at(-1)).toMatch(/"part":"runtime","state":"running"/);
    }, patience);
    expect(running.pid('runtime')).not.toBe(before);
  });

  it('refuses to kill what does not run', async () => {
    start(command('console', { PART_KILLS: 'runtime' }));
    const refusal = { type: 'refused', request: 7, reason: 'runtime is not running at the moment' };
    await noted(`console heard ${JSON.stringify(refusal)}`);
  });
});

describe('a swap', () => {
  it('stops the old process only when the new one is ready', async () => {
    const classifier = { ...command('classifier'), version: 'v1' };
    const running = start(classifier, asking({ kind: 'swap', version: 'v2' }));
    await noted('classifier start', 'console start');
    const before = running.pid('classifier');
    expect(await answer()).toMatch(/"type":"done"/);
    expect(running.pid('classifier')).not.toBe(before);
    await noted('classifier stop');
    expect(notes().filter((line) => line === 'classifier start')).toHaveLength(2);
    expect(said.join()).toContain('classifier v2 took over');
  });

  it('leaves the old process alone when the new one does not get ready', async () => {
    const classifier = { ...command('classifier'), version: 'v1' };
    const running = start(classifier, asking({ kind: 'swap', version: 'v3' }));
    await noted('classifier start', 'console start');
    const before = running.pid('classifier');
    expect(await answer()).toMatch(/"type":"refused".*v3 did not get ready.*the last words/);
    expect(running.pid('classifier')).toBe(before);
    // The failure of one that was only tried is not the application's.
    expect(said.join()).not.toContain('stopping');
  });

  it('refuses a version that there is not', async () => {
    start(command('classifier'), asking({ kind: 'swap', version: 'v9' }));
    expect(await answer()).toMatch(/"type":"refused".*no version v9/);
  });
});

describe('scaling', () => {
  const functions = (): PartCommand => ({
    ...command('functions', { PART_READY: '1' }),
    channel: true,
  });

  it.runIf(process.platform === 'linux')('starts further processes', async () => {
    start(functions(), asking({ kind: 'scale', processes: 3 }));
    expect(JSON.parse((await answer()).replace('console heard ', ''))).toMatchObject({
      type: 'done',
      pids: [expect.any(Number), expect.any(Number), expect.any(Number)],
    });
    expect(notes().filter((line) => line === 'functions start')).toHaveLength(3);
  });

  it('stops them all, and all that are left at the end', async () => {
    const running = start(functions(), asking({ kind: 'scale', processes: 0 }));
    expect(await answer()).toMatch(/"type":"done","request":8,"pids":\[\]/);
    expect(running.pid('functions')).toBeNull();
    expect(notes()).toContain('functions stop');
  });

  it('refuses a number that is none', async () => {
    start(functions(), asking({ kind: 'scale', processes: 99 }));
    expect(await answer()).toMatch(/"type":"refused".*from 0 to 8/);
  });
});

describe('a stop', () => {
  it('goes from the source to the page, one part after the other', async () => {
    const names: PartName[] = ['console', 'functions', 'runtime', 'generator'];
    const running = start(...names.map((name) => command(name)));
    await noted(...names.map((name) => `${name} start`));
    await running.stop();
    expect(await running.done).toEqual({ exitCode: 0 });
    const stops = notes().filter((line) => line.endsWith(' stop'));
    expect(stops).toEqual(['generator stop', 'runtime stop', 'functions stop', 'console stop']);
    expect(running.pid('runtime')).toBeNull();
  });

  it('kills a part that does not end within its limit, and says so', async () => {
    const stubborn = { ...command('functions', { PART_STUBBORN: '1' }), stopMs: 300 };
    const running = start(stubborn);
    await noted('functions start');
    await running.stop();
    await running.done;
    expect(notes()).toContain('functions stop');
    expect(said).toContain('functions did not end within 0.3 s and was killed');
  });

  it('takes the second signal of the same Ctrl-C as the same stop', async () => {
    const slow = { ...command('runtime', { PART_STUBBORN: '1' }), stopMs: 400 };
    const running = start(slow);
    await noted('runtime start');
    await Promise.all([running.stop(), running.stop()]);
    await running.done;
    expect(said.filter((line) => line.startsWith('stopping'))).toHaveLength(1);
    expect(said.join()).not.toContain('at once');
  });
});

describe('exit codes', () => {
  it.each([64, 65])('stops everything on %i, with the last words of the part', async (code) => {
    const running = start(command('runtime', { PART_EXIT: String(code) }), command('functions'));
    expect(await running.done).toEqual({ exitCode: code });
    expect(running.pid('functions')).toBeNull();
    expect(said).toContain('  | the last words');
    expect(notes().filter((line) => line === 'runtime start')).toHaveLength(1);
  });

  it('does not start a superseded runtime again, and lets the others run', async () => {
    const running = start(command('runtime', { PART_EXIT: '75' }), command('functions'));
    await vi.waitFor(() => expect(said.join('\n')).toContain('superseded'), patience);
    expect(running.pid('runtime')).toBeNull();
    expect(running.pid('functions')).not.toBeNull();
  });

  it('does not start a generator again that has finished', async () => {
    const running = start(command('generator', { PART_EXIT: '0' }), command('functions'));
    await vi.waitFor(() => expect(said).toContain('generator: it has finished its work'), patience);
    expect(running.pid('functions')).not.toBeNull();
  });
});
