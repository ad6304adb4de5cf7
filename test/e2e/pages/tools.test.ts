/** What is run now and then: benches, simulation, training, evaluation, generated files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { project } from '../../docs/page-commands.ts';
import { Checkout, removeMs } from './checkout.ts';
import { guideOf } from './guide.ts';

const timeout = 600_000;
/** "Prints one JSON line per figure on stdout." */
const figure = /^\{"bench":.*\}$/m;

let checkout: Checkout;
beforeAll(async () => {
  checkout = await Checkout.create();
});
afterAll(() => checkout?.remove(), removeMs);

/** They measure for a quarter of a minute and longer; that they measure is seen at once. */
test.each([
  ['docs/speed.md', 'npm run bench -- NAME'],
  ['docs/speed.md', 'npx node bench/codec.ts'],
  ['docs/speed.md', 'npx node bench/transport.ts'],
  ['docs/speed.md', 'npx node bench/snapshot.ts'],
  ['docs/console.md', 'npm run bench -- first-paint'],
])('%s: %s prints its first figure', { timeout }, async (page, command) => {
  await checkout.beginAndStop(guideOf(page).command(command), figure);
});

test('every name of docs/speed.md is that of a bench', { timeout }, async () => {
  const page = readFileSync(join(project, 'docs', 'speed.md'), 'utf8');
  const [, section = ''] = /^## Names\n([^]*)/m.exec(page)!;
  const [sentence = ''] = section.split('Parts on their own');
  const names = [...sentence.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = '']) => name);
  const bench = guideOf('docs/speed.md').command('npm run bench -- NAME').replace('NAME', 'none');
  const refused = await checkout.run(bench).catch(String);
  const [, known = ''] = /; known: (.*)/.exec(refused)!;
  expect(known.split(', ')).toEqual(expect.arrayContaining(names));
  expect(names.length).toBeGreaterThan(8);
});

test('CONTRIBUTING.md: one simulated run is replayed', { timeout }, async () => {
  const command = guideOf('CONTRIBUTING.md').command('npm run sim -- --seed 42');
  expect(await checkout.run(command)).toContain('"violations": []');
});

test.each([
  ['CONTRIBUTING.md', 'npm run generate:errors', ['docs/errors.md']],
  ['CONTRIBUTING.md', 'npm run generate:admin-api', ['docs/admin-api.json', 'docs/admin-api.md']],
  [
    'docs/dashboards.md',
    'npm run generate:dashboards',
    ['dashboards/grafana/boards/weir-fraud.json'],
  ],
])('%s: %s writes what is there', { timeout }, async (page, command, files) => {
  for (const file of files) await checkout.forget(file);
  await checkout.run(guideOf(page).command(command));
  for (const file of files) {
    expect(await checkout.text(file)).toBe(readFileSync(join(project, file), 'utf8'));
  }
});

test.each([
  ['docs/fraud.md', 'npm run train:release-2', 'train: features of day'],
  ['CONTRIBUTING.md', 'npm run evaluate', 'evaluate: seed 1: features of day'],
])('%s: %s begins with the features', { timeout }, async (page, command, words) => {
  await checkout.beginAndStop(guideOf(page).command(command), words);
});

test('docs/quality.md is written by its command', { timeout }, async () => {
  const written = 'docs/quality.md';
  const command =
    'npm run evaluate -- --seeds 5 --variants --reference FILE --page docs/quality.md';
  const before = await checkout.text(written);
  await checkout.run(guideOf(written).command(command));
  const after = await checkout.text(written);
  const title = (text: string): string => text.slice(0, text.indexOf('\n'));
  expect(title(after)).toBe(title(before));
  expect(after).toContain('1 generated world');
});
