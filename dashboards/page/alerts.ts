import type { Alert } from '../console/frame.ts';
import { byId, element, setText } from './element.ts';
import { amount, count, score, simulatedTime } from './format.ts';
import type { Store } from './store.ts';

/** The list of the latest alerts, newest first. Rows are made once and only moved down. */
export class AlertList {
  private readonly list = byId<HTMLOListElement>('alerts');
  private newest = 0;

  draw(store: Store): void {
    const { alerts } = store;
    byId('alerts-empty').hidden = alerts.length > 0;
    byId('alerts-scroll').hidden = alerts.length === 0;
    const total = store.sections.figures?.alerts ?? 0;
    setText(
      byId('alerts-note'),
      total > alerts.length ? `last ${alerts.length} of ${count(total)}` : '',
    );
    const top = alerts[0]?.number ?? 0;
    if (top === this.newest) return;
    // The numbers started again: the server counts another run.
    if (top < this.newest) this.list.replaceChildren();
    const isFirst = this.list.childElementCount === 0;
    const fresh = alerts.filter(({ number }) => isFirst || number > this.newest);
    this.list.prepend(...fresh.map((alert) => row(alert, !isFirst)));
    while (this.list.childElementCount > alerts.length) this.list.lastElementChild!.remove();
    this.newest = top;
  }
}

function row(alert: Alert, isFresh: boolean): HTMLLIElement {
  const bar = element('span', 'bar', element('span'));
  bar.style.setProperty('--share', String(alert.score));
  const made = element(
    'li',
    isFresh ? 'fresh' : '',
    element('strong', 'alert-score', score(alert.score)),
    bar,
    element('span', 'alert-amount', amount(alert.amount)),
    element(
      'span',
      'alert-who',
      `account ${alert.accountId}`,
      element('span', 'faint', ` → merchant ${alert.merchantId}`),
    ),
    element('span', 'alert-when faint', simulatedTime(alert.atMs, true)),
    element('span', 'alert-why faint', alert.reasons.join(' · ')),
  );
  made.title = `${alert.transactionId}, scored by ${alert.model}`;
  return made;
}
