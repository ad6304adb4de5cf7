import { join } from 'node:path';
import type { FromConsole, FromSupervisor } from '#dashboards/console/supervisor-messages.ts';
import { Part } from './part.ts';
import type { PartCommand, PartEvent } from './part.ts';
import { PartLog } from './part-log.ts';

const hurryMs = 1_000;
const quietRestartMs = 640;

/** The order of the stop: nothing new comes in, the last commit, then what served it. */
const stopOrder = ['generator', 'runtime', 'functions', 'console'] as const;

export interface SupervisorOptions {
  readonly commands: readonly PartCommand[];
  /** The folder for the parts' logs. */
  readonly logs: string;
  /** Prints a line on the terminal. */
  readonly say: (line: string) => void;
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
  private readonly running = new Map<string, FromSupervisor & { type: 'part' }>();
  private readonly startedMs = performance.now();
  private readonly end = Promise.withResolvers<SupervisorEnd>();
  private stopAtMs = 0;
  private saidUrl = false;
  private saidScore = false;

  constructor(options: SupervisorOptions) {
    this.options = options;
    this.done = this.end.promise;
    for (const command of options.commands) {
      const log = new PartLog(join(options.logs, `${command.name}.log`));
      const part = new Part(
        command,
        log,
        (event) => this.took(part, event),
        (message) => void this.heard(message as FromConsole),
      );
      this.parts.set(command.name, part);
    }
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
      const part = this.parts.get(name);
      if (part === undefined) continue;
      const willing = await part.stop();
      const seconds = part.command.stopMs / 1000;
      if (!willing) this.options.say(`${name} did not end within ${seconds} s and was killed`);
    }
    for (const part of this.parts.values()) part.log.close();
    this.options.say('stopped');
    this.end.resolve({ exitCode });
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
      const words = part.log.lastLines.filter((line) => !line.startsWith('supervisor: '));
      const telling = words.findLast((line) => /error|WEIR_/i.test(line)) ?? words.at(-1);
      this.options.say(`  it said: ${telling?.slice(0, 300) ?? 'nothing'}`);
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
      this.saidUrl = true;
    } else if (message.type === 'first-score') {
      if (!this.saidScore) {
        const seconds = ((performance.now() - this.startedMs) / 1000).toFixed(1);
        const score = message.score.toFixed(3);
        this.options.say(`first score: ${message.transactionId} ${score}, after ${seconds} s`);
      }
      this.saidScore = true;
    } else if (message.type === 'kill') {
      const pid = (await this.parts.get(message.part)?.kill()) ?? null;
      const { request } = message;
      const reason = `${message.part} is not running at the moment`;
      this.tell(
        pid === null ? { type: 'refused', request, reason } : { type: 'killed', request, pid },
      );
    }
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
