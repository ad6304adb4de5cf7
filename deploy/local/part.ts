import { spawn } from 'node:child_process';
import type { ChildProcess, Serializable } from 'node:child_process';
import type { PartName } from '#dashboards/console/supervisor-messages.ts';
import { Backoff } from './backoff.ts';
import type { PartLog } from './part-log.ts';

/** How one part is started and stopped. */
export interface PartCommand {
  readonly name: PartName;
  /** Arguments of Node: the script first. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** How long it may take to end by itself after SIGTERM. */
  readonly stopMs: number;
  /** Whether it talks to the supervisor. */
  readonly channel: boolean;
  /** Exit code 0 means that its work is done, not that it has to be started again. */
  readonly mayFinish: boolean;
  /** Which version of its program this is, where there are several. */
  readonly version?: string;
}

export type PartEvent =
  | { readonly state: 'running'; readonly pid: number }
  | { readonly state: 'exited'; readonly reason: string; readonly restartMs: number }
  | { readonly state: 'given-up'; readonly reason: string; readonly code: number | null };

/** Exit codes after which a start would only fail again: usage, data, superseded. */
const finalCodes = new Map([
  [64, 'was started with options that it does not know'],
  [65, 'found its module file or its data wrong'],
  [75, 'was superseded: another runtime took over the state'],
]);

/**
 * One process that is kept running. What dies is started again with growing delays; what says by
 * its exit code that a restart would not help is not.
 */
export class Part {
  readonly command: PartCommand;
  readonly log: PartLog;
  private readonly onEvent: (event: PartEvent) => void;
  private readonly onMessage: (message: unknown) => void;
  private readiness = Promise.withResolvers<boolean>();
  private readonly backoff = new Backoff();
  private child: ChildProcess | undefined;
  private startedAtMs = 0;
  private restart: NodeJS.Timeout | undefined;
  private stopping = false;
  private ended = Promise.resolve();

  constructor(
    command: PartCommand,
    log: PartLog,
    onEvent: (event: PartEvent) => void,
    onMessage: (message: unknown) => void = () => {},
  ) {
    this.command = command;
    this.log = log;
    this.onEvent = onEvent;
    this.onMessage = onMessage;
  }

  /** Process id while it runs. */
  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /**
   * Resolves with true when the process that was started last has said that it is ready, over its
   * channel; with false when it ended before.
   */
  get ready(): Promise<boolean> {
    return this.readiness.promise;
  }

  start(): void {
    if (this.stopping || this.child !== undefined) return;
    const { args, env, cwd, channel } = this.command;
    this.startedAtMs = performance.now();
    const child = spawn(process.execPath, [...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...(channel ? (['ipc'] as const) : [])],
      // A process group of its own: Ctrl-C reaches the supervisor alone, which then stops the
      // parts in their order.
      detached: true,
    });
    this.child = child;
    this.readiness = Promise.withResolvers();
    const { readiness } = this;
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    for (const output of [child.stdout, child.stderr]) {
      output?.setEncoding('utf8');
      output?.on('data', (text: string) => this.log.write(text));
    }
    child.on('message', (message) => {
      if (message === 'ready') readiness.resolve(true);
      else this.onMessage(message);
    });
    // Without a listener a failed spawn or a closed channel would end the supervisor.
    child.on('error', (error) => this.log.line(`supervisor: ${error.message}`));
    child.once('close', (code, signal) => {
      this.child = undefined;
      readiness.resolve(false);
      ended.resolve();
      this.exited(code, signal);
    });
    if (child.pid !== undefined) {
      this.log.line(`supervisor: started process ${child.pid}`);
      this.onEvent({ state: 'running', pid: child.pid });
    }
  }

  send(message: Serializable): void {
    const { child } = this;
    if (child?.connected === true) child.send(message, () => {});
  }

  /** Ends the process at once; resolves with its id when it is gone, with null if none ran. */
  async kill(): Promise<number | null> {
    const pid = this.pid;
    if (pid === null) return null;
    const ended = this.ended;
    this.child?.kill('SIGKILL');
    await ended;
    return pid;
  }

  /** Stops it for good: SIGTERM, and SIGKILL after its limit. False if it took SIGKILL. */
  async stop(limitMs = this.command.stopMs): Promise<boolean> {
    this.stopping = true;
    clearTimeout(this.restart);
    if (this.child === undefined) return true;
    let tookKill = false;
    const timer = setTimeout(() => {
      tookKill = true;
      this.child?.kill('SIGKILL');
    }, limitMs);
    this.child.kill('SIGTERM');
    await this.ended;
    clearTimeout(timer);
    return !tookKill;
  }

  private exited(code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
    this.log.line(`supervisor: the process ${how}`);
    if (this.stopping) return;
    const final = code === null ? undefined : finalCodes.get(code);
    if (final !== undefined) {
      this.onEvent({ state: 'given-up', reason: `it ${final} (exit code ${code})`, code });
      return;
    }
    if (code === 0 && this.command.mayFinish) {
      this.onEvent({ state: 'given-up', reason: 'it has finished its work', code });
      return;
    }
    const restartMs = this.backoff.next(performance.now() - this.startedAtMs);
    this.onEvent({ state: 'exited', reason: how, restartMs });
    this.restart = setTimeout(() => this.start(), restartMs);
  }
}
