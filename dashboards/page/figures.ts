import { byId, element, setText } from './element.ts';
import { ago, count, exact, rate, score } from './format.ts';
import { Sparkline } from './sparkline.ts';
import { columns } from './store.ts';
import type { Store } from './store.ts';

const sparkSeconds = 5 * 60;
const alertsPerPoint = 15;
const commitSampleMs = 2_000;

interface Figure {
  readonly value: HTMLElement;
  readonly unit: HTMLElement;
  readonly note: HTMLElement;
  readonly spark: Sparkline;
}

/** The four figures at the top. */
export class Figures {
  private readonly scored: Figure;
  private readonly average: Figure;
  private readonly alerts: Figure;
  private readonly commits: Figure;
  private readonly commitTimes: { count: number; atMs: number }[] = [];

  constructor() {
    this.scored = figure('Scored', 'tx/s');
    this.average = figure('Average score', '');
    this.alerts = figure('Alerts today', '');
    this.commits = figure('Committed', '');
  }

  draw(store: Store, nowMs: number): void {
    const { figures, runtime } = store.sections;
    if (figures === undefined || runtime === undefined) return;
    const series = columns(store, nowMs, sparkSeconds);
    show(this.scored, rate(figures.transactionsPerSecond), `${count(figures.scored)} in all`);
    this.scored.spark.draw(thin(series.perSecond));
    const average = figures.averageScore;
    const baseline = figures.baseline === null ? '' : `15 min: ${score(figures.baseline, 3)}`;
    show(this.average, average === null ? '–' : score(average, 3), baseline || 'no score yet');
    this.average.spark.draw(series.average);
    show(this.alerts, count(figures.alertsToday), `${count(figures.alerts)} in all`);
    this.alerts.spark.draw(alertsOver(store, nowMs));
    this.drawCommits(store, nowMs);
  }

  private drawCommits(store: Store, nowMs: number): void {
    const { commits, committedAtMs, epoch } = store.sections.runtime!;
    const age = committedAtMs === null ? null : nowMs - committedAtMs;
    const epochText = epoch === null ? '' : ` · epoch ${count(epoch)}`;
    show(this.commits, age === null ? '–' : ago(age), `${count(commits)} commits${epochText}`);
    this.commits.value.title = committedAtMs === null ? '' : exact(committedAtMs);
    this.commits.value.classList.toggle('alarm-text', age !== null && age > 5_000);
    const last = this.commitTimes.at(-1);
    if (last === undefined || nowMs - last.atMs >= commitSampleMs) {
      this.commitTimes.push({ count: commits, atMs: nowMs });
      if (this.commitTimes.length > 61) this.commitTimes.shift();
    }
    this.commits.spark.draw(
      this.commitTimes.slice(1).map((at, index) => {
        const before = this.commitTimes[index]!;
        return Math.max(0, at.count - before.count) / (at.atMs - before.atMs);
      }),
    );
  }
}

function figure(name: string, unitText: string): Figure {
  const value = element('strong', 'value', '–');
  const unit = element('span', 'unit', unitText);
  const note = element('p', 'note', ' ');
  const spark = new Sparkline();
  const box = element(
    'div',
    'figure loading',
    element('h2', 'name', name),
    element('p', 'reading', value, ' ', unit),
    note,
  );
  box.append(spark.svg);
  byId('figures').append(box);
  return { value, unit, note, spark };
}

function show(target: Figure, value: string, note: string): void {
  setText(target.value, value);
  setText(target.note, note);
  target.value.closest('.figure')?.classList.remove('loading');
}

/** Means of three seconds: single seconds flicker. */
function thin(values: readonly number[]): number[] {
  const made: number[] = [];
  for (let at = values.length % 3; at + 2 < values.length; at += 3) {
    made.push((values[at]! + values[at + 1]! + values[at + 2]!) / 3);
  }
  return made;
}

function alertsOver(store: Store, nowMs: number): number[] {
  const last = Math.floor(nowMs / 1000 / alertsPerPoint);
  const made = new Array<number>(sparkSeconds / alertsPerPoint).fill(0);
  for (const [second, , , alerts] of store.series.values()) {
    const at = made.length - 1 - (last - Math.floor(second / alertsPerPoint));
    if (at >= 0 && at < made.length) made[at]! += alerts;
  }
  // Before the first second that is known nothing was counted: that is no line at zero.
  const earliest = Math.floor(Math.min(...store.series.keys()) / alertsPerPoint);
  return made.slice(Math.max(0, Math.min(made.length - 2, made.length - 1 - (last - earliest))));
}
