import { describe, expect, it } from 'vitest';
import { eventStream } from '#datagen/event-stream.ts';
import { personaDefaults } from '#datagen/options.ts';
import { countries, categories as sold, segments } from '#datagen/personas/segments.ts';
import { type GeneratedTransaction, dayMs, scenarios } from '#datagen/transaction.ts';
import { createWorld } from '#datagen/world.ts';
import { categories } from '#models/features/transaction.ts';

const options = { ...personaDefaults, customers: 2_000 };
const from = options.timelineFrom;
const world = createWorld(options);

function over(first: number, last: number, of = world): GeneratedTransaction[] {
  const all: GeneratedTransaction[] = [];
  for (let day = first; day < last; day++) all.push(...of.day(from + day));
  return all;
}
const before = over(20, 50);
const after = over(113, 125);

const byPersona = (all: readonly GeneratedTransaction[], name: string): GeneratedTransaction[] =>
  all.filter(({ customer }) => world.personaOf(customer) === name);
const share = <T>(all: readonly T[], of: (one: T) => boolean): number =>
  all.filter(of).length / all.length;
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
const signal = (all: readonly GeneratedTransaction[], i: number): number =>
  mean(all.map(({ details }) => details!.signals[i]!));

describe('the days of the persona world', () => {
  it('are in time order and the same again, in any order of asking', () => {
    expect(before.every(({ atMs }, i) => i === 0 || atMs >= before[i - 1]!.atMs)).toBe(true);
    const other = createWorld(options);
    expect(other.day(from + 90)).toEqual(world.day(from + 90));
    expect(other.day(from + 25)).toEqual(world.day(from + 25));
    expect(createWorld({ ...options, seed: 2 }).day(from + 25)).not.toEqual(world.day(from + 25));
  });

  it('lie each within itself, frauds that began before included', () => {
    for (const day of [30, 60, 115]) {
      const today = world.day(from + day);
      expect(today.every(({ atMs }) => Math.floor(atMs / dayMs) === from + day)).toBe(true);
    }
  });

  it('sell in the categories that the models know', () => {
    expect([...sold]).toEqual(categories);
    const names = new Set(before.map(({ details }) => details!.category));
    expect(names.size).toBe(sold.length);
  });

  it.each(segments.map(({ name, ...law }) => [name, law] as const))(
    'have customers of the sort %s',
    (name, law) => {
      const own = byPersona(before, name).filter(({ scenario }) => scenario === 0);
      const online = share(own, ({ details }) => details!.channel === 'online');
      expect(Math.abs(online - law.online)).toBeLessThan(0.12);
      const away = share(own, ({ details }) => details!.distanceKm > 60);
      if (name === 'traveller') expect(away).toBeGreaterThan(0.1);
      if (name === 'homebody') expect(away).toBeLessThan(0.02);
      const every = own.every(
        ({ details }) => (details!.channel === 'shop') === (details!.device === null),
      );
      expect(every).toBe(true);
    },
  );

  it('have under one fraud in a hundred, of every kind, and none of what is switched off', () => {
    const frauds = before.filter(({ scenario }) => scenario > 0);
    expect(frauds.length / before.length).toBeGreaterThan(0.004);
    expect(frauds.length / before.length).toBeLessThan(0.014);
    const kinds = new Set(frauds.map(({ scenario }) => scenarios[scenario]));
    expect(kinds).toEqual(new Set(scenarios.slice(4)));
    const peaceful = createWorld({
      ...options,
      ...{ burstRate: 0, takeoverRate: 0, thiefRate: 0, officeRingRate: 0 },
      ...{ skimmingRate: 0, mimicryRate: 0 },
    });
    expect(over(30, 40, peaceful).every(({ scenario }) => scenario === 0)).toBe(true);
  });

  it('commit bursts in a row online, and thefts in one country far away', () => {
    const kind = (name: (typeof scenarios)[number]): GeneratedTransaction[] =>
      before.filter(({ scenario }) => scenarios[scenario] === name);
    expect(
      kind('card-not-present-burst').every(({ details }) => details!.channel === 'online'),
    ).toBe(true);
    const thefts = kind('travelling-thief');
    expect(thefts.every(({ details }) => details!.country !== countries[0])).toBe(true);
    const evenings = kind('skimmed-terminal').map(({ atMs }) => (atMs % dayMs) / 3_600_000);
    expect(evenings.every((hour) => hour >= 16.5 && hour < 21.5)).toBe(true);
  });

  it('change for some and not for others, on their dates', () => {
    for (const name of ['student', 'business', 'traveller']) {
      expect(signal(byPersona(after, name), 0)).toBeGreaterThan(3.5);
      expect(signal(byPersona(after, name), 1)).toBeLessThan(-3.5);
    }
    for (const name of ['online', 'shop']) {
      for (const i of [0, 1]) {
        expect(signal(byPersona(after, name), i)).toBeGreaterThan(0.6);
        expect(signal(byPersona(after, name), i)).toBeLessThan(0.85);
      }
    }
    // Rolled back, and all of them before.
    expect(Math.abs(signal(byPersona(after, 'homebody'), 0))).toBeLessThan(0.3);
    expect(Math.abs(signal(before, 0))).toBeLessThan(0.1);
    const steady = createWorld({ ...options, signalShift: 0, signalRise: 0 });
    expect(Math.abs(signal(over(115, 118, steady), 0))).toBeLessThan(0.15);
    const ring = (all: readonly GeneratedTransaction[]): boolean =>
      all.some(({ scenario }) => scenarios[scenario] === 'office-ring');
    expect([ring(before), ring(after)]).toEqual([true, false]);
    const bursts = (all: readonly GeneratedTransaction[]): boolean =>
      all.some(({ scenario }) => scenarios[scenario] === 'card-not-present-burst');
    expect([bursts(before), bursts(after)]).toEqual([true, false]);
    const early = (all: readonly GeneratedTransaction[]): number =>
      share(byPersona(all, 'business'), ({ scenario, details, atMs }) => {
        const hour = (atMs % dayMs) / 3_600_000;
        return scenario === 0 && details!.category === 'office' && hour > 5.5 && hour < 8.5;
      });
    expect(early(after)).toBeGreaterThan(3 * early(before));
  });

  it('label frauds after days, some within hours, and some of business customers never', () => {
    const frauds = [...before, ...after].filter(({ scenario }) => scenario > 0);
    const delays = frauds.map(({ atMs, labelAtMs }) => (labelAtMs - atMs) / dayMs);
    const known = delays.filter((delay) => !Number.isNaN(delay)).sort((a, b) => a - b);
    expect(known.every((delay) => delay >= 0.1 && delay <= 60)).toBe(true);
    expect(share(known, (delay) => delay < 0.5)).toBeGreaterThan(0.08);
    expect(known[known.length >> 1]).toBeGreaterThan(4);
    expect(known[known.length >> 1]).toBeLessThan(8);
    const silent = share(byPersona(frauds, 'business'), ({ labelAtMs }) => Number.isNaN(labelAtMs));
    expect(silent).toBeGreaterThan(0.08);
    expect(silent).toBeLessThan(0.35);
    const others = byPersona(frauds, 'online');
    expect(others.every(({ labelAtMs }) => !Number.isNaN(labelAtMs))).toBe(true);
  });

  it('can be taken up on any day as one stream', () => {
    const small = createWorld({ ...options, customers: 60 });
    const events = (position?: { day: number; transaction: number }): unknown[] => {
      const all = [];
      for (const event of eventStream(small, from + 20, position)) {
        if (event.kind === 'day' && event.day === from + 90) return all;
        all.push(event);
      }
      return all;
    };
    const all = events();
    for (const day of [21, 55, 89]) {
      const at = all.findIndex((event) => (event as { day?: number }).day === from + day);
      const { transaction } = all[at] as { transaction: number };
      expect(events({ day: from + day, transaction })).toEqual(all.slice(at));
    }
  });
});
