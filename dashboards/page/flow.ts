import { byId, element, setText } from './element.ts';
import { count, rate } from './format.ts';
import type { Store } from './store.ts';

interface Leads {
  readonly href: string;
  readonly title: string;
}

interface Stop {
  readonly item: HTMLElement;
  readonly link: HTMLAnchorElement;
  readonly rate: HTMLElement;
  readonly state: HTMLElement;
}

/** Where one goes on from a stop that is well, and what is found there. */
const leadsTo: Readonly<Record<string, Leads>> = {
  transactions: { href: '#runtime', title: 'how far they are read' },
  classifier: { href: '#models', title: 'the models and their versions' },
  selector: { href: '#models', title: 'which model serves whom' },
  scores: { href: '#review', title: 'alerts to decide on' },
};
const toAccounts: Leads = { href: '#accounts', title: 'accounts, and where most messages wait' };
const toRuntime: Leads = { href: '#runtime', title: 'what is parked or down, and what to do' };

/** The running system as a line: what flows on each arrow, what waits at each function. */
export class FlowLine {
  private readonly line = byId<HTMLOListElement>('flow');
  private readonly stops = new Map<string, Stop>();
  private names = '';

  draw(store: Store): void {
    const { flow, runtime, proof } = store.sections;
    if (flow === undefined || runtime === undefined) return;
    const names = ['transactions', ...flow.nodes.map(({ name }) => name), 'scores'];
    if (names.join() !== this.names) this.make(names);
    const down = runtime.state !== 'ready';
    this.line.classList.toggle('down', down);
    this.show(
      'transactions',
      flow.transactionsRate,
      proof === null || proof === undefined ? 'log' : `${count(proof.in)} in`,
    );
    for (const node of flow.nodes) {
      const waiting = node.waiting === 0 ? 'none waiting' : `${count(node.waiting)} waiting`;
      this.show(node.name, node.rate, node.parked > 0 ? `${count(node.parked)} parked` : waiting);
      const stop = this.stops.get(node.name)!;
      const busy = node.waiting > Math.max(1000, node.rate * 5);
      stop.item.classList.toggle('busy', (busy || node.parked > 0) && !down);
      if (down || node.parked > 0) lead(stop.link, toRuntime);
      else lead(stop.link, busy ? toAccounts : (leadsTo[node.name] ?? toAccounts));
    }
    this.show(
      'scores',
      flow.scoresRate,
      proof === null || proof === undefined ? 'log' : `${count(proof.out)} out`,
    );
    const addresses = runtime.parked === 1 ? 'address' : 'addresses';
    const parked = runtime.parked > 0 ? ` · ${count(runtime.parked)} ${addresses} parked` : '';
    const labels = store.sections.figures?.feedback ?? 0;
    setText(
      byId('flow-note'),
      `feedback ${rate(flow.feedbackRate)}/s, ${count(labels)} labels → decision${parked}`,
    );
    byId('flow-note').classList.toggle('alarm-text', parked !== '');
  }

  private show(name: string, perSecond: number, state: string): void {
    const stop = this.stops.get(name)!;
    setText(stop.rate, `${rate(perSecond)}/s`);
    setText(stop.state, state);
    const thickness = perSecond <= 0 ? 1 : 1 + Math.min(5, Math.log10(1 + perSecond) * 1.4);
    stop.item.style.setProperty('--thickness', `${thickness.toFixed(1)}px`);
  }

  private make(names: readonly string[]): void {
    this.names = names.join();
    this.stops.clear();
    this.line.replaceChildren(
      ...names.map((name, index) => {
        const perSecond = element('span', 'flow-rate');
        const state = element('span', 'flow-state');
        const isLog = index === 0 || index === names.length - 1;
        const link = element('a', 'flow-name', name);
        lead(link, leadsTo[name] ?? toAccounts);
        const item = element('li', isLog ? 'log' : '', link, state, perSecond);
        this.stops.set(name, { item, link, rate: perSecond, state });
        return item;
      }),
    );
  }
}

function lead(link: HTMLAnchorElement, { href, title }: Leads): void {
  if (link.getAttribute('href') === href) return;
  link.setAttribute('href', href);
  link.title = title;
}
