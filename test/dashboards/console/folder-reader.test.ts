import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderReader } from '#dashboards/console/folder-reader.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function file(offset: number): string {
  return join(folder, `${String(offset).padStart(20, '0')}.jsonl`);
}

async function readAll(reader: FolderReader): Promise<string> {
  let text = '';
  for (let read = await reader.read(); read !== null; read = await reader.read()) {
    text += read.lines.toString();
  }
  return text;
}

describe('a reader of an event log folder', () => {
  it('waits for a folder that is not there yet', async () => {
    const reader = new FolderReader(join(folder, 'later'));
    expect(await reader.read()).toBeNull();
    expect(reader.missedBytes).toBe(0);
  });

  it('leaves a line alone until its newline is there', async () => {
    const reader = new FolderReader(folder);
    await writeFile(file(0), 'one\ntw');
    expect(await readAll(reader)).toBe('one\n');
    expect(reader.position).toBe(4);
    await appendFile(file(0), 'o\n');
    expect(await readAll(reader)).toBe('two\n');
    await reader.close();
  });

  it('goes over files in order, and on from any position', async () => {
    await writeFile(file(0), 'a\nb\n');
    await writeFile(file(4), 'c\n');
    await writeFile(file(6), 'd\n');
    const expected = [
      [0, 'a\nb\nc\nd\n'],
      [2, 'b\nc\nd\n'],
      [6, 'd\n'],
      [8, ''],
    ] as const;
    for (const [position, text] of expected) {
      const reader = new FolderReader(folder, position);
      expect(await readAll(reader)).toBe(text);
      await reader.close();
    }
  });

  it('reads lines that were written while it stood at the end of the file before', async () => {
    const reader = new FolderReader(folder);
    await writeFile(file(0), 'a\n');
    expect(await readAll(reader)).toBe('a\n');
    await appendFile(file(0), 'b\n');
    await writeFile(file(4), 'c\n');
    expect(await readAll(reader)).toBe('b\nc\n');
    expect(reader.missedBytes).toBe(0);
    await reader.close();
  });

  it('counts what was removed before it was read, and goes on behind it', async () => {
    await writeFile(file(100), 'x\n');
    const reader = new FolderReader(folder, 40);
    expect(await readAll(reader)).toBe('x\n');
    expect(reader.missedBytes).toBe(60);
    await reader.close();
  });

  it('keeps reading a file that is removed under it', async () => {
    await writeFile(file(0), 'a\n');
    const reader = new FolderReader(folder);
    expect(await readAll(reader)).toBe('a\n');
    await writeFile(file(2), 'b\n');
    await rm(file(0));
    expect(await readAll(reader)).toBe('b\n');
    expect(reader.missedBytes).toBe(0);
    await reader.close();
  });

  it('reads lines longer than its buffer, and skips what no record can be', async () => {
    const long = `"${'x'.repeat(600_000)}"\n`;
    await writeFile(file(0), `${long}short\n`);
    const reader = new FolderReader(folder);
    expect((await readAll(reader)).length).toBe(long.length + 6);
    await appendFile(file(0), `${'y'.repeat(3_000_000)}\nend\n`);
    expect(await readAll(reader)).toBe('end\n');
    expect(reader.missedBytes).toBe(3_000_001);
    await reader.close();
  });

  it('notices a log that was begun anew', async () => {
    await writeFile(file(0), 'a\nb\nc\n');
    const reader = new FolderReader(folder);
    await readAll(reader);
    expect(await reader.wasBegunAnew()).toBe(false);
    await writeFile(file(0), 'z\n');
    expect(await reader.wasBegunAnew()).toBe(true);
    await reader.close();
  });
});
