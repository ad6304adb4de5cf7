import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog, logFileStarts } from '#datagen/event-log.ts';

const lines = Array.from({ length: 24 }, (_, i) => `{"n":${i},"pad":"${'x'.repeat(i % 7)}"}\n`);
const whole = lines.join('');
const rollBytes = 100;
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'event-log-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(given: readonly string[], from = 0, roll = rollBytes): void {
  const log = new EventLog(folder, { rollBytes: roll });
  log.startAt(from);
  try {
    for (const line of given) log.append(line);
    log.flush();
  } finally {
    log.close();
  }
}

function files(): Record<string, string> {
  const names = fs.readdirSync(folder).sort();
  return Object.fromEntries(
    names.map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]),
  );
}

/** Leaves the log as a kill would have left it that let `bytes` bytes of it reach the disk. */
function cut(bytes: number): void {
  for (const start of logFileStarts(folder)) {
    const file = path.join(folder, `${String(start).padStart(20, '0')}.jsonl`);
    if (start > bytes) fs.rmSync(file);
    else fs.truncateSync(file, Math.min(fs.statSync(file).size, bytes - start));
  }
}

describe('an event log', () => {
  it('is files of whole lines, named by the offset of their first byte', () => {
    write(lines);
    let offset = 0;
    for (const [name, text] of Object.entries(files())) {
      expect(name).toBe(`${String(offset).padStart(20, '0')}.jsonl`);
      if (text !== '') expect(text.endsWith('\n')).toBe(true);
      expect(text.length).toBeLessThan(rollBytes + 30);
      offset += text.length;
    }
    expect(Object.values(files()).join('')).toBe(whole);
    expect(Object.keys(files()).length).toBeGreaterThan(3);
  });

  it('is the same after a cut at any byte', () => {
    write(lines);
    const expected = files();
    for (let bytes = 0; bytes <= whole.length; bytes++) {
      cut(bytes);
      write(lines);
      expect(files(), `cut at ${bytes}`).toEqual(expected);
    }
  });

  it('is the same if the stream is taken up later, and consumed files stay away', () => {
    write(lines);
    const expected = files();
    const skipped = lines.slice(0, 12).join('').length;
    const first = Object.keys(expected)[0]!;
    delete expected[first];
    for (let bytes = skipped; bytes <= whole.length; bytes++) {
      cut(bytes);
      fs.rmSync(path.join(folder, first), { force: true });
      write(lines.slice(12), skipped);
      expect(files(), `cut at ${bytes}`).toEqual(expected);
    }
  });

  it('goes on under another roll size without touching what is there', () => {
    write(lines.slice(0, 18), 0, 10_000);
    write(lines, 0, 50);
    expect(Object.values(files()).join('')).toBe(whole);
    expect(Object.values(files())[0]).toBe(lines.slice(0, 18).join(''));
  });

  it('refuses to add another stream to one that it holds', () => {
    write(lines.slice(0, 5));
    const before = files();
    const other = lines.map((line) => line.replace('"n"', '"m"'));
    expect(() => write(other)).toThrow(/not that of this stream/);
    expect(files()).toEqual(before);
  });

  it('refuses a stream whose lines do not end where the files do', () => {
    write(lines);
    const last = logFileStarts(folder).at(-1)!;
    cut(last);
    const other = lines.map((line) => line.replace('\n', ' \n'));
    expect(() => write(other)).toThrow(/not that of this stream/);
  });

  it('tells what is not consumed', () => {
    write(lines);
    const log = new EventLog(folder, { rollBytes });
    expect(log.backlogBytes()).toBe(whole.length);
    const [first, second] = logFileStarts(folder);
    fs.rmSync(path.join(folder, `${String(first).padStart(20, '0')}.jsonl`));
    expect(log.backlogBytes()).toBe(whole.length - second!);
    log.close();
  });

  it('names a file that is not one of a log', () => {
    fs.writeFileSync(path.join(folder, 'mine.jsonl'), '');
    expect(() => new EventLog(folder)).toThrow(/mine\.jsonl/);
  });
});
