import type { Proof } from '../console/frame.ts';
import { byId, element, setText } from './element.ts';
import { count } from './format.ts';
import type { Store } from './store.ts';

const names = ['in', 'out', 'waiting', 'lost', 'doubled'] as const;

/** In, out, waiting, lost, doubled. */
export class ProofCounters {
  private readonly counters = new Map<string, HTMLElement>();

  constructor() {
    for (const name of names) {
      const value = element('dd', '', '–');
      this.counters.set(name, value);
      byId('counters').append(element('div', `counter ${name}`, element('dt', '', name), value));
    }
  }

  draw({ sections: { proof } }: Store): void {
    if (proof !== null && proof !== undefined) this.drawCounters(proof);
  }

  private drawCounters(proof: Proof): void {
    for (const name of names) setText(this.counters.get(name)!, count(proof[name]));
    for (const name of ['lost', 'doubled'] as const) {
      this.counters.get(name)!.parentElement!.classList.toggle('wrong', proof[name] > 0);
    }
    const notExact = 'lower bounds: some files were removed before they were counted';
    const late = proof.late > proof.lost ? `${count(proof.late)} held up, still in a mailbox` : '';
    setText(byId('proof-note'), proof.exact ? late : notExact);
  }
}
