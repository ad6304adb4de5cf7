import type { SeededRandom } from './scheduler.ts';

/** What a message asks its receiver to do. The whole tree of a run is drawn beforehand. */
export interface Work {
  /** Unique: the identity by which effects are counted. */
  readonly cause: string;
  /** Money that travels with the message. */
  amount: number;
  /** Sequence per sender and receiver, 1, 2, …; 0 for what need not be in order. */
  order: number;
  /** Monotonic simulation time before which it must not arrive; 0 for at once. */
  notBefore: number;
  readonly commands: readonly Command[];
}

export type Command =
  | { readonly do: 'add'; readonly n: number }
  | { readonly do: 'send'; readonly to: Target; readonly money: number; readonly work: Work }
  | { readonly do: 'later'; readonly to: Target; readonly delayMs: number; readonly work: Work }
  /** A delayed message that a later command cancels: it must never arrive. */
  | { readonly do: 'never'; readonly token: string; readonly to: Target; readonly work: Work }
  | { readonly do: 'cancel'; readonly token: string }
  | { readonly do: 'egress'; readonly id: string }
  /** Writes a value of this size that the next invocation must find as it was. */
  | { readonly do: 'note'; readonly bytes: number }
  /** Writes the value that lives as long as it is read. */
  | { readonly do: 'touch' }
  /** Deletes every state but the account. */
  | { readonly do: 'clear' }
  /** Answers the client that waits. */
  | { readonly do: 'answer' }
  /** Fails until the image is mended: parks the address. */
  | { readonly do: 'poison' };

export interface Target {
  readonly type: string;
  readonly id: string;
}

export const accountTypes = ['sim/alpha', 'sim/beta'] as const;
/** Keeps no state, and answers whoever asks. */
export const echoType = 'sim/echo';
export const functionTypes: readonly string[] = [...accountTypes, echoType];

export const deadLetters = 'sim/dead-letters';
export const egressIds = ['sim/out', 'sim/second', deadLetters] as const;
const ordinaryEgresses = egressIds.slice(0, 2);

/** What must have happened when everything has come to rest. */
export interface Expected {
  /** Cause to the address that must have done it, once. */
  readonly done: Map<string, string>;
  /** Counter per address. */
  readonly counters: Map<string, number>;
  /** How many records each address sends to an egress, by `egress address`. */
  readonly egress: Map<string, number>;
  /** Causes that must never be done. */
  readonly never: Set<string>;
}

export interface WorkOptions {
  readonly addresses: number;
  readonly depth: number;
  readonly breadth: number;
  readonly poison: boolean;
  /** Largest note in bytes. */
  readonly noteBytesMax: number;
}

/** Takes what a message would have done, and all that comes of it, out of what is expected. */
export function forget(expected: Expected, address: string, work: Work): void {
  const { done, counters, egress } = expected;
  done.delete(work.cause);
  for (const command of work.commands) {
    if (command.do === 'add') counters.set(address, (counters.get(address) ?? 0) - command.n);
    else if (command.do === 'egress') {
      const at = `${command.id} ${address}`;
      egress.set(at, (egress.get(at) ?? 0) - 1);
    } else if (command.do === 'send' || command.do === 'later') {
      forget(expected, `${command.to.type}/${command.to.id}`, command.work);
    }
  }
}

/** Draws random programs with cycles, fan-out, self-messages, delays and cancellations. */
export class WorkMaker {
  readonly expected: Expected = {
    done: new Map(),
    counters: new Map(),
    egress: new Map(),
    never: new Set(),
  };
  readonly #random: SeededRandom;
  readonly #options: WorkOptions;
  #count = 0;

  constructor(random: SeededRandom, options: WorkOptions) {
    this.#random = random;
    this.#options = options;
  }

  target(): Target {
    const id = `n${this.#random.below(this.#options.addresses)}`;
    return { type: this.#random.pick(accountTypes), id };
  }

  /** A tree of work whose root is for `target`. */
  work(target: Target, depth = this.#options.depth, real = true): Work {
    const random = this.#random;
    const cause = `c${this.#count++}`;
    const address = `${target.type}/${target.id}`;
    if (real) this.expected.done.set(cause, address);
    else this.expected.never.add(cause);
    const commands: Command[] = [];
    for (let i = 1 + random.below(this.#options.breadth); i > 0; i--) {
      this.#draw(commands, target, address, depth, real);
    }
    return { cause, amount: 0, order: 0, notBefore: 0, commands };
  }

  #draw(commands: Command[], target: Target, address: string, depth: number, real: boolean): void {
    const random = this.#random;
    const { counters, egress } = this.expected;
    const kind = random.below(depth > 0 ? 100 : 45);
    if (kind < 25) {
      const n = 1 + random.below(9);
      commands.push({ do: 'add', n });
      if (real) counters.set(address, (counters.get(address) ?? 0) + n);
    } else if (kind < 34) {
      const id = random.pick(ordinaryEgresses);
      commands.push({ do: 'egress', id });
      const at = `${id} ${address}`;
      if (real) egress.set(at, (egress.get(at) ?? 0) + 1);
    } else if (kind < 38) {
      const most = random.chance(0.1) ? this.#options.noteBytesMax : 300;
      commands.push({ do: 'note', bytes: random.below(most) });
    } else if (kind < 40) {
      commands.push({ do: 'touch' });
    } else if (kind < 43) {
      commands.push({ do: 'clear' });
    } else if (kind < 45) {
      if (this.#options.poison && real) commands.push({ do: 'poison' });
    } else if (kind < 80) {
      const to = random.chance(0.2) ? target : this.target();
      const money = random.below(20);
      commands.push({ do: 'send', to, money, work: this.work(to, depth - 1, real) });
    } else if (kind < 92) {
      const to = this.target();
      const delayMs = random.below(3) === 0 ? 0 : random.below(20_000);
      commands.push({ do: 'later', to, delayMs, work: this.work(to, depth - 1, real) });
    } else {
      const token = `t${this.#count++}`;
      const to = this.target();
      commands.push({ do: 'never', token, to, work: this.work(to, 0, false) });
      // Cancelled in the same reply, or by a later message to the same address.
      if (random.chance(0.3)) commands.push({ do: 'cancel', token });
      else {
        const work = this.work(target, 0, real);
        const cancelling = {
          ...work,
          commands: [...work.commands, { do: 'cancel', token } as const],
        };
        commands.push({ do: 'send', to: target, money: 0, work: cancelling });
      }
    }
  }
}
