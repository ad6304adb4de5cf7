import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { artifactFolder, artifactText, loadModels, parseArtifact } from '#models/artifact.ts';
import { classifierKinds } from '#models/registry.ts';

const file = path.join(artifactFolder, 'logistic-regression.json');
const text = fs.readFileSync(file, 'utf8');

/** The artifact with a change, and a checksum that fits it. */
function changed(change: Record<string, unknown>): string {
  const content = { ...(JSON.parse(text) as Record<string, unknown>), ...change };
  delete content['checksum'];
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return JSON.stringify({ ...content, checksum: `sha256:${hash}` });
}

describe('the committed artifacts', () => {
  const models = loadModels();

  it('are there for every kind of model', () => {
    expect(models.map((model) => model.classifier.name)).toEqual(
      [...classifierKinds.keys()].sort(),
    );
  });

  it('say how they were made, from what lies before the period that is scored', () => {
    for (const { card } of models) {
      const { training, calibration } = card;
      const times = [training.from, training.to, calibration.from, calibration.to];
      times.push(card.heldOut.from, card.heldOut.to, training.labelsUntil);
      times.push('2018-04-01T00:00:00.000Z');
      expect(times).toEqual([...times].sort());
      expect(card.generator).toMatchObject({ seed: 1 });
    }
  });

  it.each([
    ['logistic-regression', 0.3],
    ['decision-tree', 0.15],
    ['random-forest', 0.35],
    ['boosted-trees', 0.45],
    ['neural-network', 0.45],
  ])('are good: %s', (name, least) => {
    const { heldOut } = models.find(({ classifier }) => classifier.name === name)!.card;
    expect(heldOut.averagePrecision).toBeGreaterThan(least);
    expect(heldOut.frauds).toBeGreaterThan(300);
    // Calibrated to 3 in 1,000, where 9 in 1,000 are frauds.
    expect(heldOut.calibrationError).toBeLessThan(0.003);
    expect(heldOut.brier).toBeLessThan(1.05 * heldOut.uncalibrated.brier);
  });

  it.each([...classifierKinds.keys()])('are written again byte for byte: %s', (name) => {
    const own = fs.readFileSync(path.join(artifactFolder, `${name}.json`), 'utf8');
    expect(artifactText(parseArtifact(own, name))).toBe(own);
  });
});

describe('an artifact', () => {
  let folder: string | null = null;
  afterEach(() => {
    if (folder !== null) fs.rmSync(folder, { recursive: true });
    folder = null;
  });

  it('that was changed by hand is refused', () => {
    const edited = text.replace(/"intercept": -(\d)/, '"intercept": -1$1');
    expect(edited).not.toBe(text);
    expect(() => parseArtifact(edited, 'lr.json')).toThrow(/lr\.json was changed/);
    expect(() => parseArtifact(text.slice(0, 500), 'lr.json')).toThrow(/lr\.json is not JSON/);
    expect(() => parseArtifact('[]', 'lr.json')).toThrow(/expected 2/);
  });

  it('of another feature set, kind or format is refused', () => {
    const other = changed({ featureSet: 'other/9' });
    expect(() => parseArtifact(other, 'lr.json')).toThrow(/needs feature set other\/9/);
    expect(() => parseArtifact(changed({ model: 'oracle' }), 'lr.json')).toThrow(/is a oracle/);
    expect(() => parseArtifact(changed({ format: 1 }), 'lr.json')).toThrow(/has format 1/);
    expect(() => parseArtifact(changed({ parameters: {} }), 'lr.json')).toThrow(
      /must be 94 numbers/,
    );
    for (const calibration of [null, {}, { scores: [0.5, 0.4], probabilities: [0, 1] }]) {
      expect(() => parseArtifact(changed({ calibration }), 'lr.json')).toThrow(/calibration must/);
    }
    expect(() => parseArtifact(changed({ alertThreshold: 2 }), 'lr.json')).toThrow(/0\.\.1/);
  });

  it('is missed where there is none', () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'models-'));
    expect(() => loadModels(folder!)).toThrow(/no model in/);
    expect(() => loadModels(path.join(folder!, 'absent'))).toThrow(/can't be read/);
  });
});
