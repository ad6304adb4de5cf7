import { describe, expect, it } from 'vitest';
import { partCommands } from '../../../deploy/local/commands.ts';
import { startOptions } from '../../../deploy/local/options.ts';
import type { StartOptions } from '../../../deploy/local/options.ts';

function options(args: string[], env: Record<string, string> = {}): StartOptions {
  const found = startOptions(args, env);
  if (found === 'help') throw new Error('expected options');
  return found;
}

describe('the options of npm start', () => {
  it('put the page first and the other ports after it', () => {
    expect(options([]).ports).toEqual({
      ...{ page: 8080, admin: 8081, functions: 8082, metrics: 8083 },
      ...{ classifier: 8084, intake: 8085 },
    });
    const moved = {
      ...{ page: 18_000, admin: 18_001, functions: 18_002, metrics: 18_003 },
      ...{ classifier: 18_004, intake: 18_005 },
    };
    expect(options(['--ports-from', '18000'], { PORT: '9000' }).ports).toEqual(moved);
  });

  it('let PORT move the page without a collision', () => {
    expect(options([], { PORT: '9000' }).ports).toEqual({
      ...{ page: 9000, admin: 8081, functions: 8082, metrics: 8083 },
      ...{ classifier: 8084, intake: 8085 },
    });
    const { ports } = options([], { PORT: '8083' });
    expect(new Set(Object.values(ports)).size).toBe(6);
  });

  it.each([
    [['--ports-from', '70000'], /--ports-from must be a port/],
    [['--rate', 'fast'], /--rate must be a number above 0, or max/],
    [['--seed', '1.5'], /--seed must be a whole number/],
    [['--rate', '5', '--speed', '1d/30s'], /exclude each other/],
    [['--sped', '1d/30s'], /--sped/],
    [['--classifier', 'python'], /--classifier must be a URL/],
  ])('name what is wrong in %j', (args, message) => {
    expect(() => startOptions(args, {})).toThrow(message);
  });

  it('leave the classifier to somebody else', () => {
    const own = partCommands(options([])).find(({ name }) => name === 'classifier');
    expect(own).toMatchObject({ version: 'v1', env: { FUNCTIONS_PORT: '8084' } });
    const commands = partCommands(options(['--classifier', 'http://127.0.0.1:9000/']));
    expect(commands.map(({ name }) => name)).not.toContain('classifier');
    expect(commands[0]!.env['CLASSIFIER_URL']).toBe('http://127.0.0.1:9000/');
  });

  it('reach the generator, the runtime and the console', () => {
    const commands = partCommands(
      options(['--data', '/d', '--ports-from', '18000', '--rate', '50', '--seed', '7', '--keep']),
    );
    const argsOf = (name: string) => commands.find((part) => part.name === name)!.args.join(' ');
    expect(argsOf('generator')).toContain('--transactions /d/transactions --feedback /d/feedback');
    expect(argsOf('generator')).toContain('--rate 50 --seed 7');
    expect(argsOf('generator')).toContain('--max-backlog 0');
    expect(argsOf('runtime')).toContain('--state file:/d/state --commit-every 250ms');
    expect(argsOf('runtime')).toContain('--admin 127.0.0.1:18001 --name fraud');
    expect(argsOf('console')).toContain('--port 18000');
    expect(argsOf('console')).toContain('--keep-scores-bytes all');
    expect(commands[0]!.env).toMatchObject({
      WEIR_DATA: '/d',
      WEIR_REMOVE_CONSUMED: 'false',
      FUNCTIONS_PORT: '18002',
    });
  });
});
