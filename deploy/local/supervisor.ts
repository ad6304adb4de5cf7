import { join } from 'node:path';
import type {
  FromConsole,
  FromSupervisor,
  SupervisorTask,
} from '#dashboards/console/supervisor-messages.ts';
import { Part } from './part.ts';
import type { PartCommand, PartEvent } from './part.ts';
import { PartLog } from './part-log.ts';
import { Rollout } from './rollout.ts';

const hurryMs = 1_000;
const quietRestartMs = 640;

/** The order of the stop: nothing new comes in, the last commit, then what served it. */
const stopOrder = ['generator', 'runtime', 'classifier', 'functions', 'console'] as const;

export interface SupervisorOptions {
  readonly commands: readonly PartCommand[];
  /** The command of another version of the classifier; null if there is none of that name. */
  readonly release?: (version: string) => PartCommand | null;
  /** The folder for the parts' logs. */
  readonly logs: string;
  /** Prints a line on the terminal. */
  readonly say: (line: string) => void;
  /** Called when the page can be opened. */
  readonly onPage?: (url: string) => void;
  /** Called whenever the running processes changed. */
  readonly onChange?: (parts: readonly { pid: number; script: string }[]) => void;
}

/** Why the application ended: a stop, or a part that can't go on. */
export interface SupervisorEnd {
  readonly exitCode: number;
}

/**
 * Keeps the parts of the application running.
 *
 * - A part that dies is started again, with growing delays; the others are left alone.
 * - The runtime that was superseded (75) is not: the one that took over would be fought for ever.
 * - A part whose options or data are wrong (64, 65) ends everything, with its last words.
 * - A stop goes in order, and each part has a limit.
 */
export class Supervisor {
  /** Resolves when all parts have ended. */
  readonly done: Promise<SupervisorEnd>;
  private readonly options: SupervisorOptions;
  private readonly parts = new Map<string, Part>();
  /** One per kind of part: processes that took another's place write on in its log. */
  private readonly logs: PartLog[] = [];
  private readonly running = new Map<string, FromSupervisor & { type: 'part' }>();
  private readonly startedMs = performance.now();
  private readonly end = Promise.withResolvers<SupervisorEnd>();
  private readonly rollout: Rollout;
  /** What serves functions, also while no process does: what a further one is started like. */
  private readonly serving: Part | undefined;
  private stopAtMs = 0;
  private saidUrl = false;
  private saidScore = false;

  constructor(options: SupervisorOptions) {
    this.options = options;
    this.done = this.end.promise;
    for (const command of options.commands) {
      const log = new PartLog(join(options.logs, `${command.name}.log`));
      this.logs.push(log);
      this.parts.set(command.name, this.make(command, log));
    }
    this.serving = this.parts.get('functions');
    this.rollout = new Rollout(
      {
        make: (command, { log }) => this.make(command, log),
        adopt: (name, part) => this.adopt(name, part),
        forget: (name) => this.parts.delete(name),
        get: (name) => this.parts.get(name),
      },
      process.platform === 'linux',
    );
  }

  start(): void {
    for (const part of this.parts.values()) part.start();
  }

  /** Process id of a part while it runs. */
  pid(name: string): number | null {
    return this.parts.get(name)?.pid ?? null;
  }

  /**
   * Stops everything in order. Called again after a second it ends what is left at once; a second
   * signal within that second is the same Ctrl-C, passed on by npm.
   */
  async stop(exitCode = 0): Promise<void> {
    if (this.stopAtMs > 0) {
      if (performance.now() - this.stopAtMs < hurryMs) return;
      this.options.say('ending what is left at once');
      await Promise.all([...this.parts.values()].map((part) => part.stop(0)));
      return;
    }
    this.stopAtMs = performance.now();
    this.options.say('stopping: the runtime makes its last commit');
    for (const name of stopOrder) {
      const parts = [...this.parts.values()].filter(({ command }) => command.name === name);
      await Promise.all(parts.map((part) => this.stopPart(part)));
    }
    for (const log of this.logs) log.close();
    this.options.say('stopped');
    this.end.resolve({ exitCode });
  }

  private async stopPart(part: Part): Promise<void> {
    const { name, stopMs } = part.command;
    if (await part.stop()) return;
    this.options.say(`${name} did not end within ${stopMs / 1000} s and was killed`);
  }

  private make(command: PartCommand, log: PartLog): Part {
    const part: Part = new Part(
      command,
      log,
      (event) => this.isOurs(part) && this.took(part, event),
      (message) => void this.heard(message as FromConsole),
    );
    return part;
  }

  /** One that is only tried must not end the application by its failure. */
  private isOurs(part: Part): boolean {
    return [...this.parts.values()].includes(part);
  }

  private adopt(name: string, part: Part): void {
    this.parts.set(name, part);
    if (part.pid !== null) this.took(part, { state: 'running', pid: part.pid });
  }

  private took(part: Part, event: PartEvent): void {
    const { name } = part.command;
    const message = {
      type: 'part' as const,
      part: name,
      state: event.state,
      pid: event.state === 'running' ? event.pid : null,
      atMs: Date.now(),
      ...(event.state === 'running' ? {} : { reason: event.reason }),
    };
    this.running.set(name, message);
    if (name === 'console' && event.state === 'running') this.tellAll();
    else this.tell(message);
    this.changed();
    if (event.state === 'exited') this.sayRestart(part, event.reason, event.restartMs);
    if (event.state === 'given-up') this.gaveUp(part, event.reason, event.code);
  }

  private sayRestart(part: Part, reason: string, restartMs: number): void {
    const { name } = part.command;
    // The first restarts come within a second; saying each of them would hide the reason.
    if (restartMs > 10 && restartMs < quietRestartMs) return;
    const when = restartMs < 1_000 ? `${restartMs} ms` : `${restartMs / 1000} s`;
    this.options.say(`${name} ${reason}; it starts again in ${when}`);
    if (restartMs >= quietRestartMs) {
      this.options.say(`  it said: ${part.log.tellingLine() ?? 'nothing'}`);
      this.options.say(`  all of it: ${part.log.path}`);
    }
  }

  private gaveUp(part: Part, reason: string, code: number | null): void {
    const { name } = part.command;
    this.options.say(`${name}: ${reason}`);
    if (code === 0) return;
    for (const line of part.log.lastLines) this.options.say(`  | ${line}`);
    if (code === 75) {
      this.options.say('  end the other runtime, then start this application again');
      return;
    }
    this.options.say(`  all of it: ${part.log.path}`);
    void this.stop(code ?? 1);
  }

  private async heard(message: FromConsole): Promise<void> {
    if (message.type === 'listening') {
      if (!this.saidUrl) this.options.say(`page: ${message.url}`);
      this.options.onPage?.(message.url);
      this.changed();
      this.saidUrl = true;
    } else if (message.type === 'first-score') {
      if (!this.saidScore) {
        const seconds = ((performance.now() - this.startedMs) / 1000).toFixed(1);
        const score = message.score.toFixed(3);
        this.options.say(`first score: ${message.transactionId} ${score}, after ${seconds} s`);
      }
      this.saidScore = true;
    } else {
      const { request, task } = message;
      const done = await this.perform(task);
      this.tell(
        typeof done === 'string'
          ? { type: 'refused', request, reason: done }
          : { type: 'done', request, pids: done },
      );
    }
  }

  /**
   * Does something to the processes on purpose; answers the process ids that it is about, or why it
   * was not done.
   */
  async perform(task: SupervisorTask): Promise<readonly number[] | string> {
    if (this.stopAtMs > 0) return 'the application is stopping';
    if (task.kind === 'kill') {
      const pid = (await this.parts.get(task.part)?.kill()) ?? null;
      return pid === null ? `${task.part} is not running at the moment` : [pid];
    }
    if (task.kind === 'swap') {
      const command = this.options.release?.(task.version) ?? null;
      if (command === null) return `there is no version ${task.version} of the classifier`;
      const done = await this.rollout.swap('classifier', command);
      if (typeof done !== 'string') this.options.say(`classifier ${task.version} took over`);
      return done;
    }
    const { serving } = this;
    if (serving === undefined) return 'no functions of ours are running';
    const done = await this.rollout.scale(
      serving,
      (place) => furtherProcess(serving.command, place),
      task.processes,
    );
    if (typeof done !== 'string') this.options.say(`${done.length} function processes serve now`);
    return done;
  }

  private tell(message: FromSupervisor): void {
    this.parts.get('console')?.send(message);
  }

  /** A console that has just started knows nothing of the others. */
  private tellAll(): void {
    for (const message of this.running.values()) this.tell(message);
  }

  private changed(): void {
    this.options.onChange?.(
      [...this.parts.values()].flatMap(({ pid, command }) => {
        const script = command.args.find((argument) => !argument.startsWith('-'));
        return pid === null || script === undefined ? [] : [{ pid, script }];
      }),
    );
  }
}

/** The first has the port that metrics are read from; another one takes any. */
function furtherProcess(command: PartCommand, place: number): PartCommand {
  return place === 1 ? command : { ...command, env: { ...command.env, METRICS_PORT: '0' } };
}
