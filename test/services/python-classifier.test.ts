/** The example in Python: by itself, beside the model that it was made from, and in the application. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Score } from '#functions/messages.ts';
import { artifactFolder, loadModels } from '#models/artifact.ts';
import { checkedText } from '#models/checked-json.ts';
import { hashOf } from '#models/hash.ts';
import { fromSparse } from '#models/features/feature-vector.ts';
import { outputOf } from '#models/scoring.ts';
import { freePort, until } from '../chaos/processes.ts';
import { type RunningClassifier, classifierContract } from '../contract/classifier-contract.ts';
import { ask, someFeatures } from '../contract/classifier-requests.ts';
import { RunningApplication } from '../e2e/running-application.ts';
import { hasPythonSdk, installPythonSdk, pythonExample } from './python-sdk.ts';
import { killed } from './toolchain.ts';

const main = join(pythonExample, 'main.py');
const name = 'logistic-regression';

async function pythonClassifier(): Promise<RunningClassifier> {
  const port = await freePort();
  const args = [main, '--port', String(port), '--models', artifactFolder];
  const child = spawn(installPythonSdk(), args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => lines.push(line));
  }
  await until('the Python classifier', () => {
    if (child.exitCode !== null) throw new Error(lines.join('\n'));
    return lines.some((line) => line.startsWith('ready:'));
  });
  return { url: `http://127.0.0.1:${port}/`, stop: () => killed(child) };
}

describe.skipIf(!hasPythonSdk())('the classifier in Python', () => {
  classifierContract('examples/python-classifier', pythonClassifier);

  describe('beside the model in TypeScript', () => {
    let python: RunningClassifier;
    beforeAll(async () => {
      python = await pythonClassifier();
    });
    afterAll(() => python?.stop());

    test('gives the same scores and alerts, and says who scored', async () => {
      const model = loadModels().find(({ classifier }) => classifier.name === name)!;
      const features = someFeatures(2_000, 1_000);
      const { scores, messages } = await ask(python.url, features);
      expect(scores).toHaveLength(features.length);
      const samples = messages.filter(({ typename }) => typename === 'weir.fraud/Sample');
      const watched = features.filter(({ transaction: { transactionId } }) => {
        return hashOf(`sample ${transactionId}`) % 10 === 0;
      });
      expect(samples.map(({ json }) => json)).toEqual(
        watched.map(({ featureSet, indices, values, transaction }) => ({
          ...{ featureSet, indices, values, atMs: transaction.atMs },
          scores: { [name]: expect.any(Number) as number },
        })),
      );
      expect(samples.length).toBeGreaterThan(100);
      let alerts = 0;
      for (const [i, { scores: said, version }] of scores.entries()) {
        const ours = outputOf(model, fromSparse(features[i]!));
        const theirs = said[0]!;
        expect([version, said.length, theirs.model]).toEqual(['python-1', 1, name]);
        expect(Math.abs(theirs.raw - ours.raw)).toBeLessThan(1e-9);
        expect(Math.abs(theirs.score - ours.score)).toBeLessThan(1e-9);
        expect(theirs.alert).toBe(ours.alert);
        expect(theirs.reasons !== undefined).toBe(ours.alert);
        if (ours.alert) alerts++;
      }
      expect(alerts).toBeGreaterThan(0);
    });

    test('refuses a place that there is not, with its name', async () => {
      const [one] = someFeatures(1, 100);
      for (const index of [-1, 94]) {
        const refused = await ask(python.url, [{ ...one!, indices: [index], values: [1] }]);
        expect(refused.status).toBe(500);
      }
    });
  });

  describe('at its start', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'weir-python-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each([
      [
        'another model',
        (text: string) => changed(text, { model: 'decision-tree' }),
        'decision-tree',
      ],
      ['half a file', (text: string) => text.slice(0, 5_000), 'JSONDecodeError'],
      [
        'a list that is short',
        (text: string) => changed(text, { features: [] }),
        'differ in length',
      ],
      [
        'an edit',
        (text: string) => text.replace('"amount",', '"sum",'),
        'changed after the training',
      ],
    ])('refuses %s', (_, damage, said) => {
      const text = readFileSync(join(artifactFolder, `${name}.json`), 'utf8');
      writeFileSync(join(folder, `${name}.json`), damage(text));
      const { status, stderr } = spawnSync(installPythonSdk(), [main, '--models', folder], {
        encoding: 'utf8',
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
        timeout: 60_000,
      });
      expect([status, stderr]).toEqual([65, expect.stringContaining(said)]);
    });
  });

  describe('in the application', () => {
    const started: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const stop of started.splice(0).toReversed()) await stop();
    });

    test('scores what comes in, and the selector serves its model alone', async () => {
      const python = await pythonClassifier();
      started.push(() => python.stop());
      const application = await RunningApplication.create();
      started.push(() => application.remove());
      await application.start('--classifier', python.url, '--rate', '200', '--seed', '7');
      const scores = await until('500 scores', () => {
        const some = scoresIn(join(application.data, 'scores'));
        return some.length >= 500 ? some : null;
      });
      expect(new Set(scores.map(({ version }) => version))).toEqual(new Set(['python-1']));
      // Of a single model the mean is its score.
      for (const { model, byModel, score } of scores) {
        expect([name, 'mean']).toContain(model);
        expect(Object.keys(byModel ?? {})).toEqual([name]);
        expect(Math.abs(byModel![name]! - score)).toBeLessThan(1e-4);
      }
      await application.stop();
    }, 180_000);
  });
});

/** The artifact with other fields, and the checksum that belongs to them. */
function changed(text: string, fields: object): string {
  const content = JSON.parse(text) as Record<string, unknown>;
  delete content['checksum'];
  return checkedText({ ...content, ...fields });
}

/** Whole lines only: the last may still be written. */
function scoresIn(folder: string): Score[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  const text = names.sort().map((file) => readFileSync(join(folder, file), 'utf8'));
  const lines = text.join('').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { json: Score }).json);
}
