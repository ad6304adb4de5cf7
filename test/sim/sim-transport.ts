import type {
  DecodedReply,
  InvocationBatch,
  InvocationNode,
  StateSpec,
  ValueSlice,
} from '#protocol/messages.ts';
import type { EndpointStatus, RequestSink, Transport } from '#runtime/ports/transport.ts';
import type { Life, Scheduler } from './scheduler.ts';
import { callerType } from '#runtime/ports/ingress.ts';
import {
  Poisoned,
  runBatch,
  ttlMs,
  type Account,
  type Context,
  type Input,
} from './sim-function.ts';
import { echoType, type Target, type Work } from './work.ts';

export interface TransportFaults {
  latencyMs: number;
  /** Share of answers that are lost, so that the function runs again. */
  lost: number;
  /** Share of requests given up because nobody was answered. */
  down: number;
  /** Poisoned work succeeds from now on. */
  mended: boolean;
  /** Counts what was done. */
  readonly onFault: (kind: 'lost function answer' | 'function outage') => void;
}

const text = 'sim/json';
const declared: readonly StateSpec[] = [
  { name: 'account', typename: text, expiration: 'none', expireAfterMs: 0 },
  { name: 'note', typename: text, expiration: 'none', expireAfterMs: 0 },
  { name: 'fleeting', typename: text, expiration: 'after-write', expireAfterMs: ttlMs },
  { name: 'read', typename: text, expiration: 'after-invoke', expireAfterMs: ttlMs },
];

interface Call {
  readonly self: Target;
  readonly states: ReadonlyMap<string, string | null>;
  readonly inputs: readonly Input[];
  readonly sentAt: number;
}

export interface Checks extends Pick<Context, 'violation' | 'removed'> {
  /** The function failed for good on this one message, and the runtime is about to be told. */
  readonly cannot: (self: Target, input: Input) => void;
}

/**
 * Functions as one runtime process reaches them. They run outside of it: a function may do its
 * work although the runtime that asked is dead by then; only its answer needs a living one.
 */
export class SimTransport implements Transport {
  readonly concurrency: number;
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  readonly #faults: TransportFaults;
  readonly #checks: Checks;

  constructor(
    scheduler: Scheduler,
    life: Life,
    faults: TransportFaults,
    concurrency: number,
    checks: Checks,
  ) {
    this.#scheduler = scheduler;
    this.#life = life;
    this.#faults = faults;
    this.concurrency = concurrency;
    this.#checks = checks;
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
    this.#attempt({ self: { type, id }, states, inputs, sentAt }, token, sink);
  }

  status(): EndpointStatus {
    throw new Error('nobody asks the simulated transport');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #attempt(call: Call, token: unknown, sink: RequestSink): void {
    const { self, inputs } = call;
    const { random } = this.#scheduler;
    const faults = this.#faults;
    const there = random.exponential(faults.latencyMs / 2);
    const back = random.exponential(faults.latencyMs / 2);
    const lost = random.chance(faults.lost);
    const label = `call ${self.type}/${self.id} ${inputs.length}`;
    if (random.chance(faults.down)) {
      faults.onFault('function outage');
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
        reply = this.#reply(call);
      } catch (error) {
        if (!(error instanceof Poisoned)) throw error;
      }
      const answer = reply;
      this.#scheduler.after(back, `${label} answered`, () =>
        this.#life.run(() => {
          if (answer === null) {
            if (inputs.length === 1) this.#checks.cannot(self, inputs[0] as Input);
            const failure = { blame: 'address', code: 'SIM_POISON', message: 'poisoned' } as const;
            sink.failed(token, failure);
          } else if (lost) {
            faults.onFault('lost function answer');
            this.#attempt(call, token, sink);
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

  #reply({ self, states, inputs, sentAt }: Call): DecodedReply {
    if (self.type === echoType) return echo(inputs);
    const missing = declared.filter(({ name }) => !states.has(name));
    if (missing.length > 0) return { kind: 'incomplete', missing };
    const given = {
      fleeting: states.get('fleeting') ?? null,
      note: states.get('note') ?? null,
      read: states.get('read') ?? null,
      sentAt,
    };
    const outcome = runBatch(self, parse<Account>(states.get('account')), given, inputs, {
      ...this.#checks,
      now: this.#scheduler.nowMs,
      mended: this.#faults.mended,
    });
    return {
      kind: 'effects',
      mutations: [
        { name: 'account', value: slice(JSON.stringify(outcome.account)) },
        ...[...outcome.states].map(([name, value]) => ({
          name,
          value: value === null ? null : slice(value),
        })),
      ],
      messages: [
        ...outcome.messages.map(({ to, work }) => ({
          target: to,
          value: slice(JSON.stringify(work)),
        })),
        ...outcome.answers.map(({ to, text: answer }) => answerTo(to, answer)),
      ],
      delayed: outcome.delayed.map((entry) =>
        'cancel' in entry
          ? { cancel: true, token: entry.cancel }
          : {
              cancel: false,
              token: entry.token,
              delayMs: entry.delayMs,
              target: entry.to,
              value: slice(JSON.stringify(entry.work)),
            },
      ),
      egress: outcome.egress.map(({ id, text: record }) => ({
        id,
        value: slice(JSON.stringify(record)),
      })),
    };
  }
}

/** Answers every caller, and leaves nothing behind. */
function echo(inputs: readonly Input[]): DecodedReply {
  const messages = inputs.map(({ from }) => answerTo(from.slice(callerType.length + 1), 'echo'));
  return { kind: 'effects', mutations: [], messages, delayed: [], egress: [] };
}

function answerTo(id: string, answer: string): { target: Target; value: ValueSlice } {
  return { target: { type: callerType, id }, value: slice(answer) };
}

function parse<T>(json: string | null | undefined): T | null {
  return json === null || json === undefined ? null : (JSON.parse(json) as T);
}

/** Somewhere inside a larger buffer, as a decoded reply has it. */
function slice(value: string): ValueSlice {
  const body = Buffer.from(`????${value}!!`);
  return { typename: text, hasValue: true, body, start: 4, end: body.length - 2 };
}
