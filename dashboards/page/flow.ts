import { byId, element, setText } from './element.ts';
import { count, rate } from './format.ts';
import type { Store } from './store.ts';

interface Stop {
  readonly item: HTMLElement;
  readonly rate: HTMLElement;
  readonly state: HTMLElement;
}

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
      this.show(
        node.name,
        node.rate,
        node.waiting === 0 ? 'none waiting' : `${count(node.waiting)} waiting`,
      );
      const busy = node.waiting > Math.max(1000, node.rate * 5);
      this.stops.get(node.name)!.item.classList.toggle('busy', busy && !down);
    }
    this.show(
      'scores',
      flow.scoresRate,
      proof === null || proof === undefined ? 'log' : `${count(proof.out)} out`,
    );
    const parked = runtime.parked > 0 ? ` · ${count(runtime.parked)} addresses parked` : '';
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
        const item = element(
          'li',
          isLog ? 'log' : '',
          element('span', 'flow-name', name),
          state,
          perSecond,
        );
        this.stops.set(name, { item, rate: perSecond, state });
        return item;
      }),
    );
  }
}
