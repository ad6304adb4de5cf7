import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Overview } from '#dashboards/console/frame.ts';
import { demo as demoOf } from './demo-command.ts';
import { RunningApplication } from './running-application.ts';

const patience = { timeout: 120_000, interval: 200 };
const timeout = 400_000;

let app: RunningApplication;

beforeAll(async () => {
  app = await RunningApplication.create();
  await app.start('--rate', '200');
  await vi.waitFor(async () => {
    const answer = await fetch(`${app.url}/api/overview`);
    expect(((await answer.json()) as Overview).scored, app.said).toBeGreaterThan(2_000);
  }, patience);
}, timeout);
afterAll(() => app.remove());

const demo = (...args: string[]) => demoOf([...args, '--data', app.data]);

const commands: readonly (readonly [string, RegExp])[] = [
  ['break', /classifier v2 serves[^]*average fraud score of 10 s +0\.[789]/],
  ['fix', /classifier v3 serves[^]*average fraud score of 10 s +0\.0/],
  ['kill', /the runtime was killed[^]*scores come again: yes/],
  ['poison', /addresses parked by it +1 [^]*scores while it is parked +go on/],
  ['slow', /classifier hanging serves[^]*the version before takes over again/],
  ['scale 0', /scores meanwhile +none for/],
  ['scale 1', /1 function processes serve/],
];

it.each(commands)('npm run demo -- %s is proved', { timeout }, async (command, words) => {
  const { code, said } = await demo(...command.split(' '));
  expect(said).toMatch(words);
  expect(said).toMatch(/\nproved\n$/);
  if (command !== 'scale 0') {
    expect(said).toMatch(/transactions without a score +0 [^]*scores beyond the first +0 /);
  }
  expect(code).toBe(0);
});

const four = 'scale 4';

it.runIf(process.platform === 'linux')(`${four} is proved`, { timeout }, async () => {
  const { code, said } = await demo(...four.split(' '));
  expect(said).toMatch(/4 function processes serve[^]*\nproved\n$/);
  expect(code).toBe(0);
});

it('says what is wrong with a command, or that nothing answers', { timeout }, async () => {
  const { token } = (await (await fetch(`${app.url}/api/session`)).json()) as { token: string };
  const unknown = await fetch(`${app.url}/api/experiments/explode`, {
    method: 'POST',
    headers: { 'weir-token': token },
  });
  expect(unknown.status).toBe(404);
  expect(await demo('explode')).toMatchObject({
    code: 64,
    said: expect.stringContaining('WEIR_DEMO_BAD_OPTION: "explode" is none of break') as string,
  });
  expect(await demo('break', '--page', 'http://127.0.0.1:1')).toMatchObject({
    code: 69,
    said: expect.stringContaining('WEIR_DEMO_UNREACHABLE') as string,
  });
});
