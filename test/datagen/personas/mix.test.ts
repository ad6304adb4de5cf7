import { describe, expect, it } from 'vitest';
import { personaDefaults, transactionsPerDay } from '#datagen/options.ts';
import { createPersonaWorld } from '#datagen/personas/day.ts';
import { perCustomerAndDay } from '#datagen/personas/mix.ts';

const customers = 2_000;

function countsOf(personas: string): Map<string, number> {
  const world = createPersonaWorld({ ...personaDefaults, customers, personas });
  const names = Array.from({ length: customers }, (_, number) => world.personaOf(number)!);
  return new Map([...Map.groupBy(names, (name) => name)].map(([name, of]) => [name, of.length]));
}

describe('a mix of personas', () => {
  it('has those that were named, by their weights', () => {
    const counts = countsOf('online:3,business:1');
    expect([...counts.keys()].sort()).toEqual(['business', 'online']);
    // 500 expected, standard deviation 19.
    expect(Math.abs(counts.get('business')! - 500)).toBeLessThan(100);
  });

  it('lets what they are decide what happens: no online customers, no bursts of theirs', () => {
    const world = createPersonaWorld({ ...personaDefaults, customers, personas: 'homebody:1' });
    const sales = Array.from({ length: 20 }, (_, day) => world.day(17_700 + day)).flat();
    expect(sales.length).toBeGreaterThan(10_000);
    const perDay = transactionsPerDay({ ...personaDefaults, customers, personas: 'homebody:1' });
    expect(Math.abs(sales.length / 20 / perDay - 1)).toBeLessThan(0.15);
    expect(perCustomerAndDay('homebody:1')).toBe(0.75);
  });

  it('leaves shops that nobody goes to alone, where there is only one sort', () => {
    expect(() =>
      createPersonaWorld({ ...personaDefaults, customers, personas: 'student' }),
    ).not.toThrow();
  });
});
