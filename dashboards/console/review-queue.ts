import { lossOf } from '#models/selector/evidence.ts';
import { messageOf } from '#protocol/errors.ts';
import { ConsoleError } from './errors.ts';
import type { Alert, ReviewDecision, ReviewItem } from './frame.ts';
import type { Intake } from './intake.ts';

const queueMax = 200;
const decidedMax = 20;
/** For an undo: a label that is out can be contradicted, but never unsaid. */
const undoMs = 10_000;

/**
 * Alerts that nobody has decided yet, by expected loss (score × amount): with more than 200 the
 * smallest fall out. What a person decides is held for ten seconds, then written as a label like
 * any other; until then it can be taken back.
 */
export class ReviewQueue {
  /** Goes up with every decision, so that other pages look again. */
  version = 0;
  private readonly items = new Map<string, Alert>();
  private readonly held = new Map<string, { decision: ReviewDecision; timer: NodeJS.Timeout }>();
  private readonly decided: ReviewDecision[] = [];
  private readonly intake: Pick<Intake, 'write'>;
  private readonly simulatedMs: () => number;
  private readonly onLabel: (transactionId: string, fraud: boolean) => void;

  /** `onLabel` is told of what was written. */
  constructor(
    intake: Pick<Intake, 'write'>,
    simulatedMs: () => number,
    onLabel: (transactionId: string, fraud: boolean) => void,
  ) {
    this.intake = intake;
    this.simulatedMs = simulatedMs;
    this.onLabel = onLabel;
  }

  add(alert: Alert): void {
    this.items.set(alert.transactionId, alert);
    if (this.items.size <= queueMax) return;
    const least = [...this.items.values()].reduce((a, b) =>
      expectedLossOf(b) < expectedLossOf(a) ? b : a,
    );
    this.items.delete(least.transactionId);
  }

  /** A label came from elsewhere: nobody needs to look any more. */
  labelled(transactionId: string): void {
    if (this.items.delete(transactionId)) this.version++;
  }

  get waiting(): number {
    return this.items.size;
  }

  /** To be kept over a restart. */
  get undecided(): readonly Alert[] {
    return [...this.items.values()];
  }

  /** The largest expected loss first. */
  list(most: number): ReviewItem[] {
    return [...this.items.values()]
      .map((alert) => ({ ...alert, expectedLoss: expectedLossOf(alert) }))
      .sort((a, b) => b.expectedLoss - a.expectedLoss)
      .slice(0, most);
  }

  /** The newest first. */
  get decisions(): readonly ReviewDecision[] {
    return this.decided.toReversed();
  }

  /** Throws a ConsoleError if the alert is not (or not any more) in the queue. */
  decide(transactionId: string, fraud: boolean): ReviewDecision {
    const alert = this.items.get(transactionId);
    if (alert === undefined) {
      const what = `${transactionId} waits for no decision: somebody was quicker, or its label came.`;
      throw new ConsoleError('WEIR_CONSOLE_NOT_FOUND', what);
    }
    this.items.delete(transactionId);
    const decision: ReviewDecision = {
      alert,
      fraud,
      decidedAtMs: Date.now(),
      state: 'held',
      problem: null,
      losses: lossesOf(alert, fraud),
    };
    const timer = setTimeout(() => void this.write(transactionId), undoMs);
    this.held.set(transactionId, { decision, timer });
    this.decided.push(decision);
    if (this.decided.length > decidedMax) this.decided.shift();
    this.version++;
    return decision;
  }

  /** Takes a decision back. Throws a ConsoleError if it is out already. */
  undo(transactionId: string): void {
    const held = this.held.get(transactionId);
    if (held === undefined) {
      const what = `The decision on ${transactionId} is written already, or there was none.`;
      throw new ConsoleError('WEIR_CONSOLE_NOT_FOUND', what);
    }
    clearTimeout(held.timer);
    this.held.delete(transactionId);
    this.items.set(transactionId, held.decision.alert);
    this.decided.splice(this.decided.indexOf(held.decision), 1);
    this.version++;
  }

  /** Writes what is still held: a decision must not be lost because the console ends. */
  async close(): Promise<void> {
    await Promise.all([...this.held.keys()].map((transactionId) => this.write(transactionId)));
  }

  private async write(transactionId: string): Promise<void> {
    const held = this.held.get(transactionId);
    if (held === undefined) return;
    clearTimeout(held.timer);
    this.held.delete(transactionId);
    const { decision } = held;
    const label = { transactionId, fraud: decision.fraud, atMs: this.simulatedMs() };
    const key = `review ${transactionId} ${decision.decidedAtMs}`;
    try {
      await this.intake.write('/feedback', label, key);
      this.replace(decision, { ...decision, state: 'written' });
      this.onLabel(transactionId, decision.fraud);
    } catch (error) {
      this.items.set(transactionId, decision.alert);
      this.replace(decision, { ...decision, state: 'failed', problem: messageOf(error) });
    }
    this.version++;
  }

  private replace(old: ReviewDecision, decision: ReviewDecision): void {
    const place = this.decided.indexOf(old);
    if (place >= 0) this.decided[place] = decision;
  }
}

function expectedLossOf({ score, amount }: Alert): number {
  return score * amount;
}

/** What the label costs each model in its persona's selector: log loss as a share of the worst. */
function lossesOf({ byModel }: Alert, fraud: boolean): Record<string, number> {
  const scores = Object.entries(byModel);
  return Object.fromEntries(scores.map(([model, score]) => [model, lossOf(score, fraud)]));
}
