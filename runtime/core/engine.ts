import type { DecodedReply, Effects, IncompleteContext, ValueSlice } from '#protocol/messages.ts';
import { WeirError } from '#protocol/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cut } from '../ports/cut.ts';
import { callerType, type CommittedReply } from '../ports/ingress.ts';
import type { LastReply, RequestFailure, RequestSink } from '../ports/transport.ts';
import type { ActiveAddress } from './address.ts';
import { DelayedMessage, DelayedMessages } from './delayed.ts';
import { Dispatcher } from './dispatcher.ts';
import { EffectsCheck } from './effects.ts';
import { defaultLimits, type EngineLimits, type EngineOptions } from './engine-options.ts';
import { coreErrors } from './errors.ts';
import type { Column, FunctionType } from './function-type.ts';
import { Intake } from './intake.ts';
import { Log } from './log.ts';
import { Mailboxes } from './mailboxes.ts';
import { FreshList } from './message.ts';
import { DeadLetters } from './dead-letters.ts';
import { ParkedAddresses } from './parked.ts';
import { PendingEgress } from './pending-egress.ts';
import { Registry } from './registry.ts';
import { States } from './states.ts';
import { writeCounters } from './counters.ts';

/**
 * The engine: addresses, mailboxes, state, delayed messages and pending egress of one writer, and
 * the log of the open cut. It does no I/O and waits for nothing: whatever happens is a call from
 * outside, which is one step, and a cut may be taken between any two.
 *
 * E1 one request in flight per address (`Dispatcher`). E2 effects in one step (`answered`).
 * E3 the cut (`takeCut`). E7 bounds (`full`). E8 parking (`ParkedAddresses`).
 */
export class Engine implements RequestSink {
  readonly log = new Log();
  readonly registry: Registry;
  readonly delayed = new DelayedMessages();
  readonly mailboxes: Mailboxes;
  readonly states: States;
  readonly egresses = new Map<string, PendingEgress>();
  readonly intake: Intake;
  readonly parked: ParkedAddresses;
  readonly fresh: FreshList;
  /** Rises with every step that the next cut must hold. */
  changes = 0;
  /** Cut and bytes that were taken but are not committed yet. */
  uncommittedBytes = 0;
  /** Called when a delayed message is due before all others. */
  onEarlierDue: (() => void) | null = null;
  /** Called when an address parked whose endpoint says that the runtime stops then. */
  onPoisoned: ((error: WeirError) => void) | null = null;
  readonly deadLetters: DeadLetters;
  readonly #clock: Clock;
  readonly #limits: EngineLimits;
  readonly #options: EngineOptions;
  readonly #dispatcher: Dispatcher;
  readonly #check: EffectsCheck;
  #replies: CommittedReply[] = [];
  #replyBytes = 0;
  #onOpen: (() => void)[] = [];
  #wasFull = false;
  #sealed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.registry = new Registry(this.log, options.laneOf);
    this.fresh = new FreshList(this.log, this.#limits.freshMessagesMax);
    this.mailboxes = new Mailboxes(this.fresh);
    this.states = new States(this.log);
    this.#dispatcher = new Dispatcher(this.states, options.clock, this);
    this.parked = new ParkedAddresses(this.log, this.mailboxes, this.#dispatcher);
    this.deadLetters = new DeadLetters(options.egresses, (id) => this.egress(id), this.log);
    this.intake = new Intake(this, options);
    this.#check = new EffectsCheck(
      this.registry,
      this.delayed,
      new Map(options.egresses.map((egress) => [egress.id, egress])),
    );
  }

  /**
   * Gives every name of the module its number and sends what the recovered cut holds; after
   * `Restore`, before anything else. Throws MODULE_CHANGED.
   */
  start(): void {
    const known = new Set(this.#options.egresses.map(({ id }) => id));
    for (const { id, pending } of this.egresses.values()) {
      if (!known.has(id) && pending > 0) {
        throw coreErrors.MODULE_CHANGED(
          `the state holds ${pending} pending records of the egress ${id}, ` +
            'which the module file does not define any more',
        );
      }
    }
    for (const id of known) this.egress(id);
    for (const { id } of this.#options.ingresses) this.registry.numberOf('ingress', id);
    for (const type of this.registry.types.values()) {
      for (const address of type.active.values()) this.#dispatcher.schedule(address);
    }
  }

  egress(id: string): PendingEgress {
    let egress = this.egresses.get(id);
    if (egress === undefined) {
      egress = new PendingEgress(id, this.registry.numberOf('egress', id));
      this.egresses.set(id, egress);
    }
    return egress;
  }

  // ---- messages in ---------------------------------------------------------------------------

  /** Delivers a message from outside: no caller, or the built-in one. */
  deliver(
    type: FunctionType,
    id: string,
    caller: { type: string; id: string } | null,
    typename: string,
    value: string,
  ): void {
    this.changes++;
    this.#dispatcher.schedule(this.mailboxes.deliver(type, id, caller, typename, value));
  }

  /** Delivers delayed messages that are due, at most `most`; true if more are due. */
  fireDue(most = 1000): boolean {
    const now = this.#clock.now();
    for (let i = 0; i < most; i++) {
      const due = this.delayed.takeDue(now);
      if (due === null) return false;
      this.fresh.done(due);
      this.deliver(due.type, due.id, due.sender, due.typename, due.value);
    }
    return true;
  }

  // ---- answers -------------------------------------------------------------------------------

  answered(token: unknown, reply: DecodedReply, lastReply?: () => LastReply): void {
    if (this.#sealed) return;
    const address = token as ActiveAddress;
    if (address.inFlight === 0) throw new Error(`an answer for ${name(address)}, which is idle`);
    if (reply.kind === 'incomplete') {
      this.#handshake(address, reply, lastReply);
      return;
    }
    const problem = this.#check.problem(address, reply);
    if (problem !== null) {
      this.#cannot(address, causeOf(problem, lastReply));
      return;
    }
    const type = address.functionType;
    const messages = address.inFlight;
    this.#options.observer?.invoked(
      type.name,
      messages,
      this.#clock.monotonic() - address.sentAtMs,
    );
    type.counts.batches++;
    type.counts.invocations += messages;
    this.#apply(address, reply);
    this.#dispatcher.settle(type);
    this.#next(address);
    if (this.#wasFull) this.#openIfRoom();
  }

  failed(token: unknown, failure: RequestFailure): void {
    if (this.#sealed) return;
    const address = token as ActiveAddress;
    if (address.inFlight === 0) throw new Error(`a failure for ${name(address)}, which is idle`);
    address.functionType.counts.failures++;
    if (failure.blame === 'endpoint') {
      // Not its own fault, as far as one can tell: it costs time, never a clean-up. The transport
      // paces the tries.
      this.#dispatcher.askAgain(address);
    } else {
      const { code, message: reason, lastReply } = failure;
      this.#cannot(address, { code, reason, ...(lastReply === undefined ? {} : { lastReply }) });
    }
  }

  /** Effects in one step (E2), in the order of the protocol; nothing in here can fail. */
  #apply(address: ActiveAddress, effects: Effects<ValueSlice>): void {
    this.changes++;
    this.mailboxes.complete(address, address.inFlight);
    address.fruitlessHandshakes = 0;
    if (address.single && --address.singlesLeft <= 0) address.single = false;
    if (effects.messages.length > 0) this.#sendMessages(address, effects);
    if (effects.delayed.length > 0) this.#sendDelayed(address, effects);
    for (const { id, value } of effects.egress) {
      const { typename, body, start, end } = value;
      address.functionType.counts.egressRecords++;
      (this.egresses.get(id) as PendingEgress).append(this.log, typename, body, start, end);
    }
    for (const { name, value } of effects.mutations) {
      const column = address.functionType.columns.get(name) as Column;
      if (value === null) this.states.remove(column, address);
      else this.states.put(column, address, value.body, value.start, value.end, this.#now);
    }
  }

  /** Wall-clock milliseconds, steady within this life. */
  now(): number {
    return this.#clock.now();
  }

  readonly #now = (): number => this.#clock.now();

  #sendMessages(address: ActiveAddress, effects: Effects<ValueSlice>): void {
    const caller = { type: address.functionType.name, id: address.id };
    address.functionType.counts.messagesOut += effects.messages.length;
    for (const { target, value } of effects.messages) {
      const kept = value.body.latin1Slice(value.start, value.end);
      if (target.type === callerType) {
        this.#reply(target.id, value.typename, kept);
        continue;
      }
      const type = this.registry.type(target.type) as FunctionType;
      const receiver = this.mailboxes.deliver(type, target.id, caller, value.typename, kept);
      this.#dispatcher.schedule(receiver);
    }
  }

  #sendDelayed(address: ActiveAddress, effects: Effects<ValueSlice>): void {
    const sender = { type: address.functionType.name, id: address.id };
    const now = this.#clock.now();
    const firstBefore = this.delayed.nextDueMs ?? Infinity;
    for (const entry of effects.delayed) {
      if (entry.cancel) {
        const cancelled = this.delayed.cancel(sender, entry.token);
        if (cancelled !== null) this.fresh.done(cancelled);
        continue;
      }
      const { target, value, token } = entry;
      const message = new DelayedMessage({
        uid: this.mailboxes.nextUid++,
        dueMs: now + entry.delayMs,
        sender,
        group: address.group,
        token,
        type: this.registry.type(target.type) as FunctionType,
        id: target.id,
        typename: value.typename,
        value: value.body.latin1Slice(value.start, value.end),
      });
      this.fresh.add(message);
      this.delayed.add(message);
    }
    if ((this.delayed.nextDueMs ?? Infinity) < firstBefore) this.onEarlierDue?.();
  }

  #reply(replyTo: string, typename: string, value: string): void {
    const reply = { replyTo, typename, value };
    this.#replies.push(reply);
    this.#replyBytes += value.length + 200;
    this.intake.keepReply(reply);
  }

  /** The address goes on with what has come in the meantime, or becomes idle. */
  #next(address: ActiveAddress): void {
    this.#dispatcher.finished(address);
    if (address.count > 0) this.#dispatcher.schedule(address);
    else this.mailboxes.close(address);
  }

  #handshake(
    address: ActiveAddress,
    reply: IncompleteContext,
    lastReply: (() => LastReply) | undefined,
  ): void {
    const type = address.functionType;
    type.counts.handshakes++;
    try {
      for (const spec of reply.missing) this.registry.register(type, spec);
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      this.#cannot(address, { ...causeOf(error, lastReply), ofImage: true });
      return;
    }
    this.changes++;
    if (type.registered.length > address.sentStates) {
      address.fruitlessHandshakes = 0;
    } else if (++address.fruitlessHandshakes >= 3) {
      const names = reply.missing.map((spec) => spec.name).join(', ');
      const error = coreErrors.HANDSHAKE(
        `${type.name} asked three times for states that it was sent: ${names}`,
      );
      this.#cannot(address, { ...causeOf(error, lastReply), ofImage: true });
      return;
    }
    this.#dispatcher.resend(address);
  }

  /** The address can't do this batch: tries its messages one by one, or parks it (E8). */
  #cannot(address: ActiveAddress, { ofImage = false, ...why }: Cause): void {
    this.changes++;
    const type = address.functionType;
    // What is tried next, one by one or after a retry, has its own three handshakes.
    address.fruitlessHandshakes = 0;
    if (address.inFlight > 1) {
      address.singlesLeft = address.inFlight;
      this.#dispatcher.resendSingle(address);
      return;
    }
    const { code, reason } = why;
    // What is wrong with the image is wrong with every message: all of them would leave for it.
    if (!ofImage && this.#gaveUp(address, code, reason)) return;
    this.parked.park(address, { ...why, since: this.#clock.now() });
    this.#options.observer?.parked(type.name, address.id, code, reason);
    this.#dispatcher.finished(address);
    this.#dispatcher.probeEnded(type);
    if (this.#wasFull) this.#openIfRoom();
    if (type.lane.policy.onFailure !== 'stop') return;
    this.onPoisoned?.(coreErrors.POISONED(`${name(address)} parked: ${reason} [${code}]`));
  }

  /** By its policy the first message leaves as a dead letter, and the address goes on. */
  #gaveUp(address: ActiveAddress, code: string, reason: string): boolean {
    const type = address.functionType;
    const { policy } = type.lane;
    const message = address.first;
    if (policy.onFailure !== 'dead-letter' || message === null) return false;
    const value = Buffer.from(message.value, 'latin1');
    const letter = { key: address.id, typename: message.typename, value };
    // What the egress can never take parks, as without the policy.
    if (this.deadLetters.put(policy.deadLetter, letter) !== null) return false;
    this.mailboxes.complete(address, 1);
    type.counts.deadLetters++;
    if (address.single && --address.singlesLeft <= 0) address.single = false;
    this.#options.observer?.deadLettered?.(type.name, address.id, code, reason);
    this.#next(address);
    this.#dispatcher.probeEnded(type);
    if (this.#wasFull) this.#openIfRoom();
    return true;
  }

  /** Called every now and then: types that nobody was answered of yet ask with one address more. */
  widenProbes(): void {
    for (const type of this.registry.types.values()) this.#dispatcher.widenProbe(type);
  }

  /** To be called now and then: places come free by time, where a transport finds that some hang. */
  pumpLanes(): void {
    for (const type of this.registry.types.values()) {
      if (type.lane.waiting > 0) this.#dispatcher.pump(type);
    }
  }

  // ---- the cut -------------------------------------------------------------------------------

  /** Whether anything changed that no cut holds. */
  get dirty(): boolean {
    return (
      this.log.bytes > 0 ||
      this.fresh.count > 0 ||
      // An answer of a function that keeps no state leaves nothing else, and waits for a commit.
      this.#replies.length > 0 ||
      this.intake.moved ||
      this.#hasOpenEgress()
    );
  }

  /**
   * Takes a cut (E3): everything that changed since the last one. Replies to built-in callers that
   * belong to it come along, to be released when it is committed (E4).
   */
  takeCut(): { cut: Cut; replies: readonly CommittedReply[] } {
    this.fresh.flush();
    for (const egress of this.egresses.values()) egress.close(this.log);
    this.intake.logPositions(this.log);
    writeCounters(this.log, this);
    const number = this.log.generation;
    const { bytes, records } = this.log;
    const cut = { number, chunks: this.log.take(), bytes, records };
    this.uncommittedBytes += bytes;
    const replies = this.#replies;
    this.#replies = [];
    this.#replyBytes = 0;
    return { cut, replies };
  }

  /** The cut is committed: what waited for that may go on. */
  committed(cutBytes: number): void {
    this.uncommittedBytes -= cutBytes;
    this.log.prepare();
    if (this.#wasFull) this.#openIfRoom();
  }

  #hasOpenEgress(): boolean {
    for (const egress of this.egresses.values()) if (egress.hasOpen) return true;
    return false;
  }

  // ---- bounds (E7) ---------------------------------------------------------------------------

  /** True if nothing should be taken in now. It opens again at half of the bounds. */
  get full(): boolean {
    if (!this.#wasFull) this.#wasFull = this.#fullest() >= 1;
    return this.#wasFull;
  }

  /** The share of the bound that is nearest to being reached; 1 closes the ingress. */
  #fullest(): number {
    const { queued, parked } = this.mailboxes;
    const limits = this.#limits;
    let egressBytes = 0;
    for (const egress of this.egresses.values()) egressBytes += egress.bytes;
    return Math.max(
      queued.messages / limits.queuedMessagesMax,
      queued.bytes / limits.queuedBytesMax,
      parked.messages / limits.parkedMessagesMax,
      parked.bytes / limits.parkedBytesMax,
      this.delayed.size / limits.delayedMessagesMax,
      this.delayed.bytes / limits.delayedBytesMax,
      egressBytes / limits.egressBytesMax,
      (this.uncommittedBytes + this.log.bytes + this.#replyBytes) / limits.uncommittedBytesMax,
    );
  }

  /** Calls `action` once when there is room again. */
  whenOpen(action: () => void): void {
    this.#onOpen.push(action);
  }

  #openIfRoom(): void {
    if (this.#fullest() > 0.5) return;
    this.#wasFull = false;
    const actions = this.#onOpen;
    this.#onOpen = [];
    for (const action of actions) action();
  }

  /** Looks for room after something other than an answer changed the load. */
  relieve(): void {
    if (this.#wasFull) this.#openIfRoom();
  }

  // ---- the end -------------------------------------------------------------------------------

  /** No request is begun any more; those in flight may still end. */
  hold(): void {
    this.#dispatcher.held = true;
  }

  /**
   * Answers count for nothing any more: one that came behind the last cut would be applied and then
   * be lost. Their messages are in the cut, and are sent again by the next start (E6).
   */
  seal(): void {
    this.#sealed = true;
  }

  /** Requests that are with functions. */
  get inFlight(): number {
    let requests = 0;
    const lanes = new Set([...this.registry.types.values()].map((type) => type.lane));
    for (const lane of lanes) requests += lane.outstanding;
    return requests;
  }
}

function name(address: ActiveAddress): string {
  return `${address.type}/${address.id}`;
}

/** Why an address can't do its batch. */
interface Cause {
  readonly code: string;
  readonly reason: string;
  readonly lastReply?: LastReply;
  /** Whether it lies in what the function declares, and so not in this message. */
  readonly ofImage?: boolean;
}

function causeOf({ code, message }: WeirError, lastReply: (() => LastReply) | undefined): Cause {
  return { code, reason: message, ...(lastReply === undefined ? {} : { lastReply: lastReply() }) };
}
