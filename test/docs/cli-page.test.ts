import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exitCodes } from '#runtime/cli/exit-codes.ts';
import { weir } from '../cli/weir.ts';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
const server = ['server', 'state-routes']
  .map((file) => readFileSync(new URL(`../../runtime/admin/${file}.ts`, import.meta.url), 'utf8'))
  .join('\n');

test('the page has every command, option and variable of the help, and no other option', async () => {
  const commands = [
    ['run'],
    ['check'],
    ...['list', 'show', 'verify'].map((verb) => ['snapshots', verb]),
    ['state', 'get'],
    ...['list', 'retry', 'drop', 'dead-letter'].map((verb) => ['parked', verb]),
  ];
  const helps = await Promise.all(commands.map((command) => weir([...command, '--help'])));
  const known = new Set(['--help', '--version']);
  for (const [i, { code, stdout }] of helps.entries()) {
    expect(code).toBe(0);
    const [room = '', verb = ''] = commands[i] as string[];
    expect(page).toMatch(new RegExp(`\`weir ${room}[^\`]*${verb}`));
    for (const [option] of stdout.matchAll(/(?<=^ {2}(?:-\w, )?)--[a-z-]+/gm)) {
      expect(page, `${room} ${option}`).toContain(`\`${option}`);
      known.add(option);
    }
    for (const [variable] of stdout.replaceAll(/\s+/g, ' ').matchAll(/(?<=env: ?)WEIR_[A-Z_]+/g)) {
      expect(page).toContain(`\`${variable}\``);
    }
  }
  const [options = ''] = /\| option \|.*?\n\n/s.exec(page) ?? [];
  const mentioned = [...options.matchAll(/`(--[a-z-]+)/g)].map(([, option = '']) => option);
  expect(mentioned.filter((option) => !known.has(option))).toEqual([]);
  expect(mentioned.length).toBeGreaterThan(8);
});

test('the page has every exit code', () => {
  for (const code of Object.values(exitCodes)) expect(page).toContain(`\n| ${code} |`);
});

test('the page has every route of the admin API', () => {
  const routes = [...server.matchAll(/server\.(get|post)(?:<[^(]*>)?\(\s*'([^']+)'/g)].map(
    ([, method = '', path = '']) => `${method.toUpperCase()} ${path}`,
  );
  const shown = routes.map((route) => route.replaceAll(/:(\w+)/g, '<$1>'));
  expect(shown.length).toBeGreaterThan(7);
  for (const route of shown) expect(page).toContain(`\`${route}`);
  for (const [, verb = ''] of server.matchAll(/action\('([a-z-]+)'/g)) {
    expect(page).toContain(`\`POST /parked/<ns>/<type>/<id>/${verb}\``);
  }
});
