import { readFileSync, readdirSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  rmdir,
  truncate,
  writeFile,
  appendFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileEgress } from '#runtime/egress/file-egress.ts';
import { JsonTypes, recordLine } from '#runtime/egress/record-line.ts';
import { logFileName, logFileStart } from '#runtime/ports/event-log.ts';
import { batchOf, jsonRecord } from './batches.ts';

let home: string;
let path: string;
const toClose: FileEgress[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-egress-'));
  path = join(home, 'deep', 'out.jsonl');
});
afterEach(async () => {
  for (const egress of toClose.splice(0)) await egress.close();
  await rm(home, { recursive: true });
});

const jsonTypes = ['test/*'];
const record = (n: number) => jsonRecord({ n, pad: 'x'.repeat(n % 7) });
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => record(from + i));
const text = (from: number, to: number) =>
  records(from, to)
    .map((r) => recordLine(r.typename, r.value, new JsonTypes(jsonTypes)))
    .join('');
const coded = (code: string) => expect.objectContaining({ code: `WEIR_EGRESS_${code}` }) as Error;
const file = () => new FileEgress({ id: 'test/out', path, folder: false, jsonTypes });
const folder = (maxFileBytes: number, retainBytes: number | null = null) =>
  new FileEgress({ id: 'test/out', path, folder: true, jsonTypes, maxFileBytes, retainBytes });

async function opened(egress: FileEgress, position: string | null, fresh = false) {
  toClose.push(egress);
  await egress.open(position, fresh);
  return egress;
}

/** The whole log; checks that the files follow each other and that each ends with a line. */
function logText(): string {
  let all = '';
  const names = readdirSync(path).sort();
  for (const [index, name] of names.entries()) {
    const content = readFileSync(join(path, name), 'latin1');
    if (index === 0) all = '\0'.repeat(logFileStart(name)!);
    expect(logFileStart(name)).toBe(all.length);
    if (index < names.length - 1) expect(content.endsWith('\n')).toBe(true);
    all += content;
  }
  return all.replaceAll('\0', '');
}

test('a line per record; the position is the length that is published', async () => {
  const egress = await opened(file(), null, true);
  expect(await egress.publish(batchOf(records(0, 3)))).toBe(String(text(0, 3).length));
  await egress.publish(batchOf(records(3, 5), 3));
  await egress.close();
  expect(await readFile(path, 'utf8')).toBe(text(0, 5));
  expect(text(0, 1)).toBe('{"typename":"test/json","json":{"n":0,"pad":""}}\n');
  await expect(egress.publish(batchOf([]))).rejects.toThrow(coded('NOT_OPEN'));
});

test('what is published again in other batches is recognised, also without any position', async () => {
  await (await opened(file(), null, true)).publish(batchOf(records(0, 10)));
  const again = await opened(file(), null);
  await again.publish(batchOf(records(0, 4)));
  expect(await readFile(path, 'utf8')).toBe(text(0, 10));
  await again.publish(batchOf(records(4, 15)));
  expect(await readFile(path, 'utf8')).toBe(text(0, 15));
});

test('a torn tail of our own bytes is completed, as are pages that a power failure zeroed', async () => {
  await (await opened(file(), null, true)).publish(batchOf(records(0, 10)));
  const position = text(0, 4).length;
  await truncate(path, position + 7);
  await (await opened(file(), String(position))).publish(batchOf(records(4, 10)));
  expect(await readFile(path, 'utf8')).toBe(text(0, 10));
  await truncate(path, position + 20);
  await truncate(path, position + 500);
  const egress = await opened(file(), String(position));
  await egress.publish(batchOf(records(4, 30)));
  expect(await readFile(path, 'utf8')).toBe(text(0, 30));
});

test('a fresh start on a file with content names the file', async () => {
  await mkdir(join(home, 'deep'));
  await writeFile(path, 'precious\n');
  await expect(file().open(null, true)).rejects.toThrow(coded('FILE_NOT_EMPTY'));
  await expect(file().open(null, true)).rejects.toThrow(path);
  // Without a cut's word for it, the first batch decides: nothing is overwritten.
  const egress = await opened(file(), null);
  await expect(egress.publish(batchOf(records(0, 1)))).rejects.toThrow(coded('FOREIGN_BYTES'));
  expect(await readFile(path, 'utf8')).toBe('precious\n');
});

test('somebody else in the file is an error at the byte, and goes on when repaired', async () => {
  const egress = await opened(file(), null, true);
  const position = Number(await egress.publish(batchOf(records(0, 2))));
  await appendFile(path, 'intruder\n');
  await expect(egress.publish(batchOf(records(2, 4)))).rejects.toThrow(coded('FOREIGN_BYTES'));
  await expect(egress.publish(batchOf(records(2, 4)))).rejects.toThrow(`byte ${position}`);
  await truncate(path, position);
  await egress.publish(batchOf(records(2, 4)));
  expect(await readFile(path, 'utf8')).toBe(text(0, 4));
});

test('a file that is shorter than published, or another one, is refused', async () => {
  const egress = await opened(file(), null, true);
  const position = await egress.publish(batchOf(records(0, 3)));
  await truncate(path, 10);
  await expect(egress.publish(batchOf(records(3, 4)))).rejects.toThrow(coded('FILE_SHORTER'));
  await expect(file().open(position)).rejects.toThrow(coded('FILE_SHORTER'));
  await expect(file().open('7')).rejects.toThrow(coded('FILE_DAMAGED'));
  await expect(file().open('x')).rejects.toThrow(coded('FILE_DAMAGED'));
  await expect(
    new FileEgress({ id: 'test/out', path: home, folder: false }).open(null),
  ).rejects.toThrow(coded('FILE_OPEN_FAILED'));
});

test('a late writer adds nothing: it writes what is there already', async () => {
  const late = await opened(file(), null, true);
  const current = await opened(file(), null);
  await current.publish(batchOf(records(0, 20)));
  await late.publish(batchOf(records(0, 5)));
  expect(await readFile(path, 'utf8')).toBe(text(0, 20));
});

test('files roll over at line ends, the oldest go, and recovery does not miss them', async () => {
  const egress = await opened(folder(200, 400), null, true);
  let position = '';
  for (let n = 0; n < 60; n += 3) position = await egress.publish(batchOf(records(n, n + 3), n));
  const names = readdirSync(path).sort();
  expect(names.length).toBeGreaterThan(2);
  expect(names).not.toContain(logFileName(0));
  for (const name of names) expect(readFileSync(join(path, name)).length).toBeLessThanOrEqual(200);
  const kept = logText();
  expect(kept.length).toBeLessThan(1000);
  expect(text(0, 60).endsWith(kept)).toBe(true);
  // A position whose files are gone by retention: the records are published, and stay so.
  const early = await opened(folder(200, 400), String(text(0, 2).length));
  expect(await early.publish(batchOf(records(2, 60), 2))).toBe(position);
  await early.publish(batchOf(records(60, 61), 60));
  expect(text(0, 61).endsWith(logText())).toBe(true);
  await expect(folder(200).open('0')).rejects.toThrow(coded('FILE_SHORTER'));
});

test('a full disk rejects by name', async () => {
  const full = new FileEgress({ id: 'test/out', path: '/dev/full', folder: false });
  await full.open(null);
  await expect(full.publish(batchOf(records(0, 1)))).rejects.toThrow(coded('WRITE_FAILED'));
  await full.close();
});

test('after a failure in the middle of a batch, the same batch completes and doubles nothing', async () => {
  const egress = await opened(folder(200), null, true);
  await egress.publish(batchOf(records(0, 2)));
  const second = text(0, 20).lastIndexOf('\n', 199) + 1;
  await mkdir(join(path, logFileName(second))); // The next file can't be created now.
  await expect(egress.publish(batchOf(records(2, 12), 2))).rejects.toThrow(coded('WRITE_FAILED'));
  await rmdir(join(path, logFileName(second)));
  await egress.publish(batchOf(records(2, 12), 2));
  expect(logText()).toBe(text(0, 12));
});

test('crashes and re-publications in any batches: always a growing prefix of the lines', async () => {
  const step = fc.oneof(
    fc.record({ publish: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ crash: fc.nat(60), limit: fc.integer({ min: 60, max: 300 }) }),
    fc.constant('commit' as const),
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      path = join(home, `run-${run++}`);
      const expected = text(0, 150);
      let visible = '';
      let [sequence, position] = [0, null as string | null];
      let committed = { sequence, position };
      let egress = await opened(folder(150), null, true);
      const look = () => {
        const now = logText();
        expect(expected.startsWith(now)).toBe(true);
        const lines = now.slice(0, now.lastIndexOf('\n') + 1);
        expect(lines.startsWith(visible)).toBe(true);
        visible = lines;
      };
      for (const action of steps) {
        if (action === 'commit') committed = { sequence, position };
        else if ('publish' in action) {
          const publishing = egress.publish(batchOf(records(sequence, sequence + action.publish)));
          look();
          position = await publishing;
          sequence += action.publish;
          look();
          expect(visible.length).toBeGreaterThanOrEqual(Number(position));
        } else {
          await egress.close();
          // The crash may come in the middle of a line of the last file.
          const name = readdirSync(path).sort().at(-1);
          const end = Number(committed.position ?? 0);
          if (name !== undefined) {
            const size = readFileSync(join(path, name)).length;
            const start = logFileStart(name)!;
            const cut = Math.max(size - action.crash, end - start, 0);
            await truncate(join(path, name), cut);
            visible = visible.slice(0, expected.lastIndexOf('\n', start + cut - 1) + 1);
          }
          ({ sequence, position } = committed);
          egress = await opened(folder(action.limit), position);
        }
      }
      if (sequence < 150) await egress.publish(batchOf(records(sequence, 150)));
      await egress.close();
      expect(logText()).toBe(expected);
    }),
    { numRuns: 25 },
  );
});
