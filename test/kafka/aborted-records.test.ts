import { expect, test } from 'vitest';
import { withoutAborted } from '#runtime/kafka/aborted-records.ts';

const abort = Buffer.from([0, 0, 0, 0]);
const commit = Buffer.from([0, 0, 0, 1]);

/** A log in which each letter is a record of that producer; `A!` aborts, `A.` commits. */
function log(text: string) {
  return text.split(' ').map((word, offset) => {
    const control = word.length > 1;
    return {
      offset: String(offset),
      key: !control ? Buffer.from('k') : word.endsWith('!') ? abort : commit,
      isControlRecord: control,
      batchContext: { producerId: word[0] as string, inTransaction: word[0] !== '-' },
    };
  });
}

const kept = (text: string, aborted: readonly (readonly [string, number])[]) =>
  withoutAborted({
    messages: log(text),
    abortedTransactions: aborted.map(([producerId, first]) => ({
      producerId,
      firstOffset: String(first),
    })),
  })
    .filter(({ isControlRecord }) => !isControlRecord)
    .map(({ offset }) => Number(offset));

test('records of aborted transactions are left out, of interleaving producers too', () => {
  expect(kept('A B A! B. A A.', [['A', 0]])).toEqual([1, 4]);
  // Two aborted ones begin at the same moment of the log, told in the wrong order.
  expect(
    kept('A B C A! B! C.', [
      ['B', 1],
      ['A', 0],
    ]),
  ).toEqual([2]);
  // The same producer aborts twice, and commits between.
  expect(
    kept('A A! A A. A A!', [
      ['A', 4],
      ['A', 0],
    ]),
  ).toEqual([2]);
});

test('a fetch that begins inside an aborted transaction', () => {
  const records = log('A B A A! B.').slice(2);
  const result = withoutAborted({
    messages: records,
    abortedTransactions: [{ producerId: 'A', firstOffset: '0' }],
  });
  expect(result.map(({ offset }) => offset)).toEqual(['3', '4']);
});

test('records outside of transactions stay, whatever their producer and key', () => {
  const odd = { ...log('-')[0], key: abort, offset: '1' };
  const record = odd as ReturnType<typeof log>[number];
  expect(
    withoutAborted({
      messages: [record],
      abortedTransactions: [{ producerId: '-', firstOffset: '0' }],
    }),
  ).toEqual([record]);
});
