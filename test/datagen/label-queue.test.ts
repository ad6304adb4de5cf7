import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LabelQueue } from '#datagen/label-queue.ts';

it('gives labels by time, ties by transaction, whatever is put in between', () => {
  const steps = fc.array(fc.option(fc.integer({ min: 0, max: 20 })), { maxLength: 80 });
  fc.assert(
    fc.property(steps, (times) => {
      const queue = new LabelQueue();
      const model: { atMs: number; transaction: number }[] = [];
      times.forEach((atMs, transaction) => {
        if (atMs === null) {
          model.sort((a, b) => a.atMs - b.atMs || a.transaction - b.transaction);
          expect(queue.nextAtMs).toBe(model[0]?.atMs ?? Infinity);
          expect(queue.pop()?.transaction).toBe(model.shift()?.transaction);
        } else {
          const from = { customer: 0, terminal: 0, transactionAtMs: 0 };
          queue.push({ atMs, transaction, ...from, fraud: true });
          model.push({ atMs, transaction });
        }
        expect(queue.size).toBe(model.length);
      });
    }),
  );
});
