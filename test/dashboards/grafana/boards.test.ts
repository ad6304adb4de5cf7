import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { boardFiles } from '#dashboards/grafana/boards.ts';
import { modelColours } from '#dashboards/model-colours.ts';
import { classifierKinds } from '#models/registry.ts';

const folder = new URL('../../../dashboards/grafana/boards/', import.meta.url);

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly datasource?: { readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly options?: {
    readonly legend?: { readonly showLegend: boolean; readonly show?: boolean };
  };
  readonly targets?: readonly {
    readonly expr: string;
    readonly legendFormat: string;
    readonly datasource: { readonly uid: string };
  }[];
}

interface Board {
  readonly uid: string;
  readonly panels: readonly Panel[];
}

test('the files are those that the code makes: npm run generate:dashboards', () => {
  const made = boardFiles();
  expect(readdirSync(folder).toSorted()).toEqual([...made.keys()].toSorted());
  for (const [name, text] of made) expect(readFileSync(new URL(name, folder), 'utf8')).toBe(text);
});

test('every model has a colour of its own', () => {
  const colours = [...classifierKinds.keys()].map((name) => modelColours[name]);
  expect(colours).not.toContain(undefined);
  expect(new Set(Object.values(modelColours)).size).toBe(Object.keys(modelColours).length);
});

describe.each([...boardFiles()])('%s', (_name, text) => {
  const { panels } = JSON.parse(text) as Board;
  const shown = panels.filter(({ type }) => type !== 'row');

  test('has unique ids, and panels that lie on the page and on no other', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = new Set<string>();
    for (const { gridPos, title } of panels) {
      const { x, y, w, h } = gridPos;
      expect(x + w, title).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          expect(cells.has(`${column} ${line}`), `${title} covers another panel`).toBe(false);
          cells.add(`${column} ${line}`);
        }
      }
    }
  });

  test('says of each panel what it shows and what to do, in which unit, from which source', () => {
    expect(shown.length).toBeGreaterThan(5);
    for (const { title, description = '', datasource, fieldConfig, targets = [] } of shown) {
      expect(description.length, title).toBeGreaterThan(80);
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      expect(targets.length, title).toBeGreaterThan(0);
      for (const { uid } of [datasource, ...targets.map((target) => target.datasource)].flatMap(
        (source) => (source === undefined ? [] : [source]),
      )) {
        expect(uid, title).toBe('${datasource}');
      }
      for (const { legendFormat } of targets) expect(legendFormat, title).toBeTruthy();
    }
  });

  test('has a legend wherever there may be several series', () => {
    for (const { type, title, options } of shown) {
      if (type === 'timeseries') expect(options?.legend?.showLegend, title).toBe(true);
      if (type === 'heatmap') expect(options?.legend?.show, title).toBe(true);
    }
  });
});

test('the first panel of the fraud board is the average score', () => {
  const { panels } = JSON.parse(boardFiles().get('weir-fraud.json') as string) as Board;
  expect(panels.find(({ type }) => type !== 'row')?.title).toBe('Average fraud score');
});
