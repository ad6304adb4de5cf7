/** Who is compromised on a day: scenarios 2 and 3 of the Handbook's simulator. */
import { RandomStream, purpose } from '../random.ts';
import type { HandbookOptions } from './options.ts';

/** All transactions of a compromised terminal are fraud for so long. */
const terminalCompromiseDays = 28;
/** A third of a compromised customer's transactions are fraud for so long. */
const customerCompromiseDays = 14;

/**
 * Terminals whose compromise began on one of the `terminalCompromiseDays` days up to `day`. The
 * days before the stream's first one count too: a stream begins in the middle of things.
 */
export function compromisedTerminals(options: HandbookOptions, day: number): ReadonlySet<number> {
  const rate = options.terminalCompromiseRate;
  const days = terminalCompromiseDays;
  return compromised(options, purpose.compromisedTerminals, options.terminals, rate, days, day);
}

/** Customers whose compromise began on one of the `customerCompromiseDays` days up to `day`. */
export function compromisedCustomers(options: HandbookOptions, day: number): ReadonlySet<number> {
  const rate = options.customerCompromiseRate;
  const days = customerCompromiseDays;
  return compromised(options, purpose.compromisedCustomers, options.customers, rate, days, day);
}

function compromised(
  options: HandbookOptions,
  streamPurpose: number,
  population: number,
  rate: number,
  days: number,
  lastDay: number,
): ReadonlySet<number> {
  const random = new RandomStream();
  const all = new Set<number>();
  for (let day = lastDay - days + 1; day <= lastDay; day++) {
    random.start(options.seed, streamPurpose, 0, day);
    // 2 of 10,000 a day is exactly 2, not 2 on average.
    const count = random.count(population * rate);
    const today = new Set<number>();
    while (today.size < Math.min(count, population)) today.add(random.below(population));
    for (const member of today) all.add(member);
  }
  return all;
}
