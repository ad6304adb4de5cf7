import { describe, expect, it, vi } from 'vitest';
import { parseCommandLine } from '#datagen/command-line.ts';
import { parsePace } from '#datagen/option-values.ts';

const folders = ['--transactions', '/data/transactions', '--feedback', '/data/feedback'];

describe("the generator's command line", () => {
  it('has defaults for all but the folders', () => {
    const options = parseCommandLine(folders);
    expect(options).toMatchObject({
      to: {
        kind: 'folders',
        transactions: '/data/transactions',
        checkpoint: '/data/generator.json',
      },
      endDay: null,
      pace: { kind: 'speed', simulatedMs: 86_400_000, wallMs: 30_000 },
      maxBacklogBytes: 256 * 1024 * 1024,
      stream: { world: 'personas', seed: 1, customers: 4_200, firstDay: 17_622 },
    });
  });

  it('takes every option', () => {
    const given = `--world handbook --rate 500 --seed 9 --start 2019-01-01 --days 3 --max-backlog 0
      --per-day 2`;
    expect(parseCommandLine([...folders, ...given.split(/\s+/)])).toMatchObject({
      pace: { kind: 'rate', perSecond: 500 },
      endDay: 17_897 + 3,
      maxBacklogBytes: Infinity,
      stream: { seed: 9, firstDay: 17_897, meanPerDayMax: 2 },
    });
  });

  it.each([
    ['--seed -1', /seed is -1, expected an integer in 0\.\.4294967295/],
    ['--customers many', /--customers <count>: "many" is not a number/],
    ['--start 2018-02-30', /--start is "2018-02-30"/],
    ['--rate 0', /--rate <per-second>: "0" is not a number of at least 0\.001/],
    ['--rate max --speed 1d/30s', /exclude each other/],
    ['--personas online:0', /the weight of online is a number above 0 .* not "online:0"/],
    [
      '--personas online,moon',
      /no persona "moon", only online, shop, traveller, homebody, student/,
    ],
    ['--personas online,online:2', /online comes twice/],
    ['--world handbook --personas online', /is no option of the world handbook/],
    ['--speed 1d', /expected simulated time per real time/],
    ['--speed 1d/0s', /expected simulated time per real time/],
    ['--legitimate-share 1.5', /legitimateLabelShare is 1\.5/],
    ['--world handbook --customers 100000 --terminals 200000 --radius 50', /would reach/],
    ['--world moon', /--world is "moon", expected personas or handbook/],
    ['--radius 5', /--radius <distance> is no option of the world personas/],
    ['--world handbook --signal-shift 2', /is no option of the world handbook/],
    ['--timeline-from yesterday', /--timeline-from <date> is "yesterday"/],
    ['--release-day 1.5', /releaseDay is 1\.5, expected an integer/],
    ['--world handbook --customers 1000000 --per-day 20 --radius 0.1', /transactions a day/],
  ])('refuses %s', (given, message) => {
    expect(() => parseCommandLine([...folders, ...given.split(' ')])).toThrow(message);
  });

  it('keeps a mix of personas in one spelling, whatever it was given as', () => {
    const stream = (personas: string): unknown => {
      const options = parseCommandLine([...folders, '--personas', personas]);
      return 'exit' in options ? null : options.stream;
    };
    expect(stream('business:1, online:3')).toMatchObject({ personas: 'online:3,business:1' });
    expect(stream('online:3,business:1.0')).toEqual(stream('business:1,online:3'));
    expect(stream('shop')).toMatchObject({ personas: 'shop:0.24' });
  });

  it('shows examples, each of which it takes', () => {
    const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(parseCommandLine(['--help'])).toEqual({ exit: 0 });
    const help = said.mock.calls.join('');
    said.mockRestore();
    const examples = [...help.matchAll(/^ +npm run generate -- (.+)$/gm)].map(([, args]) => args!);
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      const args = example.split(/\s+/).map((arg) => arg.replace(/^'(.*)'$/, '$1'));
      expect(parseCommandLine(args), example).toHaveProperty('to');
    }
  });

  it('answers usage errors with exit code 64', () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(parseCommandLine([...folders, '--sede', '1'])).toEqual({ exit: 64 });
    expect(said.mock.calls.join('')).toMatch(/Did you mean --seed/);
    said.mockRestore();
  });

  it.each([
    [['--transactions', 'a'], /--to is missing, or --transactions and --feedback/],
    [[...folders, '--to', 'file:x'], /--to excludes --transactions/],
    [['--to', 'ftp://host/x'], /none of file:FOLDER, kafka/],
    [['--to', 'file:'], /none of/],
    [['--to', 'kafka://host/topic'], /none of/],
    [['--to', 'kafka://host:9092/'], /none of/],
    [['--to', 'kafka://host:9092/a?feedback=a'], /none of/],
    [['--to', 'kafka://host:9092/a?gruop=a'], /"gruop" is none of the parameters/],
    [['--to', 'kafka://host:9092/a', '--checkpoint', 'x'], /topics hold their position/],
    [['--to', 'http://user:secret@host/'], /no user, query or fragment/],
    [['--to', 'http://host/?a=b'], /no user, query or fragment/],
  ])('refuses %j', (given, message) => {
    expect(() => parseCommandLine(given)).toThrow(message);
  });

  it('reads where to write', () => {
    expect(parseCommandLine(['--to', 'file:/data', '--roll', '1'])).toMatchObject({
      to: { kind: 'folders', feedback: '/data/feedback', rollBytes: 1024 * 1024 },
    });
    expect(parseCommandLine(['--to', 'kafka://a:9092,b:9093/in?feedback=labels'])).toMatchObject({
      to: {
        ...{ kind: 'kafka', brokers: ['a:9092', 'b:9093'] },
        ...{ transactions: 'in', feedback: 'labels', group: null },
      },
    });
    expect(parseCommandLine(['--to', 'kafka://a:9092/in?group=mine'])).toMatchObject({
      to: { transactions: 'in', feedback: 'feedback', group: 'mine' },
    });
    expect(parseCommandLine(['--to', 'http://127.0.0.1:8085/bank/', '--dry-run'])).toMatchObject({
      dryRun: true,
      to: {
        kind: 'http',
        transactions: 'http://127.0.0.1:8085/bank/transactions',
        feedback: 'http://127.0.0.1:8085/bank/feedback',
        checkpoint: expect.stringMatching(
          /\.weir\/generator-127\.0\.0\.1-8085-bank\.json$/,
        ) as string,
      },
    });
  });

  it('reads speeds in any unit', () => {
    expect(parsePace(undefined, '12h/1m')).toEqual({
      kind: 'speed',
      simulatedMs: 43_200_000,
      wallMs: 60_000,
    });
    expect(parsePace('max', undefined)).toEqual({ kind: 'unlimited' });
    expect(parsePace('2000', '1d/1s')).toMatchObject({ kind: 'speed', perSecond: 2_000 });
  });
});
