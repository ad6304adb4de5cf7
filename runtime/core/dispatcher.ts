import type { InvocationBatch } from '#protocol/messages.ts';
import type { Clock } from '../ports/clock.ts';
import type { RequestSink } from '../ports/transport.ts';
import type { ActiveAddress } from './address.ts';
import type { FunctionType } from './function-type.ts';
import type { Message } from './message.ts';
import type { States } from './states.ts';

/** Bytes of messages after which a batch ends, however many more are waiting. */
const batchBytesMax = 8 << 20;
/** How long the first address of a type is waited for before another one asks too. */
const probeMs = 500;

/**
 * Sends batches, one request in flight per address (E1): at once if the lane has room, else when
 * it is the address's turn. A request that is out keeps its messages in the mailbox, so that a cut
 * holds them and a recovery sends them again (E6).
 */
export class Dispatcher {
  /** True while the runtime stops: no request is begun. */
  held = false;
  readonly #states: States;
  readonly #clock: Clock;
  readonly #sink: RequestSink;
  readonly #now: () => number;
  /** One batch object for all requests: transports encode before they return. */
  readonly #batch: { -readonly [K in keyof InvocationBatch]: InvocationBatch[K] };

  constructor(states: States, clock: Clock, sink: RequestSink) {
    this.#states = states;
    this.#clock = clock;
    this.#sink = sink;
    this.#now = () => clock.now();
    this.#batch = {
      target: { type: '', id: '' },
      states: [],
      stateCount: 0,
      first: null as unknown as Message,
      count: 0,
    };
  }

  /** The address has messages: sends them, or queues it for its turn. */
  schedule(address: ActiveAddress): void {
    if (address.inFlight > 0 || address.queued || address.parking !== null || this.held) return;
    const type = address.functionType;
    if (!type.settled) {
      if (type.probing) {
        address.queued = true;
        type.waiting.push(address);
        return;
      }
      type.probing = true;
      type.probedAtMs = this.#clock.monotonic();
    }
    if (type.lane.hasRoom && type.lane.waiting === 0) this.#begin(address);
    else type.lane.enqueue(address);
  }

  /** Sends the batch that is in flight once more, with the state as it is now. */
  resend(address: ActiveAddress): void {
    // While the runtime stops, what would have to be asked again is left to the next start.
    if (this.held) this.finished(address);
    else this.#send(address);
  }

  /**
   * Its request was given up, and it is not to blame: it asks again behind those that wait. Were
   * the same ones sent at once, as many poisoned addresses as the lane has places would keep all
   * others out, and without anybody who is answered none of them would ever be blamed (E8).
   */
  askAgain(address: ActiveAddress): void {
    const { lane } = address.functionType;
    if (this.held || lane.waiting === 0) return this.resend(address);
    lane.enqueue(address);
    this.finished(address);
  }

  /** Sends only the first message of the batch that failed, to find the one that fails. */
  resendSingle(address: ActiveAddress): void {
    address.functionType.counts.inFlight -= address.inFlight - 1;
    address.single = true;
    address.inFlight = 1;
    this.resend(address);
  }

  /** The request of the address has ended: its place goes to whoever waits longest. */
  finished(address: ActiveAddress): void {
    const type = address.functionType;
    type.counts.inFlight -= address.inFlight;
    address.inFlight = 0;
    type.lane.outstanding--;
    this.pump(type);
  }

  /** The type has answered well: addresses that waited for that go on. */
  settle(type: FunctionType): void {
    if (type.settled) return;
    type.settled = true;
    type.probing = false;
    for (const address of type.waiting) type.lane.enqueue(address);
    type.waiting.length = 0;
    this.pump(type);
  }

  /** The probing address parked or went away: another one asks. */
  probeEnded(type: FunctionType): void {
    if (type.settled) return;
    type.probing = false;
    const next = type.waiting.shift();
    if (next === undefined) return;
    next.queued = false;
    this.schedule(next);
  }

  /**
   * Lets one more address ask while the one that went alone has no answer: it may be the only one
   * that gets none, as a poisoned one does after a restart, and must not hold up all others (E8).
   */
  widenProbe(type: FunctionType): void {
    if (type.settled || !type.probing || type.waiting.length === 0 || this.held) return;
    const now = this.#clock.monotonic();
    if (now - type.probedAtMs < probeMs) return;
    type.probedAtMs = now;
    const next = type.waiting.shift() as ActiveAddress;
    next.queued = false;
    if (next.inFlight > 0 || next.parking !== null || next.count === 0) return;
    if (type.lane.hasRoom && type.lane.waiting === 0) this.#begin(next);
    else type.lane.enqueue(next);
  }

  pump(type: FunctionType): void {
    const lane = type.lane;
    while (lane.hasRoom && !this.held) {
      const address = lane.dequeue();
      if (address === null) return;
      if (address.count > 0 && address.parking === null) this.#begin(address);
      // It was parked, or its messages were dropped, while it waited for its turn.
      else if (!address.functionType.settled) this.probeEnded(address.functionType);
    }
  }

  #begin(address: ActiveAddress): void {
    const type = address.functionType;
    const most = address.single ? 1 : type.lane.batchMax;
    let count = 0;
    let bytes = 0;
    let message = address.first;
    while (message !== null && count < most && (count === 0 || bytes < batchBytesMax)) {
      bytes += message.value.length;
      message = message.next;
      count++;
    }
    address.inFlight = count;
    type.counts.inFlight += count;
    type.lane.outstanding++;
    this.#send(address);
  }

  #send(address: ActiveAddress): void {
    const type = address.functionType;
    this.#states.view(type, address, this.#now);
    address.sentStates = type.registered.length;
    address.sentAtMs = this.#clock.monotonic();
    const batch = this.#batch;
    batch.target = address;
    batch.states = type.views;
    batch.stateCount = type.registered.length;
    batch.first = address.first as Message;
    batch.count = address.inFlight;
    type.lane.transport.send(batch, address, this.#sink);
  }
}
