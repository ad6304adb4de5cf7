import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { featureNames } from '#models/features/feature-vector.ts';
import type { RecordedEvent } from '#models/training.ts';
import { referenceEvents, referenceStartMs } from '../../scripts/reference-events.ts';
import { referenceWeeks } from '../../scripts/reference-protocol.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-reference-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const header = 'tx_id,tx_seconds,customer_id,terminal_id,amount,fraud_scenario';
const day = 86_400;

function csv(name: string, lines: readonly string[]): string {
  const file = path.join(folder, name);
  const text = lines.join('\n');
  fs.writeFileSync(file, name.endsWith('.gz') ? zlib.gzipSync(text) : text);
  return file;
}

describe('the transactions of a file', () => {
  it.each(['a.csv', 'a.csv.gz'])('come with their labels a week later: %s', (name) => {
    const file = csv(name, [
      header,
      '0,31,5,7,57.16,0',
      '1,40,6,7,220.5,1',
      `2,${7 * day + 40},5,7,1,0`,
    ]);
    const events: RecordedEvent[] = [...referenceEvents(file)];
    expect(events.map((event) => event.kind)).toEqual([
      'transaction',
      'transaction',
      'label',
      'transaction',
    ]);
    const ids = { transactionId: 't-1', accountId: 'a-6', merchantId: 'm-7' };
    const atMs = referenceStartMs + 40_000;
    expect(events[1]).toMatchObject({ fraud: true, transaction: { ...ids, amount: 220.5, atMs } });
    expect(events[2]).toMatchObject({ ...ids, transactionAtMs: atMs, atMs: atMs + 7 * day * 1000 });
  });

  it('must be such a file', () => {
    expect(() => [...referenceEvents(csv('b.csv', ['tx,amount']))]).toThrow(/does not begin with/);
    const short = csv('c.csv', [header, '0,31,5,7,57.16,0', '1,40,6,7']);
    expect(() => [...referenceEvents(short)]).toThrow(/c\.csv, line 3: "1,40,6,7"/);
    expect(() => [...referenceEvents(csv('d.csv', [header, '0,x,5,7,1,0']))]).toThrow(/line 2/);
  });
});

describe('the weeks', () => {
  it('leave out the cards that are known to be compromised', () => {
    const row = (id: number, onDay: number, customer: number, fraud = 0): string =>
      `${id},${onDay * day + 60 * id},${customer},1,10,${fraud}`;
    const lines = [
      header,
      row(0, 9, 3, 1), // before the training week: says nothing
      row(1, 10, 1, 1), // in the training week
      row(2, 16, 2),
      row(3, 17, 4, 1), // in the week of delay: known on day 25, the second of the test
      row(4, 23, 5, 1), // a week before the end of the test
      row(5, 24, 1),
      row(6, 24, 2),
      row(7, 24, 3),
      row(8, 24, 4),
      row(9, 25, 4),
      row(10, 30, 5),
      row(11, 31, 2), // after it
    ];
    const events = referenceEvents(csv('weeks.csv', lines));
    const { training, test } = referenceWeeks(events, referenceStartMs + 10 * day * 1000, 'all');
    expect(training.transactions.map(({ transactionId }) => transactionId)).toEqual(['t-1', 't-2']);
    expect([...training.set.labels]).toEqual([1, 0]);
    expect(test.transactions.map(({ transactionId }) => transactionId)).toEqual([
      't-6',
      't-7',
      't-8',
      't-10',
    ]);
    // Without what never varies in training: there are two rows, of which little is known.
    expect(test.set.width).toBe(training.set.width);
    expect(training.set.width).toBeGreaterThan(5);
    expect(training.set.width).toBeLessThan(featureNames.length / 2);
  });
});
