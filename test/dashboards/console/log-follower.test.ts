import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FolderReader } from '#dashboards/console/folder-reader.ts';
import { LogFollower } from '#dashboards/console/log-follower.ts';
import { Tally } from '#dashboards/console/tally.ts';
import { logFile, scoreLine } from './fake-application.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'weir-follow-'));
  await mkdir(join(data, 'scores'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(data, { recursive: true, force: true });
});

describe('a follower of the logs', () => {
  it('never has a position ahead of its counts: a crash then would lose what is between', async () => {
    const same = { accountId: 'a', merchantId: 'm', atMs: 1_522_541_831_000 };
    const lines = Array.from({ length: 20_000 }, (_, n) => scoreLine(1_000_000 + n, 0.02, same));
    const line = lines[0]!;
    expect(new Set(lines.map(({ length }) => length))).toEqual(new Set([line.length]));
    await writeFile(logFile(data, 'scores'), lines.join(''));
    const tally = new Tally();
    const follower = new LogFollower(data, tally, null, { score() {}, label() {} }, () => {});
    await follower.begin();
    const pictures = new Set<string>();
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const { read } = FolderReader.prototype;
    vi.spyOn(FolderReader.prototype, 'read').mockImplementation(async function (
      this: FolderReader,
    ) {
      const found = await read.call(this);
      // What a checkpoint would see that is due at the very moment at which a read is done.
      pictures.add(`${follower.positions.scores / line.length} ${tally.scored}`);
      return found;
    });
    let more = true;
    for (let passes = 0; more || passes < 2; passes++) more = await follower.pass(() => 1_000);
    await follower.close();
    expect(tally.scored).toBe(20_000);
    expect(pictures.size).toBeGreaterThan(3);
    expect([...pictures].filter((picture) => new Set(picture.split(' ')).size > 1)).toEqual([]);
  });
});
