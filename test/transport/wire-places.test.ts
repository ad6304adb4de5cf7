import { beforeEach, expect, test } from 'vitest';
import { WirePlaces, type OnWire } from '#runtime/transport/wire-places.ts';
import { StandingClock } from './kit.ts';

let clock: StandingClock;
let places: WirePlaces;

beforeEach(() => {
  clock = new StandingClock();
  places = new WirePlaces(clock, 4, 6);
});

function take(): OnWire {
  const exchange = { beganAtMs: clock.monotonic() };
  places.take(exchange);
  return exchange;
}

function takeAll(): OnWire[] {
  const all = [];
  while (!places.isFull) all.push(take());
  return all;
}

test('there are as many as usual, also where all are slow and answered in turn', () => {
  const line = takeAll();
  expect(line).toHaveLength(4);
  // An overloaded server: each waits for two seconds, and they are answered as they came.
  for (let at = 0; at < 60_000; at += 500) {
    clock.advanceTo(at + 2_000);
    const first = line.shift()!;
    places.answered(first);
    places.give(first);
    expect(places.room).toBe(4);
    line.push(take());
    expect(places.isFull).toBe(true);
  }
});

test('who is overtaken does not count, up to the most', () => {
  take();
  take();
  clock.advanceTo(300);
  for (let i = 0; i < 5; i++) {
    const quick = take();
    places.answered(quick);
    places.give(quick);
  }
  expect(takeAll()).toHaveLength(4);
  expect(places).toMatchObject({ overtaken: 2, taken: 6, isFull: true });
});

test('a place comes back, whether it counted or not', () => {
  const slow = take();
  clock.advanceTo(300);
  const quick = takeAll();
  places.answered(quick[0]!);
  expect(places.room).toBe(5);
  for (const exchange of [slow, ...quick]) places.give(exchange);
  expect(places).toMatchObject({ overtaken: 0, taken: 0, room: 4 });
});

test('where all hang one more is let through each second, and overtakes them if it is answered', () => {
  takeAll();
  clock.advanceTo(999);
  expect(places.isFull).toBe(true);
  clock.advanceTo(1_000);
  expect(places.isFull).toBe(false);
  const probe = take();
  expect(places.isFull).toBe(true);
  clock.advanceTo(1_500);
  expect(places.isFull).toBe(true);
  places.answered(probe);
  expect(places).toMatchObject({ room: 6, overtaken: 4 });
});
