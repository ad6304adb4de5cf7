import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { policies } from '#models/selector/policy.ts';
import { decide, selectorDefaults, startingSelector } from '#models/selector/selector.ts';
import { loadWarmStart, warmStartOf, warmStartText } from '#models/selector/warm-start.ts';
import { stream } from './streams.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-warm-start-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const names = ['a', 'b', 'c', 'd', 'e'];
const holdout = stream({
  ...{ seed: 3, days: 12, perDay: 500, personas: ['p', 'q'] },
  skill: (persona) => (persona === 'p' ? [0.9, 0.2, 0.2, 0.2, 0.2] : [0.2, 0.2, 0.2, 0.2, 0.9]),
}).map((trial) => ({ ...trial, weight: 1 }));

describe('a warm start', () => {
  const start = warmStartOf(holdout, 30, 5, selectorDefaults);

  it('makes the policy begin with the model that the holdout shows to be the best', () => {
    const policy = policies.get('follow-the-leader')!;
    const options = { ...selectorDefaults, policy, prior: start.prior };
    for (const [persona, best] of [
      ['p', 0],
      ['q', 4],
    ] as const) {
      const state = startingSelector({ ...options, warmStart: start.personas }, persona);
      const decision = decide(state, options, { id: 't', day: 30 }, [0.1, 0.2, 0.3, 0.4, 0.5]);
      expect(decision).toMatchObject({ served: best, propensity: 1, choice: { kind: 'draw' } });
      expect(decision.evidence.z).toBeGreaterThan(1);
    }
    const { loss } = start.prior;
    expect(Math.max(loss[1]!, loss[2]!, loss[3]!)).toBeGreaterThan(Math.max(loss[0]!, loss[4]!));
    // Of 500 a day for 12 days, settled after 7 and fading until day 30.
    const days = Array.from({ length: 12 }, (_, day) => 500 * 0.9 ** (30 - 7 - day));
    const sum = days.reduce((a, b) => a + b);
    expect(start.personas.get('p')!.evidence.settled.count[0]).toBeCloseTo(sum, 6);
  });

  it('counts a known fraud for those that are not known yet', () => {
    const counted = (weight: number): number => {
      const weighted = holdout.map((trial) => ({ ...trial, weight }));
      const { settled } = warmStartOf(weighted, 30, 5, selectorDefaults).personas.get(
        'p',
      )!.evidence;
      expect(settled.count[0]).toBeCloseTo(start.personas.get('p')!.evidence.settled.count[0]!, 6);
      return settled.seen[0]!;
    };
    expect(counted(2)).toBeCloseTo(2 * counted(1), 6);
  });

  it('is the same when it is read again, and refused for other models', () => {
    fs.writeFileSync(path.join(folder, 'selector.json'), warmStartText(start, names));
    expect(loadWarmStart(names, folder)).toEqual(start);
    expect(() => loadWarmStart(['a', 'b'], folder)).toThrow(/of the models a,b,c,d,e, not a, b/);
    const text = warmStartText(start, names).replace('"knownShare": 1', '"knownShare": 0.5');
    fs.writeFileSync(path.join(folder, 'selector.json'), text);
    expect(() => loadWarmStart(names, folder)).toThrow(/was changed after the training/);
    expect(() => loadWarmStart(names, path.join(folder, 'absent'))).toThrow(/can't be read/);
  });
});
