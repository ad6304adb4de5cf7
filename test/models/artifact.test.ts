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
    expect(models.map((model) => model.classifier.name)).toEqual([...classifierKinds.keys()]);
  });

  it('say how they were made, from what lies before the period that is scored', () => {
    for (const { card } of models) {
      const times = [card.training.from, card.training.to, card.training.labelsUntil];
      expect(times).toEqual([...times].sort());
      expect(card.heldOut.from >= card.training.labelsUntil).toBe(true);
      expect(card.heldOut.to <= '2018-04-01T00:00:00.000Z').toBe(true);
      expect(card.generator).toMatchObject({ seed: 1 });
    }
  });

  it('are good', () => {
    // The reference's logistic regression: AUC .871, AP .606, Brier .0034 at a lower base rate.
    const { heldOut } = models[0]!.card;
    expect(heldOut.averagePrecision).toBeGreaterThan(0.6);
    expect(heldOut.auc).toBeGreaterThan(0.87);
    expect(heldOut.frauds).toBeGreaterThan(1_000);
  });

  it('are written again byte for byte', () => {
    expect(artifactText(parseArtifact(text, 'x'))).toBe(text);
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
    expect(() => parseArtifact('[]', 'lr.json')).toThrow(/expected 1/);
  });

  it('of another feature set, kind or format is refused', () => {
    const other = changed({ featureSet: 'other/9' });
    expect(() => parseArtifact(other, 'lr.json')).toThrow(/needs feature set other\/9/);
    expect(() => parseArtifact(changed({ model: 'oracle' }), 'lr.json')).toThrow(/is a oracle/);
    expect(() => parseArtifact(changed({ format: 2 }), 'lr.json')).toThrow(/has format 2/);
    expect(() => parseArtifact(changed({ parameters: {} }), 'lr.json')).toThrow(
      /must be 19 numbers/,
    );
    expect(() => parseArtifact(changed({ alertThreshold: 2 }), 'lr.json')).toThrow(/0\.\.1/);
  });

  it('is missed where there is none', () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'models-'));
    expect(() => loadModels(folder!)).toThrow(/no model in/);
    expect(() => loadModels(path.join(folder!, 'absent'))).toThrow(/can't be read/);
  });
});
