import type { Target, Work } from './work.ts';

/** The state of one simulated address; what the checkers read at the end and in every cut. */
export interface Account {
  counter: number;
  money: number;
  /** Records sent to the egress so far. */
  egress: number;
  /** Every cause that was done, in order. */
  done: string[];
  /** Per receiver: messages sent in order. Per sender: the last one that came. */
  sent: Record<string, number>;
  received: Record<string, number>;
}

export interface Outcome {
  readonly account: Account;
  readonly fleeting: Fleeting | null;
  readonly messages: { to: Target; work: Work }[];
  readonly delayed: (
    { token: string; delayMs: number; to: Target; work: Work } | { cancel: string }
  )[];
  readonly egress: string[];
}

/** A value that expires; it says when it was written. */
export interface Fleeting {
  readonly writtenAt: number;
}

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
  fleeting: Fleeting | null,
  inputs: readonly Input[],
  context: { now: number; mended: boolean; violation: (text: string) => void },
): Outcome {
  const me = `${self.type}/${self.id}`;
  const account = stored ?? {
    counter: 0,
    money: 0,
    egress: 0,
    done: [],
    sent: {},
    received: {},
  };
  const outcome: Outcome = {
    account,
    fleeting: { writtenAt: context.now },
    messages: [],
    delayed: [],
    egress: [],
  };
  let cleared = false;
  for (const { from, work } of inputs) {
    if (account.done.includes(work.cause)) context.violation(`${me} did ${work.cause} twice`);
    if (context.now < work.notBefore) context.violation(`${work.cause} came early to ${me}`);
    if (work.order > 0) {
      const last = account.received[from] ?? 0;
      if (work.order !== last + 1) {
        context.violation(`${me} got message ${work.order} of ${from} after ${last} (E1)`);
      }
      account.received[from] = work.order;
    }
    account.done.push(work.cause);
    account.money += work.amount;
    for (const command of work.commands) {
      if (command.do === 'clear') cleared = true;
      else runCommand(me, account, command, outcome, context);
    }
  }
  return cleared ? { ...outcome, fleeting: null } : outcome;
}

function runCommand(
  me: string,
  account: Account,
  command: Work['commands'][number],
  outcome: Outcome,
  context: { now: number; mended: boolean },
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
      outcome.delayed.push({
        token: '',
        delayMs,
        to,
        work: { ...command.work, amount, notBefore },
      });
      return;
    }
    case 'never':
      outcome.delayed.push({
        token: command.token,
        delayMs: neverMs,
        to: command.to,
        work: command.work,
      });
      return;
    case 'cancel':
      outcome.delayed.push({ cancel: command.token });
      return;
    case 'egress':
      account.egress++;
      outcome.egress.push(`${me} ${account.egress}`);
      return;
    case 'poison':
      if (!context.mended) throw new Poisoned(me);
      return;
    case 'clear':
      return;
  }
}
