import { beforeEach, describe, expect, test } from 'vitest';
import { attemptFailure, type AttemptFailure } from '#runtime/transport/failure.ts';
import type { PendingRequest } from '#runtime/transport/pending-request.ts';
import { RequestLifecycle } from '#runtime/transport/request-lifecycle.ts';
import { evenRandom, none, quietObserver, RecordingSink, StandingClock } from './kit.ts';

const broken = attemptFailure('status-5xx', 'POST answered 500');
const refused = attemptFailure('refused', 'connect ECONNREFUSED');
const budgetMs = 120_000;

let clock: StandingClock;
let sink: RecordingSink;
let starts: { at: number; id: string }[];
/** What an attempt gives; undefined leaves it running. */
let outcome: (id: string) => AttemptFailure | 'good' | undefined;
let lifecycle: RequestLifecycle<string>;
let running: PendingRequest<string>[];

beforeEach(() => {
  clock = new StandingClock();
  sink = new RecordingSink();
  starts = [];
  running = [];
  lifecycle = new RequestLifecycle<string>({
    clock,
    random: evenRandom,
    observer: quietObserver,
    budgetMs,
    start: (request) => {
      starts.push({ at: clock.monotonic(), id: request.payload });
      // An attempt takes a millisecond.
      clock.setTimer(1, () => {
        const result = outcome(request.payload);
        if (result === 'good') lifecycle.answered(request, none);
        else if (result === undefined) running.push(request);
        else lifecycle.failed(request, result);
      });
    },
  });
});

function begin(id: string): void {
  lifecycle.begin('test/f', id, id, sink);
}

async function reported(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Somebody else is answered every `everyMs` from now to `untilMs`. */
function othersAnswered(everyMs: number, untilMs: number): void {
  for (let at = clock.monotonic() + everyMs; at <= untilMs; at += everyMs) {
    clock.setTimer(at - clock.monotonic(), () => {
      begin(`good-${at}`);
    });
  }
}

const isGood = (id: string): boolean => id.startsWith('good');

describe('retries', () => {
  test('come after 10 ms, doubled, half of it by this jitter, at most 10 s', () => {
    outcome = (id) => (isGood(id) ? 'good' : broken);
    othersAnswered(4, 200); // keep the endpoint up, so that nothing but the delays counts
    othersAnswered(100, 60_000);
    begin('bad');
    clock.advanceTo(60_000);
    const at = starts.filter(({ id }) => id === 'bad').map((start) => start.at);
    const delays = at.slice(1).map((time, i) => time - at[i]! - 1);
    expect(delays.slice(0, 12)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5000, 5000]);
  });

  test('use the budget to its end, and end with it', async () => {
    outcome = (id) => (isGood(id) ? 'good' : broken);
    othersAnswered(500, budgetMs);
    begin('bad');
    clock.advanceTo(budgetMs + 100);
    await reported();
    const last = starts.filter(({ id }) => id === 'bad').at(-1)!.at;
    expect(last).toBeGreaterThan(budgetMs - 120); // a probe of the endpoint comes each 100 ms
    expect(last).toBeLessThanOrEqual(budgetMs);
    expect(sink.failures.map(({ token }) => token)).toEqual(['bad']);
    expect(lifecycle.inFlight).toBe(0);
  });

  test('are cancelled by closing', () => {
    outcome = () => broken;
    for (let i = 0; i < 10; i++) begin(`${i}`);
    clock.advanceTo(50);
    lifecycle.close();
    const before = starts.length;
    clock.advanceTo(budgetMs * 2);
    expect(starts.length).toBe(before);
    expect(sink.failures).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  test('a stale connection is replaced at once, once', () => {
    outcome = () => ({ ...attemptFailure('reset', 'closed'), staleConnection: true });
    begin('a');
    clock.advanceTo(1.5);
    expect(starts.map(({ at }) => at)).toEqual([0, 1]);
    clock.advanceTo(6);
    expect(starts.length).toBe(2);
    expect(lifecycle.failuresByClass()).toEqual({ 'stale-connection': 1, reset: 1 });
  });
});

describe('blame', () => {
  async function blameAfter(ms = budgetMs + 1000): Promise<(string | undefined)[]> {
    clock.advanceTo(ms);
    await reported();
    return sink.failures.map(({ failure }) => failure.blame);
  }

  test('falls on an address that fails while others are answered', async () => {
    outcome = (id) => (isGood(id) ? 'good' : broken);
    othersAnswered(3000, budgetMs);
    begin('bad');
    expect(await blameAfter()).toEqual(['address']);
    expect(sink.failures[0]!.failure.message).toMatch(/^POST answered 500 \(\d+ failed attempts/);
  });

  test('falls on the endpoint when nobody is answered', async () => {
    outcome = () => broken;
    begin('bad');
    expect(await blameAfter()).toEqual(['endpoint']);
  });

  test('never falls on an address for refused connections', async () => {
    outcome = (id) => (isGood(id) ? 'good' : refused);
    othersAnswered(3000, budgetMs);
    begin('unlucky');
    expect(await blameAfter()).toEqual(['endpoint']);
  });

  test('spares the addresses in flight when a bad image replaces a good one', async () => {
    outcome = (id) => (isGood(id) && clock.monotonic() < 2000 ? 'good' : broken);
    clock.setTimer(1500, () => {
      begin('in flight');
    });
    othersAnswered(100, 5000);
    const blames = await blameAfter(budgetMs + 10_000);
    expect(blames.length).toBeGreaterThan(10);
    expect(new Set(blames)).toEqual(new Set(['endpoint']));
  });

  test('spares a request whose budget ends just after the endpoint came back', async () => {
    outcome = (id) => (isGood(id) ? 'good' : undefined);
    begin('hung');
    clock.advanceTo(budgetMs - 500);
    begin('good-1');
    clock.advanceTo(budgetMs);
    lifecycle.failed(running[0]!, attemptFailure('timeout', 'no reply'));
    expect(await blameAfter()).toEqual(['endpoint']);
  });

  test('spares requests that an outage left hanging, when it ends within their budget', async () => {
    outcome = (id) => (isGood(id) ? 'good' : undefined);
    const ids = ['a', 'b', 'c', 'd'];
    for (const id of ids) begin(id);
    clock.advanceTo(budgetMs / 2);
    const fail = () => {
      for (const request of running.splice(0)) {
        lifecycle.failed(request, attemptFailure('timeout', 'no reply'));
      }
    };
    fail();
    clock.advanceTo(budgetMs * 0.7);
    expect(running.length).toBeGreaterThan(0); // tried again, and hanging again
    const hanging = running.splice(0);
    begin('good-1');
    clock.advanceTo(budgetMs * 0.7 + 500);
    running.unshift(...hanging);
    clock.advanceTo(budgetMs);
    fail();
    const blames = await blameAfter(budgetMs + 1);
    expect(blames.length).toBeGreaterThan(0);
    expect(new Set(blames)).toEqual(new Set(['endpoint']));
  });

  test('falls on an address that hangs in both halves of its budget', async () => {
    outcome = (id) => (isGood(id) ? 'good' : undefined);
    othersAnswered(5000, budgetMs);
    begin('hung');
    clock.advanceTo(budgetMs / 2);
    lifecycle.failed(running.shift()!, attemptFailure('timeout', 'no reply'));
    clock.advanceTo(budgetMs);
    lifecycle.failed(running.shift()!, attemptFailure('timeout', 'no reply'));
    expect(await blameAfter()).toEqual(['address']);
  });

  test('spares those who wait in a line that is too long, where others are answered in turn', async () => {
    const [everyMs, patienceMs] = [1_000, 30_000];
    outcome = () => undefined;
    // Each is answered just before it would time out, so somebody is answered all the time.
    for (let at = everyMs; at < budgetMs; at += everyMs) {
      clock.setTimer(at, () => begin(`good-${at}`));
      clock.setTimer(at + patienceMs - 1, () => {
        const place = running.findIndex(({ payload }) => payload === `good-${at}`);
        lifecycle.answered(running.splice(place, 1)[0]!, none);
      });
    }
    begin('late');
    let tries = 0;
    for (let at = patienceMs; at <= budgetMs; at += 10) {
      clock.advanceTo(at);
      const place = running.findIndex(({ payload, attemptAt }) => {
        return payload === 'late' && at - attemptAt >= patienceMs;
      });
      if (place < 0) continue;
      tries++;
      const [late] = running.splice(place, 1);
      lifecycle.failed(late!, attemptFailure('timeout', 'no reply'));
    }
    expect(tries).toBeGreaterThan(2);
    clock.advanceTo(budgetMs - 5);
    const last = running.find(({ payload }) => payload === 'late');
    if (last !== undefined) lifecycle.failed(last, attemptFailure('timeout', 'no reply'));
    expect(await blameAfter()).toContain('endpoint');
    expect(sink.failures.filter(({ failure }) => failure.blame === 'address')).toEqual([]);
  });
});

describe('addresses that keep failing', () => {
  const poisoned = 100;
  let isBad: boolean;
  beforeEach(() => {
    isBad = false;
  });

  /** All fail at once, which takes the endpoint down; then another is answered, which wakes them. */
  function wokenTogether(): void {
    outcome = (id) => (id === 'slow' ? undefined : isGood(id) && !isBad ? 'good' : broken);
    begin('slow');
    for (let i = 0; i < poisoned; i++) begin(`bad-${i}`);
    clock.advanceTo(2);
    expect(lifecycle.health.state).toBe('down');
    lifecycle.answered(running.shift()!, none);
    expect(lifecycle.health.state).toBe('up');
  }

  test('hold up nobody else, however many are retried together', () => {
    wokenTogether();
    const upSince = lifecycle.health.upSinceMs;
    const [from, until, every] = [clock.monotonic(), 60_000, 10];
    starts.length = 0;
    othersAnswered(every, until);
    clock.advanceTo(until + 10);
    expect(lifecycle.health.upSinceMs).toBe(upSince); // it was never down again
    const good = starts.filter(({ id }) => isGood(id));
    expect(good.length).toBe(Math.floor((until - from) / every));
    for (const { at, id } of good) expect(`good-${at}`).toBe(id); // begun and sent in one instant
    expect(lifecycle.retries).toBeGreaterThan(poisoned * 10);
  });

  test('still take the endpoint down when nobody else is answered any more', () => {
    wokenTogether();
    othersAnswered(10, 1000);
    clock.advanceTo(1010);
    expect(lifecycle.health.state).toBe('up');
    clock.advanceTo(30_000);
    expect(lifecycle.health.state).toBe('down');
  });

  test('delay by nothing that a bad image is noticed after three others failed', () => {
    wokenTogether();
    othersAnswered(10, 1000);
    clock.advanceTo(1000);
    isBad = true;
    for (let i = 0; i < 3; i++) begin(`good-${i}`);
    clock.advanceTo(1002);
    expect(lifecycle.health.state).toBe('down');
  });
});

describe('an endpoint that is down', () => {
  test('is asked every 100 ms, in order, whatever waits', () => {
    outcome = () => refused;
    for (let i = 0; i < 100; i++) begin(`${i}`);
    clock.advanceTo(10);
    expect(lifecycle.health.state).toBe('down');
    starts.length = 0;
    clock.advanceTo(5010);
    expect(starts.length).toBeLessThanOrEqual(51);
    expect(starts.length).toBeGreaterThanOrEqual(48);
    for (let i = 1; i < starts.length; i++) {
      expect(starts[i]!.at - starts[i - 1]!.at).toBeGreaterThanOrEqual(100);
    }
  });

  test('holds up nobody who would be answered behind two that hang', () => {
    outcome = (id) => (isGood(id) ? 'good' : id === 'hang' ? undefined : broken);
    for (let i = 0; i < 3; i++) begin('bad');
    clock.advanceTo(2);
    expect(lifecycle.health.state).toBe('down');
    begin('hang');
    begin('hang');
    begin('good');
    clock.advanceTo(600);
    expect(sink.answers.map(({ token }) => token)).toEqual(['good']);
  });

  test('wakes everybody as soon as it answers, also those with a long delay', () => {
    let isBack = false;
    outcome = () => (isBack ? 'good' : refused);
    for (let i = 0; i < 200; i++) begin(`${i}`);
    clock.advanceTo(40_000);
    isBack = true;
    clock.advanceTo(40_150);
    expect(sink.answers.length).toBe(200);
    expect(lifecycle.inFlight).toBe(0);
    expect(clock.timers).toBeLessThanOrEqual(1); // a probe that finds nothing to do
    expect(lifecycle.health.since).toBeGreaterThanOrEqual(clock.now() - 150);
  });

  test('gives requests back at the end of their budget, tried or not', async () => {
    outcome = () => refused;
    for (let i = 0; i < 1000; i++) begin(`${i}`);
    clock.advanceTo(budgetMs + 200);
    await reported();
    expect(sink.failures.length).toBe(1000);
    expect(new Set(sink.failures.map(({ token }) => token)).size).toBe(1000);
    expect(lifecycle.inFlight).toBe(0);
  });
});
