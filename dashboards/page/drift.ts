import type { Drift } from '../console/frame.ts';
import { byId, setText } from './element.ts';
import { dayMs, simulatedTime } from './format.ts';
import type { Store } from './store.ts';

/** What the transactions of the last complete day look like, without waiting for labels. */
export class DriftLine {
  draw({ sections: { drift } }: Store): void {
    const line = byId('drift');
    line.hidden = drift === undefined || drift === null;
    if (drift === undefined || drift === null) return;
    setText(line, sentence(drift));
    line.classList.toggle(
      'alarm-text',
      drift.shifted.some(({ kind }) => kind === 'score'),
    );
  }
}

function sentence({ day, samples, count, shifted }: Drift): string {
  const when = `${simulatedTime(day * dayMs, true)}, ${samples} transactions sampled`;
  if (count === 0) return `${when}: features and scores look as when the models were calibrated.`;
  const names = shifted.map(({ kind, name, index }) => {
    const what = name.replaceAll('-', ' ');
    return `${kind === 'score' ? `score of the ${what}` : what} (${index.toFixed(2)})`;
  });
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  return `${when}: not as when the models were calibrated (index above 0.25): ${names.join(', ')}${more}.`;
}
