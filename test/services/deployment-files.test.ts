import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hasChecker, installChecker, type Checker } from './checkers.ts';

const project = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'weir-checks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(checker: Checker, args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(installChecker(checker), args, {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 32 * 1024 * 1024,
  });
  return { status, said: stdout + stderr, stdout };
}

describe.skipIf(!hasChecker('compose-go'))('docker-compose.yml, as docker compose reads it', () => {
  test.each(['', 'full', 'flink', 'full,flink'])('is right with the profiles "%s"', (profiles) => {
    const args = ['-format', 'json', 'docker-compose.yml'];
    const { status, said, stdout } = run('compose-go', args, { COMPOSE_PROFILES: profiles });
    expect(status, said).toBe(0);
    const { services } = JSON.parse(stdout) as {
      services: Record<string, { command?: string[]; deploy?: { replicas?: number } }>;
    };
    expect(services['functions']?.deploy?.replicas).toBe(2);
    expect(services['generator']?.command).toContain('--speed=1d/30s');
  });

  test('a key that there is not is found', () => {
    const copy = join(folder, 'docker-compose.yml');
    const text = readFileSync(join(project, 'docker-compose.yml'), 'utf8');
    writeFileSync(copy, text.replace('    stop_grace_period:', '    stop_grace_perod:'));
    const { status, said } = run('compose-go', [copy]);
    expect([status === 0, said]).toEqual([false, expect.stringContaining('stop_grace_perod')]);
  });
});

describe.skipIf(!hasChecker('hadolint'))('the Dockerfiles', () => {
  test('have nothing that hadolint objects to', () => {
    const files = [
      'deploy/compose/Dockerfile',
      'deploy/compose/s3.Dockerfile',
      'examples/python-classifier/Dockerfile',
    ];
    const { status, said } = run('hadolint', files);
    expect([status, said]).toEqual([0, '']);
  });

  test('a base without a version is found', () => {
    const copy = join(folder, 'Dockerfile');
    writeFileSync(copy, 'FROM node\nUSER 1000\n');
    expect(run('hadolint', [copy])).toMatchObject({
      status: 1,
      said: expect.stringContaining('DL3006') as string,
    });
  });
});

describe.skipIf(!hasChecker('gitleaks'))('secrets', () => {
  const args = ['--redact', '--no-banner', '--no-color', '--verbose'];

  test('are not in the tree', () => {
    const { status, said } = run('gitleaks', ['dir', '.', ...args]);
    expect(status, said).toBe(0);
  }, 180_000);

  test('one that is left behind is found', () => {
    const key = ['-----BEGIN', 'RSA PRIVATE KEY-----'].join(' ');
    const body = Array.from({ length: 4 }, (_, i) => `MIIEpAIBAAKCAQEA${i}`.padEnd(64, 'xY3kQ9'));
    const end = ['-----END', 'RSA PRIVATE KEY-----'].join(' ');
    writeFileSync(join(folder, 'id'), [key, ...body, end, ''].join('\n'));
    const config = join(project, '.gitleaks.toml');
    const { status, said } = run('gitleaks', ['dir', folder, '--config', config, ...args]);
    expect([status, said]).toEqual([1, expect.stringContaining('private-key')]);
  });
});
