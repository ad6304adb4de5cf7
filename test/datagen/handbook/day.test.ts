import { describe, expect, it } from 'vitest';
import { type GeneratedTransaction, dayMs } from '#datagen/transaction.ts';
import { handbookDefaults } from '#datagen/options.ts';
import { createWorld } from '#datagen/world.ts';

const firstDay = 17_622;
const days = 60;
const world = createWorld({ ...handbookDefaults, customers: 3_000, terminals: 6_000 });
const generated: (readonly GeneratedTransaction[])[] = [];
for (let day = firstDay; day < firstDay + days; day++) generated.push(world.day(day));

function column(name: 'atMs' | 'cents' | 'scenario' | 'labelAtMs'): number[] {
  return generated.flatMap((day) => day.map((one) => one[name]));
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;

describe('the simulated days', () => {
  const atMs = column('atMs');
  const cents = column('cents');
  const scenario = column('scenario');
  const count = atMs.length;

  it('are in time order, within their day', () => {
    expect(atMs.findIndex((at, i) => i > 0 && at < atMs[i - 1]!)).toBe(-1);
    generated.forEach((day, i) => {
      const here = (at: number): boolean => Math.floor(at / dayMs) === firstDay + i;
      expect(day.every(({ atMs: at }) => here(at))).toBe(true);
    });
  });

  it('have two transactions a customer and day, less those that fall outside the day', () => {
    // P(|N(0, 1)| < 43200 / 20000) = 0.9692.
    expect(count / (3_000 * days)).toBeCloseTo(2 * 0.9692, 1);
  });

  it('have times around midday with the deviation of a truncated normal', () => {
    const seconds = atMs.map((at) => (at % dayMs) / 1000);
    expect(mean(seconds)).toBeGreaterThan(43_000);
    expect(mean(seconds)).toBeLessThan(43_400);
    const deviation = Math.sqrt(mean(seconds.map((s) => (s - 43_200) ** 2)));
    expect(deviation).toBeGreaterThan(17_800);
    expect(deviation).toBeLessThan(18_800);
  });

  it('have the amounts of the reference', () => {
    const honest = cents.filter((_, i) => scenario[i] === 0).map((value) => value / 100);
    expect(mean(honest)).toBeGreaterThan(51.5);
    expect(mean(honest)).toBeLessThan(54.5);
    expect(honest.every((amount) => amount >= 0 && amount <= 220)).toBe(true);
    expect(cents.every(Number.isInteger)).toBe(true);
  });

  it('have the fraud scenarios in the shares of the reference', () => {
    // Handbook: 973, 9,077 and 4,631 of 1,754,155, its ramp of four weeks included.
    const share = (kind: number): number => scenario.filter((s) => s === kind).length / count;
    expect(share(1)).toBeGreaterThan(0.0003);
    expect(share(1)).toBeLessThan(0.0009);
    expect(share(2)).toBeGreaterThan(0.0045);
    expect(share(2)).toBeLessThan(0.0068);
    expect(share(3)).toBeGreaterThan(0.002);
    expect(share(3)).toBeLessThan(0.0038);
  });

  it('mark every transaction at a compromised terminal', () => {
    const day = generated[10]!;
    const copied = day.filter((one) => one.scenario === 2);
    const bad = new Set(copied.map(({ terminal }) => terminal));
    expect(bad.size).toBeGreaterThan(5);
    for (const { terminal, scenario: kind } of day) {
      if (bad.has(terminal)) expect(kind).toBeGreaterThanOrEqual(2);
    }
  });

  it('label every fraud after a median of 7 days within 0.1 to 60, and 5 % of the rest', () => {
    const delays = column('labelAtMs').map((at, i) => (at - atMs[i]!) / dayMs);
    const frauds = delays.filter((_, i) => scenario[i]! > 0).sort((a, b) => a - b);
    expect(frauds.length).toBeGreaterThan(2_000);
    expect(frauds.every((delay) => delay >= 0.1 && delay <= 60)).toBe(true);
    expect(frauds[frauds.length >> 1]).toBeGreaterThan(6);
    expect(frauds[frauds.length >> 1]).toBeLessThan(8);
    // exp(ln 7 + 0.8) = 15.6 days at the 84th percentile.
    expect(frauds[Math.floor(0.8413 * frauds.length)]).toBeGreaterThan(13.5);
    expect(frauds[Math.floor(0.8413 * frauds.length)]).toBeLessThan(17.5);
    const honest = delays.filter((_, i) => scenario[i] === 0);
    const labelled = honest.filter((delay) => !Number.isNaN(delay));
    expect(new Set(labelled)).toEqual(new Set([30]));
    expect(labelled.length / honest.length).toBeCloseTo(0.05, 2);
  });
});

describe('a day', () => {
  const small = { ...handbookDefaults, customers: 200, terminals: 400 };

  it('is the same again, and another one with another seed', () => {
    expect(createWorld(small).day(100)).toEqual(createWorld(small).day(100));
    const other = createWorld({ ...small, seed: 2 });
    expect(other.day(100)).not.toEqual(createWorld(small).day(100));
  });

  it('has the same transactions whatever share of them is labelled', () => {
    const few = createWorld({ ...small, legitimateLabelShare: 0 }).day(100);
    const all = createWorld({ ...small, legitimateLabelShare: 1 }).day(100);
    const unlabelled = (day: readonly GeneratedTransaction[]): unknown =>
      day.map((one) => ({ ...one, labelAtMs: 0 }));
    expect(unlabelled(all)).toEqual(unlabelled(few));
    expect(all.some(({ labelAtMs }) => Number.isNaN(labelAtMs))).toBe(false);
  });

  it('only knows terminals in reach', () => {
    const lonely = createWorld({ ...small, radius: 0.001 });
    expect(lonely.day(100)).toEqual([]);
  });
});
