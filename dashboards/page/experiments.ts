import type { ExperimentReport } from '../console/frame.ts';
import { getJson, post } from './api.ts';
import { byId, element, setText, tableRow } from './element.ts';
import { count, exact, milliseconds, score, seconds, timeOfDay } from './format.ts';
import { showProblem } from './problem.ts';
import type { Store } from './store.ts';

interface Button {
  readonly name: string;
  readonly label: string;
  /** What the dialog asks. */
  readonly question: string;
  readonly danger: boolean;
}

const buttons: readonly Button[] = [
  {
    name: 'break',
    label: 'Break the classifier…',
    question: 'Swap in the defective classifier?',
    danger: true,
  },
  {
    name: 'fix',
    label: 'Fix it…',
    question: 'Swap in the repaired classifier?',
    danger: false,
  },
  { name: 'kill', label: 'Kill the runtime…', question: 'Kill the runtime?', danger: true },
  { name: 'poison', label: 'Poison an account…', question: 'Poison an account?', danger: false },
  { name: 'slow', label: 'Hang the classifier…', question: 'Hang the classifier?', danger: false },
  {
    name: 'scale-0',
    label: 'No function process…',
    question: 'Stop all function processes?',
    danger: false,
  },
  { name: 'scale-1', label: 'One…', question: 'Serve with one function process?', danger: false },
  {
    name: 'scale-4',
    label: 'Four…',
    question: 'Serve with four function processes?',
    danger: false,
  },
];

/** Buttons that put the system to the test: each says first what will happen, then shows the proof. */
export class ExperimentPanel {
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly dialog = byId<HTMLDialogElement>('experiment-dialog');
  private promises: ReadonlyMap<string, string> | null = null;
  private asked: Button | null = null;
  private pending = false;
  private drawn = '';

  constructor() {
    for (const one of buttons) {
      const button = element('button', one.danger ? 'danger' : '', one.label);
      button.type = 'button';
      button.disabled = true;
      button.id = `experiment-${one.name}`;
      button.addEventListener('click', () => void this.ask(one.name));
      this.buttons.set(one.name, button);
      byId('experiment-buttons').append(button);
    }
    byId('experiment-cancel').addEventListener('click', () => this.dialog.close());
    byId('experiment-confirm').addEventListener('click', () => {
      this.dialog.close();
      void this.begin();
    });
  }

  /** Says what will happen, before anything does. */
  async ask(name: string): Promise<void> {
    const one = buttons.find((button) => button.name === name);
    if (one === undefined || this.buttons.get(name)!.disabled || this.dialog.open) return;
    try {
      const promise = (await this.allPromises()).get(name) ?? '';
      this.asked = one;
      setText(byId('experiment-title'), one.question);
      setText(byId('experiment-promise'), promise);
      byId('experiment-confirm').classList.toggle('danger', one.danger);
      this.dialog.showModal();
    } catch (error) {
      showProblem(byId('experiment-problem'), error);
    }
  }

  draw({ sections }: Store): void {
    const { experiment, experiments = [] } = sections;
    const busy = this.pending || (experiment != null && !isOver(experiment));
    for (const [name, button] of this.buttons) {
      const offered = experiments.includes(name);
      button.hidden = experiments.length > 0 && !offered;
      button.disabled = busy || !offered;
    }
    const none = sections.experiments !== undefined && experiments.length === 0;
    byId('experiment-none').hidden = !none;
    if (experiment) this.drawReport(experiment);
  }

  private drawReport(report: ExperimentReport): void {
    const text = JSON.stringify(report);
    if (text === this.drawn) return;
    this.drawn = text;
    byId('experiment-report').hidden = false;
    const label = buttons.find(({ name }) => name === report.name)?.question ?? report.name;
    setText(byId('experiment-name'), `${label.replace(/\?$/, '')}: ${stateText(report)}`);
    byId('experiment-name').title = exact(report.startedAtMs);
    byId('experiment-steps').replaceChildren(...stepsOf(report));
    byId('experiment-checks').replaceChildren(...report.checks.map(checkRow));
    byId('experiment-check-table').hidden = report.checks.length === 0;
    setText(byId('experiment-figures'), figuresOf(report));
  }

  private async allPromises(): Promise<ReadonlyMap<string, string>> {
    if (this.promises === null) {
      const { kinds } = await getJson<{ kinds: { name: string; promise: string }[] }>(
        '/api/experiments',
      );
      this.promises = new Map(kinds.map(({ name, promise }) => [name, promise]));
    }
    return this.promises;
  }

  private async begin(): Promise<void> {
    const { asked } = this;
    if (asked === null) return;
    byId('experiment-problem').hidden = true;
    this.pending = true;
    for (const button of this.buttons.values()) button.disabled = true;
    try {
      await post(`/api/experiments/${asked.name}`);
    } catch (error) {
      showProblem(byId('experiment-problem'), error);
    } finally {
      this.pending = false;
    }
  }
}

function stepsOf(report: ExperimentReport): HTMLLIElement[] {
  const done = report.steps.map(({ atMs, text }) => step('done', text, timeOfDay(atMs)));
  if (!isOver(report)) {
    const open = report.open === null ? '' : `${count(report.open)} without a score yet`;
    const texts = {
      acting: 'It is being done',
      watching: 'Waiting for its effect',
      settling: `Counting: ${open}`,
    };
    return [...done, step('now', texts[report.state as keyof typeof texts], '')];
  }
  const good = report.state === 'proved';
  const lost = report.lost === null ? '–' : count(report.lost);
  const title = `${lost} lost · ${count(report.doubled)} doubled`;
  return [...done, step(good ? 'done' : 'wrong', title, `of ${count(report.in)} that were in`)];
}

function step(state: string, title: string, text: string): HTMLLIElement {
  return element('li', state, element('strong', '', title), element('span', 'faint', text));
}

function checkRow({ what, wanted, measured, ok }: ExperimentReport['checks'][number]): HTMLElement {
  const verdict = ok ? 'holds' : 'does not hold';
  const row = tableRow(what, measured, element('span', 'faint', wanted), verdict);
  row.classList.toggle('wrong', !ok);
  return row;
}

function figuresOf(report: ExperimentReport): string {
  const { averageBefore, averageNow, p99BeforeMs, p99DuringMs, p99AfterMs, versions } = report;
  const average = (value: number | null): string => (value === null ? '–' : score(value, 3));
  const by = Object.entries(versions).map(([version, scored]) => `${version} ${count(scored)}`);
  return [
    `average score ${average(averageBefore)} before, ${average(averageNow)} ${isOver(report) ? 'at the end' : 'now'}`,
    `p99 from log to score ${milliseconds(p99BeforeMs)} before, ${milliseconds(p99DuringMs)} during, ${milliseconds(p99AfterMs)} after`,
    `longest pause ${seconds(report.pauseMs)}`,
    ...(by.length > 0 ? [`scored by ${by.join(', ')}`] : []),
  ].join(' · ');
}

function isOver({ state }: ExperimentReport): boolean {
  return state === 'proved' || state === 'failed';
}

function stateText(report: ExperimentReport): string {
  if (report.state === 'proved') return 'proved';
  return report.state === 'failed' ? 'not as it should be' : 'under way';
}

/** A sentence on an experiment, for people who listen to the page. */
export function experimentSentence(report: ExperimentReport): string {
  if (!isOver(report)) return report.steps.at(-1)?.text ?? `${report.name} is under way.`;
  const lost =
    report.lost === null ? '' : `: ${count(report.lost)} lost, ${count(report.doubled)} doubled`;
  return `${report.name} ${stateText(report)}${lost}.`;
}
