import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { injected } from '../fault-table/injected.ts';

/** Generous: a machine may be slow, a condition that never comes true must still end the test. */
export const limitMs = 90_000;
const lookEveryMs = 10;
const linesKept = 2_000;

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Waits until `condition` gives something else than null, undefined or false. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  withinMs = limitMs,
): Promise<NonNullable<T>> {
  const end = Date.now() + withinMs;
  for (;;) {
    const result = await condition();
    if (result !== null && result !== undefined && result !== false) return result;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await pause(lookEveryMs);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * A port of the loopback interface that is free and stays so: below those that the system gives to
 * outgoing connections, since a killed process needs the same one again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** A log line of the runtime, or of a fail-point. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string };

/** A process of this test; every signal goes to its own pid, and only while it lives. */
export class TestProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<End>;
  readonly lines: string[] = [];
  #end: End | null = null;

  constructor(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_'));
    this.child = spawn(process.execPath, [script, ...args], {
      env: { ...Object.fromEntries(clean), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      createInterface(stream).on('line', (line) => {
        this.lines.push(line);
        if (this.lines.length > linesKept) this.lines.shift();
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.#end = { code, signal };
        resolve(this.#end);
      });
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  get end(): End | null {
    return this.#end;
  }

  signal(name: NodeJS.Signals): void {
    if (name === 'SIGSTOP') injected(3);
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(name);
  }

  /** Ends it at once, whatever it does, and waits until it is gone. */
  async kill(): Promise<End> {
    this.signal('SIGKILL');
    return this.ended;
  }

  /** How it ended; throws with its last words when that takes too long. */
  async ends(withinMs = limitMs): Promise<End> {
    try {
      return await until(`the end of process ${this.pid}`, () => this.#end, withinMs);
    } catch (error) {
      throw new Error(`${String(error)}\n${this.tail()}`, { cause: error });
    }
  }

  logged(matches: (line: LogLine) => boolean): LogLine | null {
    for (const text of this.lines) {
      const line = parsed(text);
      if (line !== null && matches(line)) return line;
    }
    return null;
  }

  /** Waits for a log line; fails at once if the process ends before it. */
  async says(what: string | ((line: LogLine) => boolean), withinMs = limitMs): Promise<LogLine> {
    const matches = typeof what === 'string' ? (line: LogLine) => line.msg === what : what;
    const name = typeof what === 'string' ? `"${what}"` : 'a log line';
    try {
      return await until(
        name,
        () => {
          const line = this.logged(matches);
          if (line === null && this.#end !== null) {
            throw new Error(`ended with ${JSON.stringify(this.#end)} before it said ${name}`);
          }
          return line;
        },
        withinMs,
      );
    } catch (error) {
      throw new Error(`${String(error)}\n${this.tail()}`, { cause: error });
    }
  }

  tail(): string {
    return this.lines.slice(-15).join('\n');
  }
}

function parsed(text: string): LogLine | null {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return null;
  }
}

/** The path of a script of this repository. */
export function scriptAt(relative: string): string {
  return fileURLToPath(new URL(`../../${relative}`, import.meta.url));
}

/** Several processes that end together with their test, whatever becomes of it. */
export class Processes {
  readonly #all: TestProcess[] = [];

  start(script: string, args: readonly string[], env?: Record<string, string>): TestProcess {
    const started = new TestProcess(scriptAt(script), args, env);
    this.#all.push(started);
    return started;
  }

  async killAll(): Promise<void> {
    for (const one of this.#all) {
      one.signal('SIGCONT');
      one.signal('SIGKILL');
    }
    await Promise.all(this.#all.map((one) => one.ended));
  }
}
