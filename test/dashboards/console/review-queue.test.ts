import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '#dashboards/console/frame.ts';
import { ReviewQueue } from '#dashboards/console/review-queue.ts';
import { scoreOf } from '#dashboards/console/score-lines.ts';
import { scoreLine } from './fake-application.ts';

const simulatedMs = 1_522_600_000_000;

let written: { path: string; record: object; key: string }[];
let problem: Error | null;
let labels: [string, boolean][];
let queue: ReviewQueue;

beforeEach(() => {
  vi.useFakeTimers();
  [written, problem, labels] = [[], null, []];
  const intake = {
    write: async (path: string, record: object, key: string): Promise<void> => {
      if (problem !== null) throw problem;
      written.push({ path, record, key });
    },
  };
  queue = new ReviewQueue(
    intake,
    () => simulatedMs,
    (id, fraud) => labels.push([id, fraud]),
  );
});
afterEach(() => vi.useRealTimers());

function alert(n: number, score: number, amount: number): Alert {
  const byModel = { first: 0.9, second: 0.1 };
  return { ...scoreOf(scoreLine(n, score, { amount, byModel }))!, number: n };
}

describe('the review queue', () => {
  it('is ordered by expected loss, and lets the smallest fall out beyond 200', () => {
    for (let n = 0; n < 300; n++) queue.add(alert(n, 0.6, n + 1));
    const [first, second] = queue.list(50);
    expect([first!.transactionId, second!.transactionId]).toEqual(['t-299', 't-298']);
    expect(first!.expectedLoss).toBeCloseTo(180);
    expect(queue.list(1_000)).toHaveLength(200);
    expect(queue.list(1_000).at(-1)!.transactionId).toBe('t-100');
  });

  it('writes a decision as a label, when it can no longer be undone', async () => {
    queue.add(alert(1, 0.9, 100));
    expect(queue.decide('t-1', true)).toMatchObject({ state: 'held', fraud: true });
    expect(queue.list(10)).toEqual([]);
    await vi.advanceTimersByTimeAsync(9_900);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(written).toEqual([
      {
        path: '/feedback',
        record: { transactionId: 't-1', fraud: true, atMs: simulatedMs },
        key: expect.stringMatching(/^review t-1 \d+$/) as string,
      },
    ]);
    expect(labels).toEqual([['t-1', true]]);
    const [decision] = queue.decisions;
    expect(decision!.state).toBe('written');
    // ln 0.9 / ln 0.0001: who said fraud pays little.
    expect(decision!.losses['first']).toBeCloseTo(0.0114, 4);
    expect(decision!.losses['second']).toBeCloseTo(0.25, 4);
    expect(() => queue.undo('t-1')).toThrow(/written already/);
  });

  it('takes a decision back within ten seconds', async () => {
    queue.add(alert(1, 0.9, 100));
    queue.decide('t-1', false);
    const { version } = queue;
    queue.undo('t-1');
    expect(queue.version).toBeGreaterThan(version);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(written).toEqual([]);
    expect(queue.list(10)).toHaveLength(1);
    expect(queue.decisions).toEqual([]);
  });

  it('refuses what waits for nobody, and what somebody else decided', () => {
    expect(() => queue.decide('t-9', true)).toThrow(/waits for no decision/);
    queue.add(alert(1, 0.9, 100));
    queue.decide('t-1', true);
    expect(() => queue.decide('t-1', false)).toThrow(/waits for no decision/);
  });

  it('forgets an alert whose label came by itself', () => {
    queue.add(alert(1, 0.9, 100));
    queue.labelled('t-1');
    expect(queue.waiting).toBe(0);
  });

  it('puts back what could not be written, and says why', async () => {
    queue.add(alert(1, 0.9, 100));
    queue.decide('t-1', true);
    problem = new Error('the runtime took no record');
    await vi.advanceTimersByTimeAsync(11_000);
    expect(queue.waiting).toBe(1);
    expect(queue.decisions[0]).toMatchObject({
      state: 'failed',
      problem: 'the runtime took no record',
    });
  });

  it('writes what is held when it is closed', async () => {
    for (const n of [1, 2]) {
      queue.add(alert(n, 0.9, 100));
      queue.decide(`t-${n}`, n === 1);
    }
    await queue.close();
    expect(written.map(({ record }) => record)).toEqual([
      { transactionId: 't-1', fraud: true, atMs: simulatedMs },
      { transactionId: 't-2', fraud: false, atMs: simulatedMs },
    ]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(written).toHaveLength(2);
  });
});
