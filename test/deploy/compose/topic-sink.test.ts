import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderReader } from '#dashboards/console/folder-reader.ts';
import { TopicFolder } from '../../../deploy/compose/topic-folder.ts';
import { TopicSink } from '../../../deploy/compose/topic-sink.ts';

const mebibyte = 1024 * 1024;
let folder: string;
let topic: TopicFolder;
let sink: TopicSink;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-topic-'));
  topic = new TopicFolder(join(folder, 'scores'));
  sink = new TopicSink(new Map([['folder/scores', topic]]));
});
afterEach(() => {
  topic.close();
  rmSync(folder, { recursive: true });
});

function take(json: string, typename = ''): void {
  sink.accept([{ type: 'folder/scores', id: 'a', typename, value: Buffer.from(json) }]);
}

async function linesOf(reader: FolderReader): Promise<string[]> {
  const lines: string[] = [];
  for (let read = await reader.read(); read !== null; read = await reader.read()) {
    lines.push(...read.lines.toString('utf8').trimEnd().split('\n'));
  }
  return lines;
}

describe('a topic that is copied into a folder', () => {
  it('is read by the console as it was taken, whatever is in it', async () => {
    take('{"a":"ä"}');
    take('{"a":\n1}');
    take('{"b":2}', 'my.app/Score');
    const reader = new FolderReader(join(folder, 'scores'));
    expect(await linesOf(reader)).toEqual([]);
    sink.tidy();
    expect(await linesOf(reader)).toEqual([
      '{"a":"ä"}',
      '{"a": 1}',
      '{"typename":"my.app/Score","json":{"b":2}}',
    ]);
    await reader.close();
  });

  it('is in many files, of which those that were read are removed', async () => {
    const line = (i: number): string => `{"n":${i},"fill":"${'x'.repeat(100_000)}"}`;
    const reader = new FolderReader(join(folder, 'scores'));
    const seen: string[] = [];
    for (let i = 0; i < 200; i++) {
      take(line(i));
      if (i % 20 !== 19) continue;
      sink.tidy();
      seen.push(...(await linesOf(reader)));
      sink.read.set('folder/scores', reader.position);
    }
    sink.tidy();
    expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => line(i)));
    expect(reader.missedBytes).toBe(0);
    expect(readdirSync(join(folder, 'scores')).length).toBe(1);
    await reader.close();
  });

  it('is not read on while too much of it is unread', async () => {
    sink.read.set('folder/scores', 0);
    const fill = `"${'x'.repeat(mebibyte)}"`;
    for (let i = 0; i < 48; i++) take(fill);
    expect(sink.full).toBe(false);
    sink.tidy();
    expect(sink.full).toBe(true);
    let open = false;
    const opened = sink.whenOpen().then(() => (open = true));
    sink.read.set('folder/scores', mebibyte);
    sink.tidy();
    await opened;
    expect([open, sink.full]).toEqual([true, false]);
  });
});
