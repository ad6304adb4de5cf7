import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePort, until } from '../../chaos/processes.ts';
import { project } from '../../docs/page-commands.ts';
import { freePorts } from '../running-application.ts';
import { type Ports, withStandIns } from './stand-ins.ts';

/** Longer than the supervisor of the application takes at worst: it ends its parts, we could not. */
const stopMs = 90_000;
/** For the hook that removes a copy in which several things may still run. */
export const removeMs = 3 * stopMs;
/** Of a machine that trains a model meanwhile. */
const patienceMs = 180_000;

/** A command of a page that goes on. */
export interface Running {
  /** All that it has said, on both outputs. */
  said(): string;
  /** Whether it has ended, and how. */
  code(): number | null;
  /** As Ctrl-C does, to it and what it started; resolves when all of it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * A copy of the project, as a reader has it after `npm ci`, in which the commands of a page are
 * given to a shell. What they write stays in it; the ports are free ones of this machine.
 */
export class Checkout {
  readonly folder: string;
  /** Host and port of the admin API. */
  readonly admin: string;
  readonly #ports: Ports;
  readonly #env: NodeJS.ProcessEnv;
  readonly #running: Running[] = [];

  private constructor(folder: string, ports: Ports, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#ports = ports;
    this.admin = env['WEIR_ADMIN']!;
    this.#env = env;
  }

  static async create(): Promise<Checkout> {
    const folder = mkdtempSync(join(tmpdir(), 'weir-page-'));
    cpSync(project, folder, { recursive: true, filter: (path) => isOurs(basename(path)) });
    symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
    const [page, classifier] = [await freePorts(), await freePort()];
    const [functions, admin] = [await freePort(), await freePort()];
    const own = Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|WEIR_|NODE_|CI$|npm_)/.test(name),
    );
    const env = {
      ...Object.fromEntries(own),
      PATH: `${join(project, 'node_modules', '.bin')}:${process.env['PATH']}`,
      // What commands leave behind goes with the copy.
      TMPDIR: mkdtempSync(join(folder, '.tmp-')),
      PORT: '0',
      FUNCTIONS_PORT: String(functions),
      CLASSIFIER_URL: `http://127.0.0.1:${functions}/`,
      WEIR_ADMIN: `127.0.0.1:${admin}`,
    };
    return new Checkout(folder, { page, classifier }, env);
  }

  /** To its end, which must be a good one; what it said. */
  async run(command: string): Promise<string> {
    const running = this.#start(command);
    await until(command, () => running.code() !== null, patienceMs);
    if (running.code() !== 0) throw new Error(`${command}: ${running.code()}\n${running.said()}`);
    return running.said();
  }

  /** Until it has said that; it goes on. */
  async begin(command: string, words: string | RegExp): Promise<Running> {
    const running = this.#start(command);
    await until(
      `"${words}" of ${command}`,
      () => {
        const said = running.said();
        if (typeof words === 'string' ? said.includes(words) : words.test(said)) return true;
        if (running.code() !== null) throw new Error(`${command}: ${running.code()}\n${said}`);
        return false;
      },
      patienceMs,
    );
    return running;
  }

  /** For what a page says goes on by itself: begins it, and ends it when it has said that. */
  async beginAndStop(command: string, words: string | RegExp): Promise<string> {
    const running = await this.begin(command, words);
    await running.stop();
    return running.said();
  }

  /** As the page says to change a file: `text` in place of what is there. */
  async edit(file: string, was: string | RegExp, text: string): Promise<void> {
    const path = join(this.folder, file);
    const before = await readFile(path, 'utf8');
    const after = before.replace(was, () => text);
    if (after === before) throw new Error(`${file} has no ${was}`);
    await writeFile(path, after);
  }

  async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.folder, file), text);
  }

  async copy(from: string, to: string): Promise<void> {
    await cp(join(this.folder, from), join(this.folder, to), { recursive: true });
  }

  async forget(file: string): Promise<void> {
    await rm(join(this.folder, file));
  }

  text(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8');
  }

  /** Waits until an event log has so many lines, or words that match; all of it as text. */
  async lines(folder: string, count: number, matching = /\n/g): Promise<string> {
    const path = join(this.folder, folder);
    return until(`${count} lines in ${folder}`, async () => {
      const names = existsSync(path) ? await readdir(path) : [];
      const texts = names.sort().map((name) => readFile(join(path, name), 'utf8'));
      const all = (await Promise.all(texts)).join('');
      return [...all.matchAll(matching)].length >= count ? all : null;
    });
  }

  /** Ends what still runs, and removes the copy. */
  async remove(): Promise<void> {
    for (const one of this.#running.toReversed()) await one.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #start(command: string): Running {
    const child = spawn('bash', ['-ec', withStandIns(command, this.#ports)], {
      cwd: this.folder,
      env: this.#env,
      // A process group of its own: what a shell starts ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = runningOf(child);
    this.#running.push(running);
    return running;
  }
}

function isOurs(name: string): boolean {
  return !/^(node_modules|coverage|\.git|\.weir.*|\.venv)$/.test(name);
}

function runningOf(child: ChildProcess): Running {
  let said = '';
  let code: number | null = null;
  for (const output of [child.stdout!, child.stderr!]) {
    output.on('data', (text) => (said += String(text)));
  }
  // When the last one that writes to its outputs is gone, not when the shell is.
  child.once('close', (exit) => (code = exit ?? -1));
  const signalled = (name: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const stop = async (name: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (code !== null) return;
    signalled(name);
    try {
      await until(`the end of ${child.spawnargs.join(' ')}`, () => code !== null, stopMs);
    } catch (error) {
      signalled('SIGKILL');
      throw error;
    }
  };
  return { said: () => said, code: () => code, stop };
}
