import { existsSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WeirError } from '#protocol/errors.ts';
import type { FileIngressOptions, PassedOver } from '#runtime/ingress/file-ingress.ts';
import { FileIngress } from '#runtime/ingress/file-ingress.ts';
import { logFileName } from '#runtime/ports/event-log.ts';
import { TrivialSink, until } from './trivial-sink.ts';

let home: string;
let path: string;
let open: FileIngress[] = [];
let rejected: PassedOver[] = [];
let failures: WeirError[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-ingress-'));
  path = join(home, 'in.jsonl');
  open = [];
  rejected = [];
  failures = [];
});
afterEach(async () => {
  for (const ingress of open) await ingress.close();
  await rm(home, { recursive: true });
});

async function start(
  sink: TrivialSink,
  options: Partial<FileIngressOptions> = {},
  positions: ReadonlyMap<string, number> = sink.positions,
): Promise<FileIngress> {
  const ingress = new FileIngress({
    id: 'test/in',
    path,
    folder: false,
    key: { pointer: '/id' },
    valueType: 'test/json',
    inspectEveryMs: 50,
    targets: ['test/a'],
    onRejected: (record) => rejected.push(record),
    onFailure: (failure) => failures.push(failure),
    ...options,
  });
  open.push(ingress);
  await ingress.open(sink, new Map(positions));
  return ingress;
}

const record = (n: number) => JSON.stringify({ id: `k${n}`, n });
const values = (sink: TrivialSink) => sink.taken.map((m) => m.value);
const coded = (code: string) => expect.objectContaining({ code: `WEIR_INGRESS_${code}` }) as Error;

test('one message per target with the key and the raw bytes; follows as the file grows', async () => {
  const sink = new TrivialSink();
  const ingress = await start(sink, { targets: ['test/a', 'test/b'] });
  await writeFile(path, `{"id":7, "x":"ü"}\n`);
  await until(() => sink.taken.length === 2);
  const value = Buffer.from('{"id":7, "x":"ü"}').toString('latin1');
  expect(sink.taken).toEqual(
    ['test/a', 'test/b'].map((type) => ({ type, id: '7', typename: 'test/json', value })),
  );
  expect(sink.accepts).toHaveLength(1);
  await appendFile(path, '{"id":"half"');
  await appendFile(path, '}\n');
  await until(() => sink.accepts.length === 2);
  expect(sink.accepts[1]!.after).toBe(Buffer.byteLength(`{"id":7, "x":"ü"}\n{"id":"half"}\n`));
  expect(ingress.position).toBe(sink.positions.get('log'));
});

test('without following, the data ends with a last line that has no newline', async () => {
  const sink = new TrivialSink();
  await writeFile(path, `${record(1)}\n\n\r\n${record(2)}`);
  const ingress = await start(sink, { follow: false });
  await ingress.ended;
  expect(values(sink)).toEqual([record(1), record(2)]);
  const again = await start(sink, { follow: false });
  await again.ended;
  expect(sink.taken).toHaveLength(2);
  await expect(start(new TrivialSink(), { follow: false, path: `${path}.none` })).rejects.toThrow(
    coded('FILE_NOT_FOUND'),
  );
});

test('records that cannot become messages are reported with their place and passed over', async () => {
  const sink = new TrivialSink();
  const bad = ['nonsense', '{"id":null}', `{"id":"${'x'.repeat(3000)}"}`];
  await writeFile(path, `${record(1)}\n${bad.join('\n')}\n${record(2)}\n`);
  const ingress = await start(sink, { follow: false, maxLineBytes: 2000, chunkBytes: 512 });
  await ingress.ended;
  expect(values(sink)).toEqual([record(1), record(2)]);
  expect(ingress.malformed).toBe(3);
  const first = record(1).length + 1;
  expect(rejected.map((r) => [r.offset, r.reason.code, r.lineStart.slice(0, 8)])).toEqual([
    [first, 'WEIR_INGRESS_RECORD_NOT_JSON', 'nonsense'],
    [first + 9, 'WEIR_INGRESS_KEY_MISSING', '{"id":nu'],
    [first + 21, 'WEIR_INGRESS_RECORD_TOO_LONG', '{"id":"x'],
  ]);
  // The position moved behind them: a restart does not report them again.
  rejected = [];
  await (
    await start(sink, { follow: false })
  ).ended;
  expect(rejected).toEqual([]);
});

test('back-pressure stops the reading at once and loses nothing (E7)', async () => {
  const sink = new TrivialSink();
  const lines = Array.from({ length: 2000 }, (_, n) => record(n));
  await writeFile(path, lines.join('\n') + '\n');
  const accept = sink.accept.bind(sink);
  sink.accept = (...args) => {
    accept(...args);
    if (sink.taken.length % 500 === 0) sink.full = true;
  };
  await start(sink, { chunkBytes: 1000 });
  for (let count = 500; count <= 2000; count += 500) {
    await until(() => sink.full);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sink.taken.length).toBe(count);
    sink.full = false;
  }
  expect(values(sink)).toEqual(lines);
});

test('a sink that throws is given the same record again: none is skipped', async () => {
  const sink = new TrivialSink();
  await writeFile(path, `${record(1)}\n${record(2)}\n`);
  const accept = sink.accept.bind(sink);
  let refusals = 1;
  sink.accept = (...args) => {
    if (sink.taken.length === 1 && refusals-- > 0) throw new Error('not now');
    accept(...args);
  };
  await start(sink);
  await until(() => sink.taken.length === 2);
  expect(values(sink)).toEqual([record(1), record(2)]);
  expect(failures).toHaveLength(1);
});

test('nothing is accepted after a pause', async () => {
  const sink = new TrivialSink();
  const ingress = await start(sink);
  ingress.pause();
  await writeFile(path, `${record(1)}\n`);
  await ingress.close();
  expect(sink.taken).toEqual([]);
});

test('a file that is shorter than the position, or another one, is a named error', async () => {
  await writeFile(path, `${record(1)}\n`);
  const at = (offset: number) => new Map([['log', offset]]);
  await expect(start(new TrivialSink(), {}, at(1000))).rejects.toThrow(coded('FILE_SHORTER'));
  await expect(start(new TrivialSink(), {}, at(5))).rejects.toThrow(
    coded('POSITION_INSIDE_RECORD'),
  );
  await expect(start(new TrivialSink(), { path: `${path}.none` }, at(5))).rejects.toThrow(
    coded('FILE_SHORTER'),
  );
  await expect(start(new TrivialSink(), { targets: ['test/none'] })).rejects.toThrow(
    coded('UNKNOWN_TARGET'),
  );
});

test('truncation and replacement while following are reported; reading goes on when repaired', async () => {
  const sink = new TrivialSink();
  const content = `${record(1)}\n${record(2)}\n`;
  await writeFile(path, content);
  await start(sink);
  await until(() => sink.taken.length === 2);
  await rename(path, `${path}.old`);
  await writeFile(path, 'short\n');
  await until(() => failures.length === 1);
  expect(failures[0]).toEqual(coded('FILE_REPLACED'));
  await unlink(path);
  await writeFile(path, `${content}${record(3)}\n`);
  await until(() => sink.taken.length === 3);
  await truncate(path, 3);
  await until(() => failures.some((f) => f.code === 'WEIR_INGRESS_FILE_SHORTER'));
  expect(values(sink)).toEqual([record(1), record(2), record(3)]);
});

async function writeLog(folder: string, files: readonly string[]): Promise<number[]> {
  await mkdir(folder, { recursive: true });
  const starts: number[] = [];
  let at = 0;
  for (const text of files) {
    starts.push(at);
    await writeFile(join(folder, logFileName(at)), text);
    at += Buffer.byteLength(text);
  }
  return starts;
}

test('an event log folder is one stream; consumed files go, never the last', async () => {
  const folder = join(home, 'log');
  const sink = new TrivialSink();
  const ingress = await start(sink, { path: folder, folder: true, removeConsumed: true });
  const texts = [`${record(1)}\n${record(2)}\n`, `${record(3)}\n`, `${record(4)}\n`];
  const starts = await writeLog(folder, texts);
  await until(() => sink.taken.length === 4);
  expect(sink.positions.get('log')).toBe(texts.join('').length);
  ingress.behind(new Map([['log', starts[1]! + 1]]));
  await until(() => !existsSync(join(folder, logFileName(starts[0]!))));
  expect(await readdir(folder)).toHaveLength(2);
  ingress.behind(new Map([['log', 1_000_000]]));
  await until(() => !existsSync(join(folder, logFileName(starts[1]!))));
  await ingress.close();
  expect(await readdir(folder)).toEqual([logFileName(starts[2]!)]);
  // A restart at the position finds it; one without any state is told that the beginning is gone.
  const resumed = await start(sink, { path: folder, folder: true });
  await appendFile(join(folder, logFileName(starts[2]!)), `${record(5)}\n`);
  await until(() => sink.taken.length === 5);
  await resumed.close();
  await expect(start(new TrivialSink(), { path: folder, folder: true })).rejects.toThrow(
    coded('LOG_GAP'),
  );
});

test('a missing file in the middle is a gap that is named, and read once it is back', async () => {
  const folder = join(home, 'log');
  const texts = [`${record(1)}\n`, `${record(2)}\n`, `${record(3)}\n`];
  const starts = await writeLog(folder, texts);
  await unlink(join(folder, logFileName(starts[1]!)));
  const sink = new TrivialSink();
  await start(sink, { path: folder, folder: true });
  await until(() => failures.length === 1);
  expect(failures[0]).toEqual(coded('LOG_GAP'));
  expect(values(sink)).toEqual([record(1)]);
  await writeFile(join(folder, logFileName(starts[1]!)), texts[1]!);
  await until(() => sink.taken.length === 3);
  expect(values(sink)).toEqual([record(1), record(2), record(3)]);
});

test('lag counts what waits in the file', async () => {
  const sink = new TrivialSink();
  await writeFile(path, `${record(1)}\n`);
  const ingress = await start(sink);
  await until(() => sink.taken.length === 1);
  sink.full = true;
  await appendFile(path, `${record(2)}\n`.repeat(100));
  await until(() => (ingress.lag() ?? 0) === 100, 'lag of 100');
  sink.full = false;
  await until(() => ingress.lag() === 0);
});

test('random appends, crashes and restarts at a committed position give every line once', async () => {
  const step = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 20 }), roll: fc.boolean(), cut: fc.nat(30) }),
    fc.constant('commit' as const),
    fc.constant('crash' as const),
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const folder = join(home, `run-${run++}`);
      await mkdir(folder);
      const log = { path: folder, folder: true, chunkBytes: 37 };
      let [sink, written, file] = [new TrivialSink(), 0, 0];
      const expected: string[] = [];
      let committed = { lines: [] as unknown[], positions: new Map<string, number>() };
      let ingress = await start(sink, log);
      for (const action of steps) {
        if (action === 'commit') {
          committed = {
            lines: [...committed.lines, ...values(sink)],
            positions: new Map(sink.positions),
          };
          sink.taken.length = 0;
        } else if (action === 'crash') {
          await ingress.close();
          sink = new TrivialSink();
          for (const [k, v] of committed.positions) sink.positions.set(k, v);
          ingress = await start(sink, log);
        } else {
          if (action.roll) file = written;
          for (let n = 0; n < action.append; n++) {
            const text = `${record(expected.length)}\n`;
            expected.push(text.trim());
            written += text.length;
            const name = join(folder, logFileName(file));
            await appendFile(name, text.slice(0, action.cut));
            await appendFile(name, text.slice(action.cut));
          }
        }
      }
      await until(() => committed.lines.length + sink.taken.length >= expected.length);
      await ingress.close();
      expect([...committed.lines, ...values(sink)]).toEqual(expected);
    }),
    { numRuns: 25 },
  );
  expect(failures).toEqual([]);
});

test('what can’t become a message leaves as a dead letter, with all its bytes, and is told', async () => {
  const sink = new TrivialSink();
  const deadLetter = { egress: 'e/dead', topic: null };
  await start(sink, { deadLetter });
  const text = `{"no":"key"}\n${record(1)}\n{broken\n`;
  await writeFile(path, text);
  await until(() => sink.positions.get('log') === text.length);
  expect(sink.givenUp).toEqual([
    { path, offset: 0, code: 'WEIR_INGRESS_KEY_MISSING', value: '{"no":"key"}', to: 'e/dead' },
    {
      ...{ path, offset: 13 + record(1).length + 1, code: 'WEIR_INGRESS_RECORD_NOT_JSON' },
      ...{ value: '{broken', to: 'e/dead' },
    },
  ]);
  expect(values(sink)).toEqual([record(1)]);
  expect(rejected).toHaveLength(2);
});

test('what the dead letters’ egress can never take is passed over, as without it', async () => {
  const sink = new TrivialSink();
  sink.takesDeadLetters = false;
  await start(sink, { deadLetter: { egress: 'e/dead', topic: null } });
  await writeFile(path, `{broken\n${record(1)}\n`);
  await until(() => sink.taken.length === 1);
  expect(sink.givenUp).toEqual([]);
  expect(rejected).toHaveLength(1);
});
