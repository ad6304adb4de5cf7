import type { ModelQuality } from '../console/frame.ts';
import { calibrationChart } from './calibration-chart.ts';
import { byId, element, tableRow } from './element.ts';
import { count, modelName, share } from './format.ts';

type Bin = NonNullable<ModelQuality['curve']>[number];

/** What each model said against what came, as charts or as a table. */
export class CalibrationCurves {
  private drawn = '';
  private asTable = false;

  constructor() {
    byId('models-curves-as-table').addEventListener('click', () => this.toggleTable());
  }

  toggleTable(): void {
    this.asTable = !this.asTable;
    byId('models-curves-as-table').ariaPressed = String(this.asTable);
    byId('models-curves-charts').hidden = this.asTable;
    byId('models-curves-table').hidden = !this.asTable;
  }

  draw(quality: readonly ModelQuality[]): void {
    // They change once a day of simulated time, and are asked for every few seconds.
    const key = JSON.stringify(quality);
    if (key === this.drawn) return;
    this.drawn = key;
    const known = quality.flatMap(({ name, curve }) => (curve === null ? [] : [{ name, curve }]));
    byId('models-curves').hidden = known.length === 0;
    byId('models-curves-list').replaceChildren(...known.map(figureOf));
    byId('models-curves-rows').replaceChildren(
      ...known.flatMap(({ name, curve }) => curve.map((bin) => rowOf(name, bin))),
    );
  }
}

function figureOf({ name, curve }: { name: string; curve: readonly Bin[] }): HTMLElement {
  const chart = calibrationChart(curve);
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', `${modelName(name)}: what it said and what came; T for a table`);
  return element('figure', `model-${name}`, element('figcaption', '', modelName(name)), chart);
}

function rowOf(name: string, bin: Bin): HTMLTableRowElement {
  return tableRow(
    modelName(name),
    `${share(bin.from)} – ${share(bin.to)}`,
    share(bin.said),
    share(bin.came),
    `${share(bin.low)} – ${share(bin.high)}`,
    count(bin.transactions),
    count(bin.frauds),
  );
}
