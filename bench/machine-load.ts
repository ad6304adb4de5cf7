import { readFileSync } from 'node:fs';

/** Ticks of 10 ms, as Linux counts them in /proc. */
const tickMs = 10;

/** CPU that everybody used, in ms; 0 where /proc does not tell. */
function busyMs(): number {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] = line
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + soft + steal) * tickMs;
  } catch {
    return 0;
  }
}

function processMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return 0;
  }
}

/** Measures who used the processor between two moments. */
export class LoadMeter {
  readonly #pids: readonly number[];
  readonly #busy = busyMs();
  readonly #own: readonly number[];
  readonly #at = performance.now();

  constructor(pids: readonly number[]) {
    this.#pids = [process.pid, ...pids];
    this.#own = this.#pids.map(processMs);
  }

  /** Percent of one core (200 = two cores): each own process, and everybody else. */
  stop(): { own: number[]; others: number } {
    const elapsed = performance.now() - this.#at;
    const own = this.#pids.map((pid, i) => processMs(pid) - (this.#own[i] as number));
    const total = busyMs() - this.#busy;
    const sum = own.reduce((a, b) => a + b, 0);
    const percent = (ms: number): number => Math.round((ms / elapsed) * 100);
    return { own: own.map(percent), others: Math.max(0, percent(total - sum)) };
  }
}
