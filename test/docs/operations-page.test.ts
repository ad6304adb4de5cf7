import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { weir } from '../cli/weir.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const page = readFileSync(join(docs, 'operations.md'), 'utf8');
const errors = readFileSync(join(docs, 'errors.md'), 'utf8');

test('every command of weir on the page is one', async () => {
  const commands = [...page.matchAll(/`?(?:^|(?<=`))weir ([a-z]+(?: [a-z-]+)?)/gm)].map(
    ([, words = '']) => words.split(' ').filter((word) => /^[a-z-]+$/.test(word)),
  );
  expect(commands.length).toBeGreaterThan(5);
  for (const words of commands) {
    const [room = '', verb = ''] = words;
    const args = ['snapshots', 'parked', 'state'].includes(room) ? [room, verb] : [room];
    const { code } = await weir([...args, '--help']);
    expect(code, words.join(' ')).toBe(0);
  }
});

test('every metric and every code on the page is known', () => {
  const known = ['engine-metrics', 'metrics'].map((file) =>
    readFileSync(join(docs, '..', 'runtime', 'admin', `${file}.ts`), 'utf8'),
  );
  const metrics = [...page.matchAll(/`(weir_[a-z_]+)`/g)].map(([, name = '']) => name);
  expect(metrics.length).toBeGreaterThan(8);
  for (const name of metrics) {
    if (name.startsWith('weir_nodejs_')) continue;
    expect(known.join('\n'), name).toContain(`'${name}'`);
  }
  for (const [, code = ''] of page.matchAll(/`(WEIR_[A-Z_]+)`/g)) expect(errors).toContain(code);
});

test('there are the rows that a person looks for', () => {
  const rows = page.slice(page.indexOf('## Troubleshooting')).match(/^\| (?!symptom|-)/gm) ?? [];
  expect(rows.length).toBeGreaterThanOrEqual(12);
});
