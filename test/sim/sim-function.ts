import { callerType } from '#runtime/ports/ingress.ts';
import type { Target, Work } from './work.ts';

/** The state of one simulated address; what the checkers read at the end and in every cut. */
export interface Account {
  counter: number;
  money: number;
  /** Records sent so far, per egress. */
  egress: Record<string, number>;
  /** Every cause that was done, in order. */
  done: string[];
  /** Per receiver: messages sent in order. Per sender: the last one that came. */
  sent: Record<string, number>;
  received: Record<string, number>;
  /** What the other states must be at the next invocation; null: not there. */
  note: { readonly version: number; readonly bytes: number } | null;
  /** When the expiring value was written, and when the one that lives by being read was read. */
  fleetingAt: number | null;
  readAt: number | null;
}

/** The other states as they were given to the function. */
export interface Given {
  readonly fleeting: string | null;
  readonly note: string | null;
  readonly read: string | null;
  /** When the request was sent; an expiry counts up to then. */
  readonly sentAt: number;
}

export interface Outcome {
  readonly account: Account;
  /** State name to its new value, null to delete it. */
  readonly states: Map<string, string | null>;
  readonly answers: { to: string; text: string }[];
  readonly messages: { to: Target; work: Work }[];
  readonly delayed: (
    { token: string; delayMs: number; to: Target; work: Work } | { cancel: string }
  )[];
  readonly egress: { id: string; text: string }[];
}

export interface Context {
  readonly now: number;
  readonly mended: boolean;
  readonly violation: (text: string) => void;
  /** Whether a person took this message out (or may have). */
  readonly removed: (from: string, to: string, order: number) => boolean;
}

/** Of the values that expire, virtual milliseconds. */
export const ttlMs = 2_000;
/** Longest time between the function's answer and its being applied. */
const answerSlackMs = 30_000;

export interface Input {
  readonly from: string;
  readonly work: Work;
}

/** Long enough that it is always cancelled first. */
const neverMs = 10 * 86_400_000;

export class Poisoned extends Error {}

/**
 * The function under simulation: pure, so that doing a batch again gives the same outcome. What
 * it finds wrong with what it was given it reports, since only the function sees that.
 */
export function runBatch(
  self: Target,
  stored: Account | null,
  given: Given,
  inputs: readonly Input[],
  context: Context,
): Outcome {
  const me = `${self.type}/${self.id}`;
  const account = stored ?? newAccount();
  checkStates(me, account, given, context);
  const states = new Map<string, string | null>([['fleeting', String(context.now)]]);
  account.fleetingAt = context.now;
  if (account.readAt !== null) account.readAt = given.read === null ? null : given.sentAt;
  const outcome: Outcome = { account, states, answers: [], messages: [], delayed: [], egress: [] };
  for (const { from, work } of inputs) {
    if (account.done.includes(work.cause)) context.violation(`${me} did ${work.cause} twice`);
    if (context.now < work.notBefore) context.violation(`${work.cause} came early to ${me}`);
    if (work.order > 0) checkOrder(me, account, from, work.order, context);
    account.done.push(work.cause);
    account.money += work.amount;
    for (const command of work.commands) {
      if (command.do === 'answer') {
        const text = `${work.cause} ${me} ${account.done.length}`;
        outcome.answers.push({ to: from.slice(callerType.length + 1), text });
      } else runCommand(me, account, command, outcome, context);
    }
  }
  return outcome;
}

function newAccount(): Account {
  const counts = { counter: 0, money: 0, egress: {}, done: [], sent: {}, received: {} };
  return { ...counts, note: null, fleetingAt: null, readAt: null };
}

function checkOrder(
  me: string,
  account: Account,
  from: string,
  order: number,
  context: Context,
): void {
  const last = account.received[from] ?? 0;
  let next = last + 1;
  while (next < order && context.removed(from, me, next)) next++;
  if (order !== next) context.violation(`${me} got message ${order} of ${from} after ${last} (E1)`);
  account.received[from] = order;
}

/** State, deletions and expiry: what was written last is what comes, no more and no less. */
function checkStates(me: string, account: Account, given: Given, context: Context): void {
  const { note, fleetingAt, readAt } = account;
  const expected = note === null ? null : noteText(note.version, note.bytes);
  if (given.note !== expected) {
    context.violation(`${me} was given the note ${start(given.note)}, not ${start(expected)}`);
  }
  if (given.fleeting === null && fleetingAt !== null && given.sentAt < fleetingAt + ttlMs) {
    context.violation(`${me} lost a value before it expired`);
  }
  if (given.fleeting !== null) {
    if (Number(given.fleeting) !== fleetingAt) context.violation(`${me} was given an old value`);
    if (given.sentAt > Number(given.fleeting) + ttlMs + answerSlackMs) {
      context.violation(`${me} was given an expired value`);
    }
  }
  if (given.read === null && readAt !== null && given.sentAt < readAt + ttlMs) {
    context.violation(`${me} lost a value that was read ${given.sentAt - readAt} ms ago`);
  }
  if (given.read !== null && readAt === null) context.violation(`${me} was given a deleted value`);
}

function start(text: string | null): string | null {
  return text === null ? null : `${text.slice(0, 20)} (${text.length})`;
}

function noteText(version: number, bytes: number): string {
  return `${version}:${'n'.repeat(bytes)}`;
}

function runCommand(
  me: string,
  account: Account,
  command: Work['commands'][number],
  outcome: Outcome,
  context: Context,
): void {
  switch (command.do) {
    case 'add':
      account.counter += command.n;
      return;
    case 'send': {
      const key = `${command.to.type}/${command.to.id}`;
      const order = (account.sent[key] ?? 0) + 1;
      account.sent[key] = order;
      const amount = Math.min(account.money, command.money);
      account.money -= amount;
      outcome.messages.push({ to: command.to, work: { ...command.work, amount, order } });
      return;
    }
    case 'later': {
      const { to, delayMs } = command;
      const notBefore = context.now + delayMs;
      const amount = Math.min(account.money, 3);
      account.money -= amount;
      const work = { ...command.work, amount, notBefore };
      outcome.delayed.push({ token: '', delayMs, to, work });
      return;
    }
    case 'never': {
      const { token, to, work } = command;
      outcome.delayed.push({ token, delayMs: neverMs, to, work });
      return;
    }
    case 'cancel':
      outcome.delayed.push({ cancel: command.token });
      return;
    case 'egress': {
      const number = (account.egress[command.id] ?? 0) + 1;
      account.egress[command.id] = number;
      outcome.egress.push({ id: command.id, text: `${me} ${number}` });
      return;
    }
    case 'poison':
      if (!context.mended) throw new Poisoned(me);
      return;
    default:
      changeState(account, command, outcome, context.now);
  }
}

function changeState(
  account: Account,
  command: Work['commands'][number],
  { states }: Outcome,
  now: number,
): void {
  if (command.do === 'note') {
    account.note = { version: account.done.length, bytes: command.bytes };
    states.set('note', noteText(account.done.length, command.bytes));
  } else if (command.do === 'touch') {
    account.readAt = now;
    states.set('read', 'r');
  } else if (command.do === 'clear') {
    Object.assign(account, { note: null, fleetingAt: null, readAt: null });
    for (const name of ['note', 'fleeting', 'read']) states.set(name, null);
  }
}
