import { describe, expect, it } from 'vitest';
import { consoleErrors } from '#dashboards/console/errors.ts';
import { consoleOptions } from '#dashboards/console/options.ts';

describe('the options of the console', () => {
  it('come from the command line before the environment', () => {
    const env = { WEIR_DATA: '/env', PORT: '9000', WEIR_ADMIN_URL: 'http://127.0.0.1:9001/' };
    expect(consoleOptions(['--data', '/line'], env)).toEqual({
      ...{
        data: '/line',
        host: '127.0.0.1',
        port: 9000,
        intake: 'http://127.0.0.1:8085',
        admin: 'http://127.0.0.1:9001',
      },
      ...{ allowedHosts: [], keepScoresBytes: null },
    });
  });

  it.each([
    [['--port', '70000'], /--port must be a number from 0 to 65535, not "70000"/],
    [['--admin', 'file:/etc'], /--admin must be an http URL/],
    [['--keep-scores-bytes', 'some'], /"all" or a number of bytes/],
    [['--colour', 'red'], /--colour/],
  ])('name what is wrong in %j', (args, message) => {
    expect(() => consoleOptions(args, {})).toThrow(message);
  });
});

describe('the error catalogue', () => {
  it('says of every code what to do', () => {
    for (const [code, { cause, remedy }] of consoleErrors.entries) {
      expect(code).toMatch(/^WEIR_CONSOLE_[A-Z_]+$/);
      expect(cause.length * remedy.length).toBeGreaterThan(400);
    }
  });
});
