/** Does what docs/tutorial.md says, literally: only ports and folders are others. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freePort, until } from '../chaos/processes.ts';

const project = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(project, 'docs', 'tutorial.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)(?: ([\w-]+))?\n([^]*?)^```$/gm)].map(
  ([, language = '', name = '', text = '']) => ({ language, name, text }),
);
const home = mkdtempSync(join(tmpdir(), 'weir-tutorial-'));
const answers = join(home, 'answers');
const running: ChildProcess[] = [];

afterAll(async () => {
  await Promise.all(running.map((child) => ended(child, 'SIGTERM')));
  rmSync(home, { recursive: true, force: true });
});

async function environment(): Promise<{ env: NodeJS.ProcessEnv; local: (text: string) => string }> {
  const [port, greetings, admin] = [await freePort(), await freePort(), await freePort()];
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|WEIR_|NODE_OPTIONS)/.test(name),
  );
  const env = {
    ...Object.fromEntries(own),
    PORT: String(port),
    GREETINGS_PORT: String(greetings),
    ANSWERS: answers,
    WEIR_ADMIN: `127.0.0.1:${admin}`,
    PATH: `${join(project, 'node_modules', '.bin')}:${process.env['PATH']}`,
  };
  const local = (text: string): string =>
    text
      .replaceAll('127.0.0.1:8070', `127.0.0.1:${greetings}`)
      .replaceAll('./greeter-state', join(home, 'state'))
      .replaceAll('examples/greeter/answers', answers);
  return { env, local };
}

/** A process group of its own: what a shell starts ends with it. */
function start(
  command: string,
  env: NodeJS.ProcessEnv,
): { child: ChildProcess; said: () => string } {
  const child = spawn('bash', ['-c', command], { cwd: project, env, detached: true });
  running.push(child);
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (text) => (said += String(text)));
  }
  return { child, said: () => said };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('close', resolve));
  process.kill(-child.pid!, signal);
  await gone;
}

test('the code on the page is that of the example', () => {
  const of = (language: string): string => blocks.find((one) => one.language === language)!.text;
  const file = (name: string): string =>
    readFileSync(join(project, 'examples', 'greeter', name), 'utf8');
  expect(of('ts')).toBe(file('greeter.ts'));
  expect(of('yaml')).toBe(file('module.yaml'));
});

test('every command of the page does what the page says', { timeout: 300_000 }, async () => {
  const { env, local } = await environment();
  const block = (name: string): string => local(blocks.find((one) => one.name === name)!.text);
  const [tests, check, greet, look, again, ...others] = blocks
    .filter(({ language, name }) => language === 'sh' && name === '')
    .map(({ text }) => local(text));
  expect(others).toEqual([]);
  const run = async (command: string): Promise<string> => {
    const { child, said } = start(command, env);
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, said()).toBe(0);
    return said();
  };
  const begin = async (command: string, words: string): Promise<ChildProcess> => {
    const { child, said } = start(command, env);
    await until(words, () => {
      if (child.exitCode !== null) throw new Error(said());
      return said().includes(words);
    });
    return child;
  };
  const told = (): string[] => {
    if (!existsSync(answers)) return [];
    const files = readdirSync(answers).filter((name) => name.endsWith('.jsonl'));
    const text = files.map((name) => readFileSync(join(answers, name), 'utf8')).join('');
    return [...text.matchAll(/"text":"([^"]*)"/g)].map(([, words = '']) => words);
  };

  expect(await run(tests!)).toMatch(/2 passed/);
  const first = await begin(block('serve'), 'greeter at http');
  await run(check!);
  const runtime = await begin(block('run'), 'ready');
  expect(await run(greet!)).toMatch(/"accepted":1/);
  await until('two answers', () => told().length >= 2);
  expect(await run(look!)).toMatch(/visits/);
  expect(await run(block('answers'))).toContain('hello Ada, visit 2');

  if (process.platform !== 'linux') await ended(first, 'SIGTERM');
  await begin(block('serve-2'), 'greeter-2 at http');
  await ended(first, 'SIGTERM');
  await run(again!);
  await until('the third answer', () => told().length >= 3);
  expect(told().at(-1)).toBe('welcome back Ada, visit 3');

  await ended(runtime, 'SIGKILL');
  await begin(block('run'), 'ready');
  await run(again!);
  await until('the fourth answer', () => told().length >= 4);
  expect(told()).toEqual([
    'hello Ada, visit 1',
    'hello Ada, visit 2',
    'welcome back Ada, visit 3',
    'welcome back Ada, visit 4',
  ]);
});
