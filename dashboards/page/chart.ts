import type UPlot from 'uplot';
import type { Marker } from '../console/frame.ts';
import { byId, element } from './element.ts';
import { count, score, timeOfDay } from './format.ts';
import { columns, windowSeconds } from './store.ts';
import type { Store } from './store.ts';

// The chart library is a plain script: the page has no build step that could bundle it.
const Plot = (globalThis as unknown as { uPlot: typeof UPlot }).uPlot;
const syncKey = 'weir';
const smallestAverageTop = 0.01;
const averageHeight = 236;
const rateHeight = 96;
const shortestSpan = 60;

interface Look {
  readonly line: string;
  readonly fill: string;
  readonly second: string;
  readonly secondFill: string;
  readonly grid: string;
  readonly text: string;
  readonly alarm: string;
  readonly alarmFill: string;
  readonly good: string;
  readonly font: string;
}

/** Average score and throughput over time, one above the other, with what happened marked on both. */
export class Charts {
  private span = 5 * 60;
  private average: UPlot | undefined;
  private perSecond: UPlot | undefined;
  private markers: readonly Marker[] = [];
  private baseline: number | null = null;
  private look: Look;

  constructor() {
    this.look = currentLook();
    this.make();
    new ResizeObserver(() => this.resize()).observe(byId('charts'));
  }

  get windowSeconds(): number {
    return this.span;
  }

  set windowSeconds(span: number) {
    this.span = span;
  }

  draw(store: Store, nowMs: number): void {
    this.markers = store.markers;
    this.baseline = store.sections.figures?.baseline ?? null;
    const series = columns(store, nowMs, this.span);
    byId('chart-empty').hidden = series.seconds.length > 0;
    const to = Math.floor(nowMs / 1000) - 1;
    // A young system has a short past: it fills the chart rather than a corner of it.
    const first = Math.min(series.seconds[0] ?? to, to - shortestSpan + 1);
    const x = { min: Math.max(first, to - this.span + 1), max: to };
    this.average?.setData([series.seconds, series.average], false);
    this.average?.setScale('x', x);
    this.perSecond?.setData([series.seconds, series.perSecond], false);
    this.perSecond?.setScale('x', x);
  }

  /** Takes the colours of the page again, after they changed. */
  restyle(): void {
    this.look = currentLook();
    this.average?.destroy();
    this.perSecond?.destroy();
    this.make();
  }

  private make(): void {
    this.average = this.plot('plot-average', averageHeight, {
      stroke: this.look.line,
      fill: this.look.fill,
      width: 2.25,
      format: (value) => score(value, 3),
      // Twice the usual is far from the usual, and fits.
      top: (most) => Math.max(smallestAverageTop, most * 1.25, (this.baseline ?? 0) * 2.5),
      labels: true,
    });
    this.perSecond = this.plot('plot-rate', rateHeight, {
      stroke: this.look.second,
      fill: this.look.secondFill,
      width: 1.25,
      format: (value) => count(value),
      top: (most) => Math.max(1, most * 1.15),
      labels: false,
    });
  }

  private plot(id: string, height: number, kind: SeriesKind): UPlot {
    const { look } = this;
    const axis = {
      stroke: look.text,
      font: `11px ${look.font}`,
      grid: { stroke: look.grid, width: 1 },
      ticks: { show: false },
    };
    const options: UPlot.Options = {
      width: byId(id).clientWidth || 600,
      height,
      padding: [kind.labels ? 22 : 6, 24, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: syncKey }, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: true }, y: { range: (_u, _min, most) => [0, kind.top(most ?? 0)] } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 26,
          space: 90,
          values: (_u, splits) => splits.map((second) => timeOfDay(second * 1000)),
        },
        {
          ...axis,
          size: 48,
          space: 36,
          values: (_u, splits) => splits.map((value) => axisNumber(value)),
        },
      ],
      series: [
        {},
        {
          stroke: kind.stroke,
          fill: kind.fill,
          width: kind.width,
          points: { show: false },
          spanGaps: false,
        },
      ],
      hooks: {
        drawClear: [(u) => kind.labels && drawBaseline(u, this.baseline, look)],
        draw: [(u) => drawMarkers(u, this.markers, look, kind.labels)],
        setCursor: [(u) => readOut(u, kind)],
      },
    };
    return new Plot(options, [[], []], byId(id));
  }

  private resize(): void {
    const width = byId('charts').clientWidth;
    if (width === 0) return;
    this.average?.setSize({ width, height: averageHeight });
    this.perSecond?.setSize({ width, height: rateHeight });
  }
}

interface SeriesKind {
  readonly stroke: string;
  readonly fill: string;
  readonly width: number;
  readonly labels: boolean;
  readonly format: (value: number) => string;
  /** Upper end of the axis for the largest value shown. */
  readonly top: (most: number) => number;
}

const small = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });

function axisNumber(value: number): string {
  return value >= 10 || value === 0 ? count(value) : small.format(value);
}

/** The value under the cursor, in the note of the panel. */
function readOut(u: UPlot, kind: SeriesKind): void {
  if (!kind.labels) return;
  const index = u.cursor.idx;
  const value = index === null || index === undefined ? null : u.data[1]?.[index];
  const second = index === null || index === undefined ? null : u.data[0]?.[index];
  const note = byId('chart-note');
  if (second === null || second === undefined) note.textContent = '';
  else {
    const text = value === null || value === undefined ? 'no score' : kind.format(value);
    note.textContent = `${timeOfDay(second * 1000)}  ${text}`;
  }
}

/** A band for each pause, a line for each event; labels are left out where they would overlap. */
function drawMarkers(u: UPlot, markers: readonly Marker[], look: Look, labels: boolean): void {
  const { ctx } = u;
  const { top, height, left, width } = u.bbox;
  const ordered = [...markers].reverse();
  const place = (marker: Marker) => Math.round(u.valToPos(marker.atMs / 1000, 'x', true));
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, 0, width + 1, top + height);
  ctx.clip();
  for (const [index, marker] of ordered.entries()) {
    const x = place(marker);
    const isBack = marker.kind === 'recovered';
    if (isOutage(marker)) {
      const back = ordered
        .slice(index + 1)
        .find(({ part, kind }) => part === marker.part && kind !== 'swapped');
      const until = back === undefined ? left + width : place(back);
      ctx.fillStyle = look.alarmFill;
      ctx.fillRect(x, top, until - x, height);
    }
    ctx.strokeStyle = colourOf(marker, look);
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.setLineDash(isBack ? [4 * devicePixelRatio, 3 * devicePixelRatio] : []);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
  }
  ctx.restore();
  if (labels) drawLabels(u, ordered, look);
}

/** A swap takes nothing away; whether it was a good one the curve shows. */
function isOutage({ kind }: Marker): boolean {
  return kind !== 'recovered' && kind !== 'swapped';
}

function colourOf(marker: Marker, look: Look): string {
  if (marker.kind === 'recovered') return look.good;
  return isOutage(marker) ? look.alarm : look.text;
}

/** Ends of outages are named to the right of their line, beginnings to the left. */
function drawLabels(u: UPlot, markers: readonly Marker[], look: Look): void {
  const { ctx } = u;
  const { top, left, width } = u.bbox;
  const gap = 4 * devicePixelRatio;
  const taken: [number, number][] = [];
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px ${look.font}`;
  ctx.textBaseline = 'bottom';
  for (const marker of markers.toReversed()) {
    const x = u.valToPos(marker.atMs / 1000, 'x', true);
    const isBack = marker.kind === 'recovered';
    const textWidth = ctx.measureText(marker.text).width;
    const from = isBack ? x : x - textWidth;
    const to = from + textWidth;
    if (x < left || from < 0 || to > left + width + gap * 2) continue;
    if (taken.some(([a, b]) => from < b + gap && to > a - gap)) continue;
    taken.push([from, to]);
    ctx.fillStyle = colourOf(marker, look);
    ctx.fillText(marker.text, isBack ? from + 1 : from, top - gap);
  }
  ctx.restore();
}

/** The mean of the last 15 minutes: what is far from it is a change. */
function drawBaseline(u: UPlot, baseline: number | null, look: Look): void {
  if (baseline === null) return;
  const { ctx } = u;
  const { left, width } = u.bbox;
  const y = Math.round(u.valToPos(baseline, 'y', true));
  ctx.save();
  ctx.strokeStyle = look.text;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(left, y);
  ctx.lineTo(left + width, y);
  ctx.stroke();
  ctx.restore();
}

function currentLook(): Look {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    line: colour('--accent'),
    fill: colour('--accent-wash'),
    second: colour('--quiet-line'),
    secondFill: colour('--quiet-wash'),
    grid: colour('--hairline'),
    text: colour('--ink-2'),
    alarm: colour('--alarm'),
    alarmFill: colour('--alarm-wash'),
    good: colour('--good'),
    font: getComputedStyle(document.body).fontFamily,
  };
}

/** The same series as a table, a row a minute, newest first. */
export function drawTable(store: Store, nowMs: number): void {
  const rows = new Map<number, { scored: number; sum: number; alerts: number }>();
  for (const [second, scored, sum, alerts] of store.series.values()) {
    const minute = Math.floor(second / 60) * 60;
    if (second < nowMs / 1000 - windowSeconds) continue;
    const row = rows.get(minute) ?? { scored: 0, sum: 0, alerts: 0 };
    rows.set(minute, row);
    row.scored += scored;
    row.sum += sum;
    row.alerts += alerts;
  }
  const head = ['Minute from', 'Scored', 'Average score', 'Alerts'];
  const table = element(
    'table',
    '',
    element('caption', 'hidden', 'Scores by minute, newest first'),
    element('thead', '', element('tr', '', ...head.map((text) => heading(text)))),
  );
  const body = element('tbody');
  for (const [minute, row] of [...rows].sort(([a], [b]) => b - a)) {
    const average = row.scored === 0 ? '–' : score(row.sum / row.scored, 3);
    const cells = [timeOfDay(minute * 1000), count(row.scored), average, count(row.alerts)];
    body.append(element('tr', '', ...cells.map((text) => element('td', '', text))));
  }
  table.append(body);
  byId('chart-table').replaceChildren(table);
}

function heading(text: string): HTMLElement {
  const cell = element('th', '', text);
  cell.scope = 'col';
  return cell;
}
