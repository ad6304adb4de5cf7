import { expect, test } from 'vitest';
import { WeirError } from '#protocol/errors.ts';
import type { Logger } from '#runtime/host/logger.ts';
import { RejectedLog } from '#runtime/host/rejected-log.ts';
import { HandClock } from './hand-clock.ts';

test('one line a second at most, with the number of those passed over', async () => {
  const clock = new HandClock();
  const lines: object[] = [];
  const log = { error: (fields: object) => lines.push(fields) } as unknown as Logger;
  const rejected = new RejectedLog('a/in', clock, log);
  const reason = new WeirError('WEIR_T_BAD', 'bad', 'mend it');
  const reject = (offset: number): void => rejected.rejected({ path: 'p', offset, reason });
  const line = { ingress: 'a/in', path: 'p', code: 'WEIR_T_BAD', hint: 'mend it' };
  reject(0);
  expect(lines).toEqual([{ ...line, offset: 0 }]);
  for (let offset = 1; offset <= 500; offset++) reject(offset);
  expect(lines).toHaveLength(1);
  await clock.pass(999);
  expect(lines).toHaveLength(1);
  await clock.pass(1);
  expect(lines.slice(1)).toEqual([{ ...line, offset: 500, passedOver: 499 }]);
  await clock.pass(60_000);
  expect(lines, 'nothing is left to tell').toHaveLength(2);
  reject(501);
  expect(lines[2]).toEqual({ ...line, offset: 501 });
  await clock.pass(1_000);
  expect(clock.timers).toBe(0);
});
