import { expect, test } from 'vitest';
import { tidyEnvironment } from '#runtime/cli/environment.ts';
import { nodeVersionFault } from '#runtime/cli/node-version.ts';
import { duration, parseAdmin, parseName } from '#runtime/cli/options.ts';
import { runOptions } from '#runtime/cli/run.ts';
import { parseStateUrl } from '#runtime/cli/state-url.ts';

test('the state is a folder, absolute', () => {
  expect(parseStateUrl('file:./.weir', '/app')).toBe('file:/app/.weir');
  expect(parseStateUrl('file:///var/a b', '/app')).toBe('file:/var/a b');
  expect(parseStateUrl('file:/var/x/../y', '/app')).toBe('file:/var/y');
  for (const text of ['', 'x', 'file:', 'file://host/x', 'http://x', 'file:a\0']) {
    expect(() => parseStateUrl(text, '/app')).toThrow('state');
  }
  const remote = 's3://bucket/prefix?endpoint=http://127.0.0.1:7070';
  expect(parseStateUrl(remote, '/app')).toBe(remote);
  expect(() => parseStateUrl('s3://B', '/app')).toThrow('bucket');
});

test('the admin address', () => {
  expect(parseAdmin('0.0.0.0:80')).toEqual({ host: '0.0.0.0', port: 80 });
  expect(parseAdmin('[::1]:8081')).toEqual({ host: '::1', port: 8081 });
  expect(parseAdmin('0')).toEqual({ host: '127.0.0.1', port: 0 });
  for (const text of ['', 'host', 'host:', ':1', 'h:65536', 'h:1:2', '-1', 'h/:1']) {
    expect(() => parseAdmin(text)).toThrow();
  }
});

test('durations have bounds, and names a shape', () => {
  expect(duration(1, 1000)('1s')).toBe(1000);
  expect(() => duration(1, 1000)('0')).toThrow();
  expect(() => duration(1, 1000)('2s')).toThrow();
  expect(parseName('fraud-1')).toBe('fraud-1');
  expect(() => parseName('a b')).toThrow();
  expect(() => parseName('')).toThrow();
});

test('what run hands over is complete', () => {
  const given = {
    state: 'file:/s',
    commitEvery: 250,
    admin: { host: '127.0.0.1', port: 8081 },
    takeover: false,
    lease: 5_000,
    startBudget: 60_000,
  };
  expect(runOptions('/srv/my app/module.yaml', given)).toEqual({
    modulePath: '/srv/my app/module.yaml',
    state: 'file:/s',
    commitEveryMs: 250,
    admin: { host: '127.0.0.1', port: 8081 },
    adminTokens: null,
    adminTokensFile: null,
    name: 'my-app',
    takeover: false,
    leaseMs: 5_000,
    startBudgetMs: 60_000,
  });
  expect(runOptions('/module.yaml', given).name).toBe('weir');
  expect(runOptions('/a/module.yaml', { ...given, name: 'x' }).name).toBe('x');
  const open = { ...given, admin: { host: '0.0.0.0', port: 8081 } };
  expect(() => runOptions('/a/module.yaml', open)).toThrow('open to everybody');
});

test('empty variables are not set, and a switch can be off', () => {
  const env = { WEIR_STATE: '', WEIR_TAKEOVER: 'false', WEIR_JSON: '1', WEIR_NAME: 'x', OTHER: '' };
  tidyEnvironment(env);
  expect(env).toEqual({ WEIR_JSON: '1', WEIR_NAME: 'x', OTHER: '' });
});

test('an old Node is told what to do', () => {
  expect(nodeVersionFault('24.0.0')).toBeNull();
  expect(nodeVersionFault('25.1.0')).toBeNull();
  expect(nodeVersionFault('22.18.0')).toContain('Node 24 or later is needed, this is 22.18.0');
});
