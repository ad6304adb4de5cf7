import { beforeEach, describe, expect, it } from 'vitest';
import { VersionLatencies } from '#dashboards/console/version-latency.ts';

const bounds = [0.001, 0.01, 0.1, Infinity];
const pollMs = 500;

let versions: { version: string; lastMs: number }[];
let latencies: VersionLatencies;
let counts: number[];
let nowMs: number;

beforeEach(() => {
  versions = [];
  latencies = new VersionLatencies(() => versions);
  counts = [0, 0, 0, 0];
  nowMs = 1_000_000;
  poll();
});

/** Requests of half a second by their bucket; these versions' scores are read meanwhile. */
function poll(more: readonly number[] = [0, 0, 0, 0], ...scoring: string[]): void {
  nowMs += pollMs;
  counts = counts.map((count, i) => count + more[i]!);
  for (const name of scoring) {
    versions = versions.filter(({ version }) => version !== name);
    versions.push({ version: name, lastMs: nowMs });
  }
  let total = 0;
  latencies.note(new Map(counts.map((count, i) => [bounds[i]!, (total += count)])), nowMs);
}

function polls(times: number, ...scoring: string[]): void {
  for (let i = 0; i < times; i++) poll(undefined, ...scoring);
}

describe('latency by version', () => {
  it('is that of the requests while one version alone scored', () => {
    poll([50, 50, 0, 0], 'v1');
    expect(latencies.rows()).toEqual([]);
    polls(4, 'v1');
    const [row] = latencies.rows();
    expect(row).toMatchObject({ version: 'v1', requests: 100 });
    expect(row!.p50Ms).toBeCloseTo(1, 9);
    // 49 of the 50 between 1 and 10 ms.
    expect(row!.p99Ms).toBeCloseTo(1 + (9 * 49) / 50, 9);
  });

  it('gives requests to nobody while two overlap, or while nobody scores', () => {
    poll([10, 0, 0, 0], 'v1');
    poll([0, 0, 10, 0], 'v1', 'v2');
    polls(4, 'v2');
    expect(latencies.rows()).toEqual([]);
    polls(4);
    poll([0, 0, 0, 10]);
    polls(8);
    expect(latencies.rows()).toEqual([]);
    poll([0, 10, 0, 0], 'v2');
    polls(4, 'v2');
    expect(latencies.rows()).toMatchObject([{ version: 'v2', requests: 10 }]);
  });

  it('goes on with a new runtime process, whose counts begin anew', () => {
    poll([10, 0, 0, 0], 'v1');
    polls(4, 'v1');
    latencies.note(null, (nowMs += pollMs));
    counts = [3, 0, 0, 0];
    poll(undefined, 'v1');
    poll([0, 5, 0, 0], 'v1');
    polls(5, 'v1');
    expect(latencies.rows()).toMatchObject([{ version: 'v1', requests: 15 }]);
  });

  it('says the last bound of what took longer than that', () => {
    poll([0, 0, 0, 7], 'v1');
    polls(4, 'v1');
    expect(latencies.rows()).toMatchObject([{ p50Ms: 100, p99Ms: 100 }]);
  });

  it('keeps the newest versions, and not all that ever were', () => {
    for (let n = 0; n < 40; n++) {
      versions = [];
      poll([1, 0, 0, 0], `v${n}`);
      polls(4, `v${n}`);
    }
    expect(latencies.rows()).toHaveLength(20);
    expect(latencies.rows().at(-1)).toMatchObject({ version: 'v39', requests: 1 });
  });
});
