import { describe, expect, it } from 'vitest';
import { Pace, wallMsPerDay } from '#datagen/pace.ts';
import { handbookDefaults } from '#datagen/options.ts';

const dayMs = 86_400_000;
const both = { kind: 'speed', simulatedMs: dayMs, wallMs: 1_000 } as const;

describe('the pace', () => {
  it('of a rate lets so many transactions a second out', () => {
    const pace = new Pace({ kind: 'rate', perSecond: 100 });
    pace.restart(5_000, 0);
    expect(pace.waitMs(5_000, 0)).toBe(0);
    for (let i = 0; i < 50; i++) pace.count();
    expect(pace.waitMs(5_000, 0)).toBe(500);
    expect(pace.waitMs(5_400, 0)).toBe(100);
    expect(pace.waitMs(5_500, 0)).toBe(0);
  });

  it('of a speed follows event time', () => {
    const pace = new Pace({ kind: 'speed', simulatedMs: dayMs, wallMs: 30_000 });
    pace.restart(1_000, 10 * dayMs);
    expect(pace.waitMs(1_000, 10 * dayMs)).toBe(0);
    expect(pace.waitMs(1_000, 11 * dayMs)).toBe(30_000);
    expect(pace.waitMs(16_000, 11 * dayMs)).toBe(15_000);
    expect(pace.waitMs(90_000, 11 * dayMs)).toBe(0);
  });

  it('of both is the slower of the two', () => {
    const pace = new Pace({ kind: 'speed', simulatedMs: dayMs, wallMs: 1_000, perSecond: 100 });
    pace.restart(0, 0);
    for (let i = 0; i < 200; i++) pace.count();
    expect(pace.waitMs(0, dayMs)).toBe(2_000);
    expect(pace.waitMs(0, 3 * dayMs)).toBe(3_000);
    expect(wallMsPerDay({ ...both, perSecond: 500 }, handbookDefaults)).toBe(4_000);
    expect(wallMsPerDay({ ...both, perSecond: 5_000 }, handbookDefaults)).toBe(1_000);
  });

  it('says how late an event is that goes out now', () => {
    const pace = new Pace({ kind: 'rate', perSecond: 100 });
    pace.restart(0, 0);
    for (let i = 0; i < 50; i++) pace.count();
    expect(pace.lagMs(400, 0)).toBe(0);
    expect(pace.lagMs(2_500, 0)).toBe(2_000);
    expect(new Pace({ kind: 'unlimited' }).lagMs(2_500, 0)).toBe(0);
  });

  it('does not make up for a pause once it began anew', () => {
    const pace = new Pace({ kind: 'rate', perSecond: 10 });
    pace.restart(0, 0);
    for (let i = 0; i < 10; i++) pace.count();
    pace.restart(600_000, 0);
    pace.count();
    expect(pace.waitMs(600_000, 0)).toBe(100);
  });

  it('tells how long a day takes', () => {
    const speed = { kind: 'speed', simulatedMs: dayMs / 2, wallMs: 1_000 } as const;
    expect(wallMsPerDay(speed, handbookDefaults)).toBe(2_000);
    expect(wallMsPerDay({ kind: 'rate', perSecond: 500 }, handbookDefaults)).toBe(4_000);
    expect(wallMsPerDay({ kind: 'unlimited' }, handbookDefaults)).toBe(1_000);
  });
});
