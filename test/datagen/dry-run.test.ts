import { describe, expect, it } from 'vitest';
import { dryRun } from '#datagen/dry-run.ts';
import { eventStream } from '#datagen/event-stream.ts';
import { type WorldOptions, handbookDefaults, personaDefaults } from '#datagen/options.ts';
import { createWorld } from '#datagen/world.ts';

const firstDay = 17_622;
const days = 4;

function linesOf(world: WorldOptions): string[] {
  const pace = { kind: 'rate', perSecond: 100 } as const;
  return dryRun({ stream: { ...world, firstDay }, days, pace, target: 'file:x' }, () => {});
}

describe('a dry run', () => {
  it('counts what the stream has, by persona and kind of fraud', () => {
    const options = { ...personaDefaults, customers: 300 };
    const world = createWorld(options);
    let [transactions, frauds, shop] = [0, 0, 0];
    for (const event of eventStream(world, firstDay)) {
      if (event.kind === 'day' && event.day === firstDay + days) break;
      if (event.kind !== 'transaction') continue;
      transactions++;
      if (event.scenario > 0) frauds++;
      if (world.personaOf(event.customer) === 'shop') shop++;
    }
    const said = linesOf(options).join('\n');
    expect(said).toMatch(/^Nothing was written\. It would go to file:x:/);
    expect(said).toContain(`${transactions.toLocaleString('en')} transactions of`);
    expect(said).toContain(` ${frauds} frauds (`);
    expect(said).toContain(`shop: ${shop} transactions`);
    expect(said).toContain(`${Math.round(transactions / 100)} s, 100 transactions a second`);
  });

  it('knows no personas where there are none', () => {
    const said = linesOf({ ...handbookDefaults, customers: 100, terminals: 200, radius: 15 });
    expect(said.filter((line) => line.includes(' transactions of '))).toHaveLength(1);
  });
});
