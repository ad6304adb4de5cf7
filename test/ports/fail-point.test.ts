import { globSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { failPoint, failPointFault, failPoints } from '#runtime/ports/fail-point.ts';

const room = new URL('../../runtime/ports/fail-point.ts', import.meta.url);

function passings(environment: string, names: readonly string[]) {
  const script =
    `const { failPoint } = await import(${JSON.stringify(room.href)});` +
    names.map((name) => `failPoint('${name}'); console.log('passed');`).join('');
  const env = { ...process.env, WEIR_FAIL_POINT: environment };
  const args = ['--input-type=module', '-e', script];
  return spawnSync(process.execPath, args, { env, encoding: 'utf8' });
}

test('every fail-point stands in the source exactly once', () => {
  const uses = globSync('runtime/**/*.ts').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/failPoint\('([^']+)'\)/g)].map(([, name]) => name),
  );
  expect(uses.toSorted()).toEqual(failPoints.toSorted());
  expect(failPoints.length).toBeGreaterThanOrEqual(14);
});

test('without the variable nothing happens at a fail-point', () => {
  expect(failPointFault).toBeNull();
  for (const name of failPoints) failPoint(name);
});

test('the process is killed at the n-th passing of the point that is named, and of no other', () => {
  const { signal, stdout } = passings('cut-taken:2', ['recovered', 'cut-taken', 'cut-taken']);
  expect(signal).toBe('SIGKILL');
  expect(stdout).toBe('passed\npassed\n');
});

test('without a number it is the first passing', () => {
  const { signal, stdout } = passings('cut-taken', ['cut-taken']);
  expect(signal).toBe('SIGKILL');
  expect(stdout).toBe('');
});
