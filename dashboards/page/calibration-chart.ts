import type { ModelQuality } from '../console/frame.ts';
import { svgElement } from './element.ts';
import { count, share } from './format.ts';

type Bin = NonNullable<ModelQuality['curve']>[number];
type Attributes = Readonly<Record<string, string | number>>;

const [width, height] = [220, 216];
const plot = { left: 46, right: 214, top: 8, bottom: 150 };
/** Bars of the counts, below the plot and above the names of its values. */
const counts = { top: 156, bottom: 180 };
const ticks = [0.001, 0.01, 0.1, 1];
/** Shares below are drawn here: a logarithm has no 0. */
const least = 0.0004;
const decades = Math.log10(1 / least);

/**
 * A reliability diagram: the share that came over the probability that was said, both logarithmic,
 * since nearly all of both are near 0. Its colours come with the class of the figure around it.
 */
export function calibrationChart(bins: readonly Bin[]): SVGSVGElement {
  const svg = svgElement('svg', { class: 'curve', viewBox: `0 0 ${width} ${height}` });
  for (const tick of ticks) svg.append(...tickAt(tick));
  const [x, y] = [(plot.left + plot.right) / 2, height - 4];
  const side = { x: 10, y: 80 };
  svg.append(
    shape('line', 'even', { x1: xOf(0), y1: yOf(0), x2: xOf(1), y2: yOf(1) }),
    text('probability said', { x, y, 'text-anchor': 'middle' }),
    text('share that came', { ...side, transform: 'rotate(-90 10 80)', 'text-anchor': 'middle' }),
  );
  const most = Math.max(1, ...bins.map(({ transactions }) => transactions));
  svg.append(...bins.map((bin) => countBar(bin, most)));
  // A range in which none came is no point of the curve: mostly it holds too few to have one.
  const points = bins.filter(({ frauds }) => frauds > 0);
  const path = points.map(({ said, came }) => `${xOf(said)},${yOf(came)}`).join(' ');
  svg.append(shape('polyline', 'curve-line', { points: path }));
  for (const bin of bins) svg.append(...pointOf(bin));
  return svg;
}

function tickAt(tick: number): SVGElement[] {
  const [x, y] = [xOf(tick), yOf(tick)];
  const { left, right, top, bottom } = plot;
  return [
    shape('line', 'grid', { x1: x, x2: x, y1: top, y2: bottom }),
    shape('line', 'grid', { x1: left, x2: right, y1: y, y2: y }),
    text(share(tick), { x, y: counts.bottom + 14, 'text-anchor': tick === 1 ? 'end' : 'middle' }),
    text(share(tick), { x: left - 5, y: y + (tick === 1 ? 8 : 4), 'text-anchor': 'end' }),
  ];
}

function pointOf(bin: Bin): SVGElement[] {
  const { said, came, low, high, frauds } = bin;
  const x = xOf(said);
  const point = shape('circle', frauds === 0 ? 'none-came' : 'came', {
    ...{ cx: x, cy: yOf(came), r: 4 },
  });
  const title = svgElement('title', {});
  title.textContent =
    `said ${share(said)}, came ${share(came)}: ` +
    `${count(frauds)} of ${count(bin.transactions)} were frauds`;
  point.append(title);
  return [shape('line', 'confidence', { x1: x, x2: x, y1: yOf(low), y2: yOf(high) }), point];
}

function countBar({ from, to, transactions }: Bin, most: number): SVGElement {
  const size = Math.log10(1 + transactions) / Math.log10(1 + most);
  const [x, tall] = [xOf(from), size * (counts.bottom - counts.top)];
  return shape('rect', 'count', {
    ...{ x: x + 0.5, y: counts.bottom - tall, width: Math.max(1, xOf(to) - x - 1), height: tall },
  });
}

function xOf(value: number): number {
  return plot.right - (plot.right - plot.left) * below(value);
}

function yOf(value: number): number {
  return plot.top + (plot.bottom - plot.top) * below(value);
}

/** How far below 1 it is drawn: 0 at 1, 1 at the least. */
function below(value: number): number {
  return -Math.log10(Math.max(least, value)) / decades;
}

function shape(
  tag: 'line' | 'circle' | 'rect' | 'polyline',
  name: string,
  attributes: Attributes,
): SVGElement {
  const entries = Object.entries(attributes).map(([key, value]) => [
    key,
    typeof value === 'number' ? String(Math.round(10 * value) / 10) : value,
  ]);
  return svgElement(tag, {
    class: name,
    ...(Object.fromEntries(entries) as Record<string, string>),
  });
}

function text(content: string, attributes: Attributes): SVGElement {
  const entries = Object.entries(attributes).map(([key, value]) => [key, String(value)]);
  const made = svgElement('text', Object.fromEntries(entries) as Record<string, string>);
  made.textContent = content;
  return made;
}
