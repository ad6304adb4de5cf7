import { svgElement } from './element.ts';

const width = 160;
const height = 36;

/** A small line without axes; `null`s are gaps. It is decoration: the figure beside it has the value. */
export class Sparkline {
  readonly svg: SVGSVGElement;
  private readonly line: SVGPathElement;
  private readonly area: SVGPathElement;

  constructor() {
    this.svg = svgElement('svg', {
      class: 'spark',
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    });
    this.area = svgElement('path', { class: 'spark-area' });
    this.line = svgElement('path', { class: 'spark-line' });
    this.svg.append(this.area, this.line);
  }

  draw(values: readonly (number | null)[]): void {
    const top = Math.max(1e-9, ...values.map((value) => value ?? 0));
    const step = width / Math.max(1, values.length - 1);
    let line = '';
    let area = '';
    let open = false;
    for (const [index, value] of values.entries()) {
      const x = (index * step).toFixed(1);
      if (value === null) {
        if (open) area += `L${((index - 1) * step).toFixed(1)},${height}Z`;
        open = false;
        continue;
      }
      const y = (height - 2 - (value / top) * (height - 5)).toFixed(1);
      line += `${open ? 'L' : 'M'}${x},${y}`;
      area += open ? `L${x},${y}` : `M${x},${height}L${x},${y}`;
      open = true;
    }
    if (open) area += `L${width},${height}Z`;
    this.line.setAttribute('d', line);
    this.area.setAttribute('d', area);
  }
}
