import type { WaitingAddresses } from '../console/frame.ts';
import { byId, element, setText } from './element.ts';
import { count } from './format.ts';
import { Polled } from './polled.ts';

const pollMs = 2_000;

/** The addresses with the most messages waiting, as links to them. */
export class WaitingList extends Polled<WaitingAddresses> {
  constructor() {
    super(pollMs, 'accounts-waiting-problem');
  }

  protected path(): string {
    return '/api/waiting';
  }

  protected take({ addresses, lookedAt, complete }: WaitingAddresses): void {
    const list = byId('accounts-waiting');
    // Who is on a link stays on it: the list changes all the time.
    const focused = list.contains(document.activeElement)
      ? document.activeElement?.getAttribute('href')
      : null;
    const items = addresses.map(({ type, id, messages, parked }) => {
      const link = element('a', '', `${type.slice(type.indexOf('/') + 1)} ${id}`);
      link.href = `#accounts/${encodeURIComponent(id)}/${encodeURIComponent(type)}`;
      const state = parked ? ` ${count(messages)}, parked` : ` ${count(messages)}`;
      return element('li', '', link, element('span', 'faint', state));
    });
    list.replaceChildren(...items);
    for (const { firstElementChild: link } of items) {
      if (link instanceof HTMLElement && link.getAttribute('href') === focused) link.focus();
    }
    const none = items.length > 0 ? '' : 'Nothing waits at the moment.';
    const some = complete ? '' : `Of ${count(lookedAt)} addresses; there are more.`;
    setText(byId('accounts-waiting-note'), `${none} ${some}`.trim());
    byId('accounts-waiting-note').hidden = none === '' && some === '';
  }
}
