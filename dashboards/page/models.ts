import type {
  ModelQuality,
  PersonaRow,
  PersonaStanding,
  VersionLatency,
  VersionRow,
} from '../console/frame.ts';
import { post } from './api.ts';
import { CalibrationCurves } from './calibration.ts';
import { byId, element, setText, tableRow } from './element.ts';
import { ago, count, exact, milliseconds, modelName, personaName, score } from './format.ts';
import { Polled } from './polled.ts';
import { attempt } from './problem.ts';

interface Models {
  readonly quality: readonly ModelQuality[];
  readonly versions: readonly VersionRow[];
  readonly latencies: readonly VersionLatency[];
  readonly personas: readonly PersonaRow[];
  readonly standings: readonly PersonaStanding[];
}

type Action = 'pin' | 'unpin' | 'shadow' | 'quarantine' | 'free';

const pollMs = 3_000;
const labels: Readonly<Record<Action, string>> = {
  pin: 'Let it serve (pin)',
  unpin: 'Let the policy choose',
  shadow: 'Watch it only (shadow)',
  quarantine: 'Quarantine it',
  free: 'Let it take part again',
};

/** How good each model is, who serves whom, and what a person may decide about it. */
export class ModelsView extends Polled<Models> {
  private readonly dialog = byId<HTMLDialogElement>('model-dialog');
  private readonly curves = new CalibrationCurves();
  private asked: { persona: string; model: string } | null = null;

  constructor() {
    super(pollMs, 'models-problem');
    const choice = byId<HTMLSelectElement>('model-action');
    for (const [action, label] of Object.entries(labels)) {
      const option = element('option', '', label);
      option.value = action;
      choice.append(option);
    }
    byId('model-cancel').addEventListener('click', () => this.dialog.close());
    byId<HTMLFormElement>('model-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.act();
    });
  }

  /** A key that no field took. */
  key(key: string): void {
    if (key === 't') this.curves.toggleTable();
  }

  protected path(): string {
    return '/api/models';
  }

  protected take({ quality, versions, latencies, personas, standings }: Models): void {
    byId('models-quality').replaceChildren(...quality.map(qualityRow));
    this.curves.draw(quality);
    byId('models-quality-table').hidden = quality.length === 0;
    byId('models-quality-empty').hidden = quality.length > 0;
    const [first] = quality;
    setText(
      byId('models-quality-note'),
      first === undefined
        ? ''
        : `${count(first.transactions)} transactions of ${dayCount(first.days)}, 7 days old or more; a fraud without a label by then counts as none`,
    );
    byId('models-versions').replaceChildren(
      ...versions.map((row) =>
        versionRow(
          row,
          latencies.find(({ version }) => version === row.version),
        ),
      ),
    );
    byId('models-versions-table').hidden = versions.length === 0;
    byId('models-versions-empty').hidden = versions.length > 0;
    this.drawStandings(standings, personas);
  }

  private drawStandings(
    standings: readonly PersonaStanding[],
    personas: readonly PersonaRow[],
  ): void {
    byId('models-standings-table').hidden = standings.length === 0;
    byId('models-standings-empty').hidden = standings.length > 0;
    const names = standings[0]?.models.map(({ name }) => name) ?? [];
    const focused = document.activeElement?.getAttribute('data-standing') ?? '';
    const head = ['accounts', ...names.map(modelName), 'regret'].map((name) => {
      const cell = element('th', '', name);
      cell.setAttribute('scope', 'col');
      return cell;
    });
    byId('models-standings-head').replaceChildren(element('tr', '', ...head));
    byId('models-standings').replaceChildren(
      ...standings.map((standing) => {
        const served = personas.find(({ name }) => name === standing.persona)?.model ?? '';
        const cells = standing.models.map((model) => this.cell(standing, model, served));
        const regret = standing.regret === null ? '–' : `${(100 * standing.regret).toFixed(1)} %`;
        return tableRow(personaName(standing.persona), ...cells, regret);
      }),
    );
    if (focused !== '') {
      document.querySelector<HTMLElement>(`[data-standing="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  private cell(
    { persona, pinned }: PersonaStanding,
    model: PersonaStanding['models'][number],
    served: string,
  ): HTMLElement {
    const { name, loss, behind, count: evidence, hold, offLevel } = model;
    const marks = [
      ...(name === served ? ['serves'] : []),
      ...(name === pinned ? ['pinned'] : []),
      ...(hold === null ? [] : [hold]),
      ...(offLevel ? ['off level'] : []),
    ];
    const button = element(
      'button',
      'standing',
      element('strong', '', score(loss, 3)),
      element('span', 'faint', behind === null ? 'best' : `${behind.toFixed(1)} sd behind`),
      element('span', marks.length > 0 ? 'marks' : 'faint', marks.join(', ') || ' '),
    );
    button.type = 'button';
    button.dataset['standing'] = `${persona}/${name}`;
    button.title = `${count(Math.round(evidence))} mature transactions behind it`;
    // What is read comes first: a voice command names what is seen.
    const seen = button.textContent.trim();
    button.ariaLabel = `${seen}: ${modelName(name)} for ${personaName(persona)}, decide`;
    button.addEventListener('click', () => this.ask(persona, name));
    return button;
  }

  private ask(persona: string, model: string): void {
    this.asked = { persona, model };
    setText(byId('model-title'), `${modelName(model)} for ${personaName(persona)}`);
    byId('model-problem').hidden = true;
    byId<HTMLInputElement>('model-reason').value = '';
    this.dialog.showModal();
  }

  private async act(): Promise<void> {
    const { asked } = this;
    if (asked === null) return;
    const action = byId<HTMLSelectElement>('model-action').value as Action;
    const reason = byId<HTMLInputElement>('model-reason').value.trim();
    const { persona, model } = asked;
    const done = await attempt(byId('model-confirm'), byId('model-problem'), () => {
      if (action === 'pin' || action === 'unpin') {
        return post('/api/models/pin', { persona, model: action === 'pin' ? model : null, reason });
      }
      const hold = action === 'free' ? null : action;
      return post('/api/models/hold', { persona, model, hold, reason });
    });
    if (!done) return;
    this.dialog.close();
    this.soon();
  }
}

function dayCount(days: number): string {
  return days === 1 ? '1 day' : `${count(days)} days`;
}

function versionRow(
  { version, scored, sinceMs, lastMs }: VersionRow,
  latency: VersionLatency | undefined,
): HTMLTableRowElement {
  const row = tableRow(
    version,
    count(scored),
    ago(Date.now() - sinceMs),
    ago(Date.now() - lastMs),
    milliseconds(latency?.p50Ms ?? null),
    milliseconds(latency?.p99Ms ?? null),
    latency === undefined ? '–' : count(latency.requests),
  );
  row.title = exact(sinceMs);
  return row;
}

function qualityRow(quality: ModelQuality): HTMLTableRowElement {
  const { name, frauds, averagePrecision, brier, calibrationError } = quality;
  const figure = (value: number | null, digits: number): string =>
    value === null ? 'too few frauds' : value.toFixed(digits);
  return tableRow(
    modelName(name),
    figure(averagePrecision, 3),
    figure(brier, 4),
    figure(calibrationError, 4),
    count(frauds),
  );
}
