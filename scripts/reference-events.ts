/**
 * The transactions of the Fraud Detection Handbook's simulated data, from a CSV file (gzipped if it
 * ends in `.gz`) with the columns `tx_id,tx_seconds,customer_id,terminal_id,amount,fraud_scenario`,
 * as a recorded stream: each fraud is reported 7 days after its transaction, as in its chapter 3.
 */
import fs from 'node:fs';
import zlib from 'node:zlib';
import { labelDelayMs } from '#models/features/transaction.ts';
import type { RecordedEvent } from '#models/training.ts';

/** Event time of second 0. */
export const referenceStartMs = Date.parse('2018-04-01');

const header = 'tx_id,tx_seconds,customer_id,terminal_id,amount,fraud_scenario';

/** Throws an Error that names the file and line for what is not such a file. */
export function* referenceEvents(file: string): Generator<RecordedEvent> {
  const raw = fs.readFileSync(file);
  const bytes = file.endsWith('.gz') ? zlib.gunzipSync(raw) : raw;
  const labels: (RecordedEvent & { kind: 'label' })[] = [];
  let next = 0;
  let number = 0;
  for (const line of linesOf(bytes)) {
    number++;
    if (number === 1) {
      if (line !== header) throw new Error(`${file} does not begin with "${header}"`);
      continue;
    }
    const fields = line.split(',');
    const [id, seconds, customer, terminal, amount, scenario] = fields.map(Number);
    if (
      fields.length !== 6 ||
      ![id, seconds, customer, terminal, amount, scenario].every(isRight)
    ) {
      throw new Error(`${file}, line ${number}: "${line}" has not six numbers`);
    }
    const atMs = referenceStartMs + seconds! * 1000;
    // Reported before a transaction of the same second, as its windows are closed at that end.
    while (next < labels.length && labels[next]!.atMs <= atMs) yield labels[next++]!;
    const ids = {
      transactionId: `t-${id}`,
      accountId: `a-${customer}`,
      merchantId: `m-${terminal}`,
    };
    const fraud = scenario! > 0;
    yield { kind: 'transaction', transaction: { ...ids, amount: amount!, atMs }, fraud };
    if (!fraud) continue;
    labels.push({ kind: 'label', ...ids, transactionAtMs: atMs, fraud, atMs: atMs + labelDelayMs });
  }
}

function isRight(value: number | undefined): boolean {
  return value !== undefined && Number.isFinite(value) && value >= 0;
}

function* linesOf(bytes: Buffer): Generator<string> {
  let from = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, from)) {
    yield bytes.latin1Slice(from, at);
    from = at + 1;
  }
  if (from < bytes.length) yield bytes.latin1Slice(from);
}
