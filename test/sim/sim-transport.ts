import type {
  DecodedReply,
  InvocationBatch,
  InvocationNode,
  ValueSlice,
} from '#protocol/messages.ts';
import type { EndpointStatus, RequestSink, Transport } from '#runtime/ports/transport.ts';
import type { Life, Scheduler } from './scheduler.ts';
import { Poisoned, runBatch, type Account, type Fleeting, type Input } from './sim-function.ts';
import type { Target, Work } from './work.ts';

export interface TransportFaults {
  latencyMs: number;
  /** Share of answers that are lost, so that the function runs again. */
  lost: number;
  /** Share of requests given up because nobody was answered. */
  down: number;
  /** Poisoned work succeeds from now on. */
  mended: boolean;
}

export const fleetingTtlMs = 2_000;
/** Longest time between the function's answer and its being applied; for the expiry check. */
const answerSlackMs = 30_000;

/**
 * Functions as one runtime process reaches them. They run outside of it: a function may do its
 * work although the runtime that asked is dead by then; only its answer needs a living one.
 */
export class SimTransport implements Transport {
  readonly concurrency: number;
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  readonly #faults: TransportFaults;
  readonly #violation: (text: string) => void;

  constructor(
    scheduler: Scheduler,
    life: Life,
    faults: TransportFaults,
    concurrency: number,
    violation: (text: string) => void,
  ) {
    this.#scheduler = scheduler;
    this.#life = life;
    this.#faults = faults;
    this.concurrency = concurrency;
    this.#violation = violation;
  }

  send(batch: InvocationBatch, token: unknown, sink: RequestSink): void {
    const { type, id } = batch.target;
    const states = new Map<string, string | null>();
    for (let i = 0; i < batch.stateCount; i++) {
      const { name, present, body, start, end } = batch.states[i] as (typeof batch.states)[0];
      const text = Buffer.from(body.subarray(start, end)).toString();
      states.set(name, present ? text : null);
    }
    const inputs: Input[] = [];
    let node: InvocationNode | null = batch.first;
    for (let i = 0; i < batch.count && node !== null; i++, node = node.next) {
      const from = node.caller === null ? '' : `${node.caller.type}/${node.caller.id}`;
      const text = Buffer.from(node.value as string, 'latin1').toString();
      inputs.push({ from, work: JSON.parse(text) as Work });
    }
    const sentAt = this.#scheduler.nowMs;
    const fleeting = parse<Fleeting>(states.get('fleeting'));
    if (fleeting !== null && sentAt > fleeting.writtenAt + fleetingTtlMs + answerSlackMs) {
      this.#violation(`${type}/${id} was given an expired value`);
    }
    this.#attempt({ type, id }, states, inputs, token, sink);
  }

  status(): EndpointStatus {
    throw new Error('nobody asks the simulated transport');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #attempt(
    self: Target,
    states: Map<string, string | null>,
    inputs: readonly Input[],
    token: unknown,
    sink: RequestSink,
  ): void {
    const { random } = this.#scheduler;
    const faults = this.#faults;
    const there = random.exponential(faults.latencyMs / 2);
    const back = random.exponential(faults.latencyMs / 2);
    const lost = random.chance(faults.lost);
    const label = `call ${self.type}/${self.id} ${inputs.length}`;
    if (random.chance(faults.down)) {
      this.#scheduler.after(there + back, `${label} down`, () =>
        this.#life.run(() =>
          sink.failed(token, { blame: 'endpoint', code: 'SIM_DOWN', message: 'nobody answers' }),
        ),
      );
      return;
    }
    this.#scheduler.after(there, label, () => {
      let reply: DecodedReply | null = null;
      try {
        reply = this.#reply(self, states, inputs);
      } catch (error) {
        if (!(error instanceof Poisoned)) throw error;
      }
      const answer = reply;
      this.#scheduler.after(back, `${label} answered`, () =>
        this.#life.run(() => {
          if (answer === null) {
            const failure = { blame: 'address', code: 'SIM_POISON', message: 'poisoned' } as const;
            sink.failed(token, failure);
          } else if (lost) {
            this.#attempt(self, states, inputs, token, sink);
          } else {
            this.deliver(token, answer, sink);
          }
        }),
      );
    });
  }

  /** A seam for the broken variants. */
  deliver(token: unknown, reply: DecodedReply, sink: RequestSink): void {
    sink.answered(token, reply);
  }

  #reply(self: Target, states: Map<string, string | null>, inputs: readonly Input[]): DecodedReply {
    if (!states.has('account') || !states.has('fleeting')) {
      return {
        kind: 'incomplete',
        missing: [
          { name: 'account', typename: 'sim/json', expiration: 'none', expireAfterMs: 0 },
          {
            name: 'fleeting',
            typename: 'sim/json',
            expiration: 'after-write' as const,
            expireAfterMs: fleetingTtlMs,
          },
        ].filter(({ name }) => !states.has(name)) as never,
      };
    }
    const outcome = runBatch(
      self,
      parse<Account>(states.get('account')),
      parse<Fleeting>(states.get('fleeting')),
      inputs,
      {
        now: this.#scheduler.nowMs,
        mended: this.#faults.mended,
        violation: this.#violation,
      },
    );
    return {
      kind: 'effects',
      mutations: [
        { name: 'account', value: slice(outcome.account) },
        { name: 'fleeting', value: outcome.fleeting === null ? null : slice(outcome.fleeting) },
      ],
      messages: outcome.messages.map(({ to, work }) => ({ target: to, value: slice(work) })),
      delayed: outcome.delayed.map((entry) =>
        'cancel' in entry
          ? { cancel: true, token: entry.cancel }
          : {
              cancel: false,
              token: entry.token,
              delayMs: entry.delayMs,
              target: entry.to,
              value: slice(entry.work),
            },
      ),
      egress: outcome.egress.map((text) => ({ id: 'sim/out', value: slice(text) })),
    };
  }
}

function parse<T>(text: string | null | undefined): T | null {
  return text === null || text === undefined ? null : (JSON.parse(text) as T);
}

/** Somewhere inside a larger buffer, as a decoded reply has it. */
function slice(value: unknown): ValueSlice {
  const text = Buffer.from(JSON.stringify(value));
  const body = Buffer.concat([Buffer.from('????'), text, Buffer.from('!!')]);
  return { typename: 'sim/json', hasValue: true, body, start: 4, end: 4 + text.length };
}
