import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MonitoringFollower } from '#dashboards/console/monitoring-follower.ts';

let data = '';
let follower: MonitoringFollower;
const folder = (): string => path.join(data, 'monitoring');
const nameOf = (offset: number): string => `${String(offset).padStart(20, '0')}.jsonl`;
const append = (offset: number, ...lines: (object | string)[]): void => {
  const text = lines.map((line) =>
    typeof line === 'string'
      ? line
      : JSON.stringify({ typename: 'weir.fraud/Monitoring', json: line }),
  );
  fs.mkdirSync(folder(), { recursive: true });
  fs.appendFileSync(path.join(folder(), nameOf(offset)), text.map((line) => `${line}\n`).join(''));
};
const report = (day: number, features: object, scores: object = {}): object => {
  return { kind: 'stability', day, samples: 470, features, scores, labels: {} };
};

beforeEach(() => {
  data = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-drift-'));
  follower = new MonitoringFollower(data);
});
afterEach(async () => {
  await follower.close();
  fs.rmSync(data, { recursive: true });
});

describe('the follower of monitoring records', () => {
  it('names what has shifted on the last day, scores first', async () => {
    await follower.pass();
    expect(follower.drift).toBeNull();
    append(0, report(1, { a: 0.1, b: 0.25 }), { kind: 'calibration', persona: 'p', day: 1 });
    await follower.pass();
    expect(follower.drift).toEqual({ day: 1, samples: 470, count: 0, shifted: [] });
    append(0, report(2, { a: 0.3, b: 0.2 }, { forest: 0.266 }));
    await follower.pass();
    expect(follower.drift).toMatchObject({ day: 2, count: 2 });
    expect(follower.drift!.shifted).toEqual([
      { kind: 'score', name: 'forest', index: 0.27 },
      { kind: 'feature', name: 'a', index: 0.3 },
    ]);
  });

  it('shows a bounded number of names, and survives what is no report', async () => {
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`f${i}`, 1 + i]));
    append(0, report(3, many), 'nonsense', '[]', 'null', '{"json":7}', {
      kind: 'stability',
      day: 'x',
    });
    append(
      0,
      { kind: 'stability', day: 3.5, samples: 470 },
      { ...report(9, many), samples: 99 },
      report(4, { a: '9', b: null }),
    );
    await follower.pass();
    expect(follower.drift).toEqual({ day: 4, samples: 470, count: 0, shifted: [] });
    append(0, report(5, many));
    await follower.pass();
    expect(follower.drift).toMatchObject({ day: 5, count: 90 });
    expect(follower.drift!.shifted.map(({ index }) => index)).toEqual([90, 89, 88, 87, 86, 85]);
  });

  it('removes what was read, but for the last bytes and the file that is written', async () => {
    append(0, report(1, {}));
    const first = fs.statSync(path.join(folder(), nameOf(0))).size;
    append(first, report(2, {}));
    append(2 * first, report(3, {}));
    await follower.trim(0);
    expect(fs.readdirSync(folder())).toHaveLength(3);
    await follower.pass();
    await follower.trim(first + 1);
    expect(fs.readdirSync(folder())).toEqual([first, 2 * first].map(nameOf));
    await follower.trim(0);
    expect(fs.readdirSync(folder())).toEqual([nameOf(2 * first)]);
    append(2 * first, report(4, {}));
    await follower.pass();
    expect(follower.drift).toMatchObject({ day: 4 });
  });
});
