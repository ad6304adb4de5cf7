/** Lines over days as an SVG that can be read on light and on dark paper. */

export interface Line {
  readonly name: string;
  /** One value a day. */
  readonly values: readonly number[];
}

const width = 760;
const height = 380;
const margin = { left: 64, right: 190, top: 34, bottom: 44 };
const colours = ['#2f6fde', '#d9542b', '#2a9d6a', '#a23bbf', '#b8860b', '#5f6b7a', '#0f9fb5'];

/** `firstDay`: what the first value's day is called. Titles are plain text. */
export function linePlot(
  title: string,
  yTitle: string,
  firstDay: number,
  lines: readonly Line[],
): string {
  const all = lines.flatMap(({ values }) => values);
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const days = Math.max(...lines.map(({ values }) => values.length)) - 1;
  const x = (day: number): number =>
    margin.left + (day / days) * (width - margin.left - margin.right);
  const y = (value: number): number =>
    margin.top + ((high - value) / (high - low || 1)) * (height - margin.top - margin.bottom);
  const step = niceStep(high - low);
  const ticks: number[] = [];
  for (let at = Math.ceil(low / step) * step; at <= high + 1e-9; at += step) ticks.push(at);
  const grid = ticks.map(
    (at) =>
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(at).toFixed(1)}" ` +
      `y2="${y(at).toFixed(1)}" stroke="#888" stroke-opacity="${at === 0 ? 0.9 : 0.25}"/>` +
      `<text x="${margin.left - 8}" y="${(y(at) + 4).toFixed(1)}" text-anchor="end">` +
      `${Math.round(at)}</text>`,
  );
  const weeks: string[] = [];
  for (let day = 0; day <= days; day += 7) {
    weeks.push(
      `<text x="${x(day).toFixed(1)}" y="${height - margin.bottom + 18}" ` +
        `text-anchor="middle">${firstDay + day}</text>`,
    );
  }
  const paths = lines.map(({ values }, i) => {
    const points = values.map((value, day) => `${x(day).toFixed(1)},${y(value).toFixed(1)}`);
    return `<polyline fill="none" stroke="${colours[i % colours.length]}" stroke-width="2" points="${points.join(' ')}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="system-ui, sans-serif" font-size="12" fill="#777">
<text x="${margin.left}" y="18" font-size="14">${title}</text>
<text x="${margin.left}" y="${height - 8}">day</text>
<text transform="translate(16 ${height / 2}) rotate(-90)" text-anchor="middle">${yTitle}</text>
${[...grid, ...weeks, ...paths, ...labels(lines, y)].join('\n')}
</svg>
`;
}

/** Names at the lines' ends, moved apart where they would cover each other. */
function labels(lines: readonly Line[], y: (value: number) => number): string[] {
  const gap = 15;
  const ends = lines
    .map(({ name, values }, i) => ({ name, at: y(values.at(-1)!), i }))
    .sort((a, b) => a.at - b.at);
  for (let i = 1; i < ends.length; i++) {
    ends[i]!.at = Math.max(ends[i]!.at, ends[i - 1]!.at + gap);
  }
  const lowest = height - margin.bottom;
  const over = Math.max(0, (ends.at(-1)?.at ?? 0) - lowest);
  return ends.map(
    ({ name, at, i }) =>
      `<text x="${width - margin.right + 8}" y="${(at - over + 4).toFixed(1)}" ` +
      `fill="${colours[i % colours.length]}">${name}</text>`,
  );
}

/** 1, 2 or 5 times a power of ten, so that there are some five lines. */
function niceStep(range: number): number {
  const rough = Math.max(1, range) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough)!;
  return factor * power;
}
