import { describe, expect, it } from 'vitest';
import { dayMs } from '#datagen/transaction.ts';
import { type StreamEvent, type StreamPosition, eventStream } from '#datagen/event-stream.ts';
import { handbookDefaults } from '#datagen/options.ts';
import { createWorld } from '#datagen/world.ts';

const firstDay = 17_622;
const world = createWorld({ ...handbookDefaults, customers: 60, terminals: 120, radius: 20 });

function eventsUntil(day: number, position?: StreamPosition): StreamEvent[] {
  const events: StreamEvent[] = [];
  for (const event of eventStream(world, firstDay, position)) {
    if (event.kind === 'day' && event.day === day) return events;
    events.push(event);
  }
  throw new Error('unreachable: the stream is endless');
}

describe('the stream of events', () => {
  const all = eventsUntil(firstDay + 100);

  it('is in event time, with every label after its transaction', () => {
    const seenMs = new Map<number, number>();
    let lastMs = 0;
    for (const event of all) {
      expect(event.atMs >= lastMs).toBe(true);
      lastMs = event.atMs;
      if (event.kind === 'transaction') {
        expect(event.transaction).toBe(seenMs.size);
        seenMs.set(event.transaction, event.atMs);
      } else if (event.kind === 'label') {
        expect(event.atMs - seenMs.get(event.transaction)!).toBeGreaterThanOrEqual(dayMs / 10);
      }
    }
  });

  it('labels every fraud once, and says the truth', () => {
    const labels = new Map<number, boolean>();
    for (const event of all) {
      if (event.kind !== 'label') continue;
      expect(labels.has(event.transaction)).toBe(false);
      labels.set(event.transaction, event.fraud);
    }
    let frauds = 0;
    for (const event of all) {
      if (event.kind !== 'transaction') continue;
      const old = event.atMs < (firstDay + 39) * dayMs;
      if (event.scenario > 0 && old) expect(labels.get(event.transaction)).toBe(true);
      if (event.scenario > 0) frauds++;
      else expect(labels.get(event.transaction)).not.toBe(true);
    }
    expect(frauds).toBeGreaterThan(20);
  });

  it('taken up on any day goes on as if it had never stopped', () => {
    for (const day of [1, 2, 31, 62, 63, 99]) {
      const at = all.findIndex((event) => event.kind === 'day' && event.day === firstDay + day);
      const mark = all[at]!;
      const position = { day: firstDay + day, transaction: mark.transaction };
      expect(eventsUntil(firstDay + 100, position)).toEqual(all.slice(at));
    }
  });
});
