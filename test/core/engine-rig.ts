import type {
  DecodedReply,
  InvocationBatch,
  InvocationNode,
  StateSpec,
  ValueSlice,
} from '#protocol/messages.ts';
import { Engine } from '#runtime/core/engine.ts';
import type { EngineLimits } from '#runtime/core/engine-options.ts';
import { Lane } from '#runtime/core/lane.ts';
import { Restore } from '#runtime/core/restore.ts';
import type { Clock } from '#runtime/ports/clock.ts';
import type { Cut } from '#runtime/ports/cut.ts';
import type { FailurePolicy } from '#runtime/ports/failure-policy.ts';
import type { RequestFailure, RequestSink, Transport } from '#runtime/ports/transport.ts';

/** A request as the function would see it. */
export interface Sent {
  readonly address: string;
  readonly states: ReadonlyMap<string, string | null>;
  readonly messages: readonly { readonly caller: string | null; readonly text: string }[];
  readonly token: unknown;
  readonly sink: RequestSink;
}

/** Collects requests; the test answers them when it wants. */
export class HandTransport implements Transport {
  readonly concurrency: number;
  readonly requests: Sent[] = [];

  constructor(concurrency: number) {
    this.concurrency = concurrency;
  }

  send(batch: InvocationBatch, token: unknown, sink: RequestSink): void {
    const states = new Map<string, string | null>();
    for (const { name, present, body, start, end } of batch.states.slice(0, batch.stateCount)) {
      states.set(name, present ? Buffer.from(body.subarray(start, end)).toString() : null);
    }
    const messages = [];
    let node: InvocationNode | null = batch.first;
    for (let i = 0; i < batch.count && node !== null; i++, node = node.next) {
      const caller = node.caller === null ? null : `${node.caller.type}/${node.caller.id}`;
      messages.push({ caller, text: Buffer.from(node.value as string, 'latin1').toString() });
    }
    const address = `${batch.target.type}/${batch.target.id}`;
    this.requests.push({ address, states, messages, token, sink });
  }

  status(): never {
    throw new Error('not asked for in these tests');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Takes the oldest request; fails the test if there is none. */
  take(): Sent {
    const request = this.requests.shift();
    if (request === undefined) throw new Error('no request was sent');
    return request;
  }
}

export class HandClock implements Clock {
  time = 1_000_000;

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  setTimer(): { cancel(): void } {
    throw new Error('the engine sets no timers');
  }
}

export interface Rig {
  readonly engine: Engine;
  readonly transport: HandTransport;
  readonly clock: HandClock;
  /** Delivers an ingress record. */
  readonly send: (address: string, text: string) => void;
}

export interface RigOptions {
  readonly concurrency?: number;
  readonly batchMax?: number;
  readonly limits?: Partial<EngineLimits>;
  readonly clock?: HandClock;
  readonly egresses?: readonly string[];
  readonly serves?: (type: string) => boolean;
  /** What the egresses do with a record before it is accepted. */
  readonly validate?: () => void;
  /** Of the endpoint; addresses park by default. */
  readonly policy?: FailurePolicy;
}

/** An engine with function types `t/…` and the egress `e/out`; restored from cuts if given. */
export function engineRig(options: RigOptions = {}, cuts: readonly Uint8Array[] = []): Rig {
  const transport = new HandTransport(options.concurrency ?? 100);
  const clock = options.clock ?? new HandClock();
  const lane = new Lane(transport, options.batchMax ?? 1000, options.policy);
  const serves = options.serves ?? ((type: string) => type.startsWith('t/'));
  const engine = new Engine({
    clock,
    laneOf: (type) => (serves(type) ? lane : null),
    egresses: (options.egresses ?? ['e/out']).map((id) => ({ id, validate: options.validate })),
    ingresses: [{ id: 'i/in', idempotency: { keysMax: 4, ttlMs: 86_400_000 } }],
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const restore = new Restore(engine);
  for (const block of cuts) restore.block(block);
  restore.finish();
  engine.start();
  let offset = 0;
  return {
    engine,
    transport,
    clock,
    send(address, text) {
      const [namespace, name, id] = address.split('/') as [string, string, string];
      const value = Buffer.from(text).latin1Slice();
      const message = { type: `${namespace}/${name}`, id, typename: 't/text', value };
      engine.intake.accept('i/in', [message], 'p', ++offset);
    },
  };
}

/** The bytes of a cut, as a recovery would read them. */
export function bytesOf(cut: Cut): Uint8Array[] {
  return cut.chunks.map(({ bytes, length }) => Uint8Array.from(bytes.subarray(0, length)));
}

export function value(text: string, typename = 't/text'): ValueSlice {
  const body = Buffer.from(`<${text}>`);
  return { typename, hasValue: true, body, start: 1, end: body.length - 1 };
}

export interface EffectsGiven {
  readonly states?: Readonly<Record<string, string | null>>;
  readonly messages?: readonly (readonly [address: string, text: string])[];
  readonly delayed?: readonly (
    | {
        readonly to: string;
        readonly delayMs: number;
        readonly text: string;
        readonly token?: string;
      }
    | { readonly cancel: string }
  )[];
  readonly egress?: readonly string[];
  readonly egressId?: string;
}

function target(address: string): { type: string; id: string } {
  const [namespace, name, id] = address.split('/') as [string, string, string];
  return { type: `${namespace}/${name}`, id };
}

export function effects(given: EffectsGiven = {}): DecodedReply {
  return {
    kind: 'effects',
    mutations: Object.entries(given.states ?? {}).map(([name, text]) => ({
      name,
      value: text === null ? null : value(text),
    })),
    messages: (given.messages ?? []).map(([address, text]) => ({
      target: target(address),
      value: value(text),
    })),
    delayed: (given.delayed ?? []).map((entry) =>
      'cancel' in entry
        ? { cancel: true, token: entry.cancel }
        : {
            cancel: false,
            token: entry.token ?? '',
            delayMs: entry.delayMs,
            target: target(entry.to),
            value: value(entry.text),
          },
    ),
    egress: (given.egress ?? []).map((text) => ({
      id: given.egressId ?? 'e/out',
      value: value(text),
    })),
  };
}

/** The function's answer to the oldest request. */
export function answer(transport: HandTransport, given: EffectsGiven = {}): Sent {
  const request = transport.take();
  request.sink.answered(request.token, effects(given));
  return request;
}

export function declare(transport: HandTransport, ...specs: Partial<StateSpec>[]): void {
  const request = transport.take();
  request.sink.answered(request.token, {
    kind: 'incomplete',
    missing: specs.map((spec) => ({
      name: 's',
      typename: 't/text',
      expiration: 'none',
      expireAfterMs: 0,
      ...spec,
    })),
  });
}

export function fail(transport: HandTransport, blame: RequestFailure['blame']): void {
  const request = transport.take();
  request.sink.failed(request.token, { blame, code: 'T_FAILED', message: 'it failed' });
}
