import type { ReviewDecision, ReviewItem, Score } from '../console/frame.ts';
import { getJson, post } from './api.ts';
import { byId, element, setText } from './element.ts';
import { amount, count, modelName, personaName, score, simulatedTime } from './format.ts';
import { Polled } from './polled.ts';
import { showProblem } from './problem.ts';

interface Queue {
  readonly version: number;
  readonly waiting: number;
  readonly items: readonly ReviewItem[];
  readonly decisions: readonly ReviewDecision[];
}

const pollMs = 3_000;

/** Alerts by expected loss, one of them in full, and the two decisions there are. */
export class Review extends Polled<Queue> {
  private queue: Queue | null = null;
  private selected: string | null = null;
  private timelineOf = '';
  private version = -1;

  constructor() {
    super(pollMs, 'review-problem');
    byId('review-fraud').addEventListener('click', () => void this.decide(true));
    byId('review-clear').addEventListener('click', () => void this.decide(false));
    byId('review-undo').addEventListener('click', () => void this.undo());
  }

  /** Another page decided something: look again at once. */
  noteVersion(version: number): void {
    if (version === this.version) return;
    this.version = version;
    this.soon();
  }

  /** True if the key was one of this view. */
  key(key: string): boolean {
    if (key === 'j') this.move(1);
    else if (key === 'k') this.move(-1);
    else if (key === 'f') void this.decide(true);
    else if (key === 'c') void this.decide(false);
    else if (key === 'u') void this.undo();
    else return false;
    return true;
  }

  protected path(): string {
    return '/api/review';
  }

  protected take(queue: Queue): void {
    this.queue = queue;
    const { items } = queue;
    if (!items.some(({ transactionId }) => transactionId === this.selected)) {
      this.selected = items[0]?.transactionId ?? null;
    }
    byId('review-empty').hidden = items.length > 0;
    byId('review-body').hidden = items.length === 0;
    setText(
      byId('review-note'),
      queue.waiting === 0 ? '' : `${count(queue.waiting)} wait, the largest expected loss first`,
    );
    this.drawList();
    this.drawSelected();
    this.drawDecisions();
  }

  private get current(): ReviewItem | null {
    return this.queue?.items.find(({ transactionId }) => transactionId === this.selected) ?? null;
  }

  private drawList(): void {
    const rows = (this.queue?.items ?? []).map((item) => {
      const button = element(
        'button',
        'review-row',
        element('strong', '', score(item.score)),
        element('span', '', amount(item.amount)),
        element('span', 'faint', `account ${item.accountId} · ${personaName(item.persona)}`),
      );
      button.type = 'button';
      if (item.transactionId === this.selected) button.setAttribute('aria-current', 'true');
      button.addEventListener('click', () => this.select(item.transactionId));
      return element('li', '', button);
    });
    const list = byId('review-list');
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(...rows);
    if (hadFocus) list.querySelector<HTMLElement>('[aria-current]')?.focus();
  }

  private drawSelected(): void {
    const item = this.current;
    if (item === null) return;
    setText(
      byId('review-title'),
      `${amount(item.amount)} at merchant ${item.merchantId}, score ${score(item.score)}`,
    );
    setText(
      byId('review-facts'),
      `account ${item.accountId}, ${personaName(item.persona)} · ${simulatedTime(item.atMs)} · ` +
        `scored by ${modelName(item.model)}${item.version === '' ? '' : ` of ${item.version}`} · ` +
        `expected loss ${amount(item.expectedLoss)}`,
    );
    byId<HTMLAnchorElement>('review-account').href =
      `#accounts/${encodeURIComponent(item.accountId)}`;
    const reasons = item.reasons.length > 0 ? item.reasons : ['no single feature stands out'];
    byId('review-reasons').replaceChildren(...reasons.map((reason) => element('li', '', reason)));
    byId('review-models').replaceChildren(...modelBars(item.byModel, item.model));
    if (this.timelineOf !== item.transactionId) void this.drawTimeline(item);
  }

  private async drawTimeline(item: ReviewItem): Promise<void> {
    this.timelineOf = item.transactionId;
    const path = `/api/review/${encodeURIComponent(item.transactionId)}`;
    const { timeline } = await getJson<{ timeline: Score[] }>(path).catch(() => ({ timeline: [] }));
    if (this.selected !== item.transactionId) return;
    byId('review-timeline').replaceChildren(
      ...timeline.map((one) => timelineRow(one, one.transactionId === item.transactionId)),
    );
    byId('review-timeline-empty').hidden = timeline.length > 0;
  }

  private drawDecisions(): void {
    const decisions = this.queue?.decisions ?? [];
    byId('review-decisions').replaceChildren(...decisions.map(decisionRow));
    byId('review-decided').hidden = decisions.length === 0;
    byId<HTMLButtonElement>('review-undo').disabled = !decisions.some(
      ({ state }) => state === 'held',
    );
  }

  private select(transactionId: string): void {
    this.selected = transactionId;
    this.drawList();
    this.drawSelected();
  }

  private move(step: number): void {
    const items = this.queue?.items ?? [];
    const place = items.findIndex(({ transactionId }) => transactionId === this.selected);
    const next = items[Math.min(items.length - 1, Math.max(0, place + step))];
    if (next !== undefined) this.select(next.transactionId);
    byId('review-list').querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }

  private async decide(fraud: boolean): Promise<void> {
    const item = this.current;
    if (item === null) return;
    const items = this.queue?.items ?? [];
    const place = items.indexOf(item);
    // The next one is there at once; the decision can be undone for ten seconds.
    this.selected = (items[place + 1] ?? items[place - 1])?.transactionId ?? null;
    await this.act(`/api/review/${encodeURIComponent(item.transactionId)}`, { fraud });
  }

  private async undo(): Promise<void> {
    const held = this.queue?.decisions.find(({ state }) => state === 'held');
    if (held === undefined) return;
    const id = held.alert.transactionId;
    this.selected = id;
    await this.act(`/api/review/${encodeURIComponent(id)}/undo`, {});
  }

  private async act(path: string, body: object): Promise<void> {
    try {
      const queue = await post<Queue>(path, body);
      byId('review-action-problem').hidden = true;
      this.version = queue.version;
      this.take(queue);
    } catch (error) {
      showProblem(byId('review-action-problem'), error);
      this.soon();
    }
  }
}

/** What each model said, as bars; the one that served is marked. */
export function modelBars(
  byModel: Readonly<Record<string, number>>,
  served: string,
): HTMLElement[] {
  return Object.entries(byModel).map(([model, value]) => {
    const bar = element('span', `bar model-${model}`, element('span'));
    bar.style.setProperty('--share', String(value));
    return element(
      'li',
      '',
      element('span', '', modelName(model), model === served ? ' (served)' : ''),
      bar,
      element('span', 'number', score(value)),
    );
  });
}

/** A transaction of an account: when, how much, with what score. */
export function timelineRow(one: Score, isThis: boolean): HTMLTableRowElement {
  const row = element(
    'tr',
    isThis ? 'this' : '',
    element('td', '', simulatedTime(one.atMs, true)),
    element('td', 'number', amount(one.amount)),
    element('td', '', one.merchantId),
    element('td', 'number', score(one.score)),
    element('td', '', one.alert ? 'alert' : ''),
  );
  if (isThis) row.setAttribute('aria-current', 'true');
  return row;
}

function decisionRow({ alert, fraud, state, problem, losses }: ReviewDecision): HTMLElement {
  const what = `${alert.transactionId}, ${amount(alert.amount)}: ${fraud ? 'fraud' : 'no fraud'}`;
  const texts = {
    held: 'can be undone for ten seconds',
    written: effectOf(alert.persona, losses),
    failed: `not written, back in the queue: ${problem ?? ''}`,
  };
  return element('li', state, element('strong', '', what), element('span', 'faint', texts[state]));
}

/** The label's way: decision → selector, where it is held against what each model had said. */
function effectOf(persona: string, losses: Readonly<Record<string, number>>): string {
  const ranked = Object.entries(losses).sort(([, a], [, b]) => a - b);
  if (ranked.length === 0) return 'decision → selector';
  const [best, worst] = [ranked[0]!, ranked.at(-1)!];
  return (
    `decision → selector of ${personaName(persona)}: costs ${modelName(best[0])} ` +
    `${score(best[1])}, ${modelName(worst[0])} ${score(worst[1])} (0 to 1); counts when its day is settled`
  );
}
