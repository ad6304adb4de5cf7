import type { Part, PartCommand } from './part.ts';

const readyTimeoutMs = 30_000;
const processesMax = 8;

/** What a rollout needs of the supervisor. */
export interface RolloutParts {
  /** Makes a part that is not one of the application yet: its failures are nobody else's. */
  make(command: PartCommand, from: Part): Part;
  /** Takes it up under a name; what had the name before is not the supervisor's any more. */
  adopt(name: string, part: Part): void;
  forget(name: string): void;
  get(name: string): Part | undefined;
}

/**
 * Puts other processes in the place of running ones. Where the system lets processes share a port,
 * the new one listens before the old one is stopped, so that there is no moment without any. One
 * that does not get ready changes nothing: the old one serves on.
 */
export class Rollout {
  private readonly parts: RolloutParts;
  private readonly sharesPorts: boolean;
  private busy = false;

  constructor(parts: RolloutParts, sharesPorts: boolean) {
    this.parts = parts;
    this.sharesPorts = sharesPorts;
  }

  /** Returns the process ids, or why it was not done. */
  async swap(name: string, command: PartCommand): Promise<readonly number[] | string> {
    return this.alone(async () => {
      const old = this.parts.get(name);
      if (old === undefined) return `no ${name} of ours is running`;
      const fresh = this.parts.make(command, old);
      if (!this.sharesPorts) await old.stop();
      if (await started(fresh)) {
        this.parts.adopt(name, fresh);
        await old.stop();
        return pidsOf([fresh]);
      }
      const words = fresh.log.tellingLine() ?? 'nothing';
      await fresh.stop(0);
      if (!this.sharesPorts) {
        // It was stopped for good: the same command in a new part.
        const again = this.parts.make(old.command, old);
        this.parts.adopt(name, again);
        again.start();
      }
      const version = command.version ?? 'the new one';
      return `${version} did not get ready within ${readyTimeoutMs / 1000} s, so the one before serves on; it said: ${words}`;
    });
  }

  /** So many processes behind the port of `name`; the first has that name, others `name-2` …. */
  async scale(
    first: Part,
    command: (place: number) => PartCommand,
    processes: number,
  ): Promise<readonly number[] | string> {
    if (!(Number.isInteger(processes) && processes >= 0 && processes <= processesMax)) {
      return `${processes} is not a number of processes from 0 to ${processesMax}`;
    }
    if (processes > 1 && !this.sharesPorts) {
      return 'processes can share a port on Linux only; this system can have 0 or 1';
    }
    return this.alone(async () => {
      const running: Part[] = [];
      for (let place = 1; place <= processesMax; place++) {
        const name = placeName(first.command.name, place);
        const there = this.parts.get(name);
        if (place > processes) {
          await there?.stop();
          this.parts.forget(name);
        } else if (there !== undefined) running.push(there);
        else {
          const fresh = this.parts.make(command(place), first);
          if (!(await started(fresh))) {
            await fresh.stop(0);
            return `process ${place} did not get ready within ${readyTimeoutMs / 1000} s`;
          }
          this.parts.adopt(name, fresh);
          running.push(fresh);
        }
      }
      return pidsOf(running);
    });
  }

  private async alone<T>(act: () => Promise<T | string>): Promise<T | string> {
    if (this.busy) return 'another change of the processes is under way';
    this.busy = true;
    try {
      return await act();
    } finally {
      this.busy = false;
    }
  }
}

function placeName(name: string, place: number): string {
  return place === 1 ? name : `${name}-${place}`;
}

async function started(part: Part): Promise<boolean> {
  part.start();
  const timeout = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeout.resolve(false), readyTimeoutMs);
  const ready = await Promise.race([part.ready, timeout.promise]);
  clearTimeout(timer);
  return ready;
}

function pidsOf(parts: readonly Part[]): number[] {
  return parts.flatMap(({ pid }) => pid ?? []);
}
