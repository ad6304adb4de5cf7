import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestFailure, RequestSink } from '#runtime/ports/transport.ts';
import { attemptFailure, type AttemptFailure } from '#runtime/transport/failure.ts';
import type { PendingRequest } from '#runtime/transport/pending-request.ts';
import { RequestLifecycle } from '#runtime/transport/request-lifecycle.ts';
import { seededRandom } from '../snapshot/seeded.ts';
import { none, quietObserver, StandingClock } from './kit.ts';

/*
 * Who is blamed where many addresses fail together, or by turns. Time is simulated; an address that
 * was given up without blame is asked again, as the engine does.
 */
const budgetMs = 10_000;
const attemptTimeoutMs = budgetMs / 2;
const functionMs = 20;
const slowMs = 500;

type Address = { readonly id: string };
type Request = PendingRequest<Address>;

const lost = attemptFailure('reset', 'socket hang up');
const refused = attemptFailure('refused', 'connect ECONNREFUSED');
const timedOut = attemptFailure('timeout', 'did not answer in time');
const threw = attemptFailure('function', 'the function failed');
const gateway: AttemptFailure = {
  ...attemptFailure('status-5xx', 'POST answered 502'),
  lastReply: { status: 502, contentType: 'text/html', bodyStart: 'Bad Gateway' },
};

let clock: StandingClock;
let random: ReturnType<typeof seededRandom>;
let lifecycle: RequestLifecycle<Address>;
/** What becomes of an attempt. */
let serve: (request: Request) => void;
let parked: string[];
let waiting: Set<string>;

const sink: RequestSink = {
  answered: (token) => {
    waiting.delete((token as Address).id);
  },
  failed: (token, failure: RequestFailure) => {
    const address = token as Address;
    if (failure.blame === 'endpoint') lifecycle.begin('test/f', address, address, sink);
    else {
      parked.push(address.id);
      waiting.delete(address.id);
    }
  },
};

beforeEach(() => {
  clock = new StandingClock();
  random = seededRandom(7);
  parked = [];
  waiting = new Set();
  lifecycle = new RequestLifecycle<Address>({
    ...{ clock, observer: quietObserver, budgetMs },
    random: { next: random, hex: (bytes) => '0'.repeat(bytes * 2) },
    start: (request) => {
      serve(request);
    },
  });
});

function begin(id: string): void {
  const address = { id };
  waiting.add(id);
  lifecycle.begin('test/f', address, address, sink);
}

function after(ms: number, what: () => void): void {
  clock.setTimer(ms, what);
}

function answer(request: Request, ms = functionMs): void {
  after(ms, () => {
    lifecycle.answered(request, none);
  });
}

function fail(request: Request, failure: AttemptFailure, ms: number): void {
  after(ms, () => {
    lifecycle.failed(request, failure);
  });
}

/** Somebody new every `everyMs`; until `seconds` have passed, or it is over before. */
async function passes(seconds: number, everyMs: number, isOver = () => false): Promise<void> {
  const end = clock.monotonic() + seconds * 1000;
  while (clock.monotonic() < end && !isOver()) {
    begin(`other-${clock.monotonic()}`);
    clock.advanceTo(clock.monotonic() + everyMs);
    // What is given up is reported later.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const isPoison = (id: string): boolean => id.startsWith('poison');

interface Ending {
  readonly endsAfterMs: number;
  readonly restartMs: number;
  /** What is seen of a process that is gone. */
  readonly how?: AttemptFailure;
  /** What a message takes that is not poisoned. */
  readonly takesMs?: number;
}

/** One process, that a poisoned message ends so long after it came; another one follows. */
function processThatEnds({
  endsAfterMs,
  restartMs,
  how = lost,
  takesMs = functionMs,
}: Ending): void {
  const inHand = new Set<Request>();
  let isUp = true;
  serve = (request) => {
    if (!isUp) return fail(request, how === lost ? refused : how, 1);
    inHand.add(request);
    if (isPoison(request.payload.id)) {
      after(endsAfterMs, () => {
        if (!inHand.has(request)) return;
        isUp = false;
        after(restartMs, () => (isUp = true));
        const all = [...inHand];
        inHand.clear();
        for (const one of all) lifecycle.failed(one, how);
      });
    } else {
      after(takesMs, () => {
        if (inHand.delete(request)) lifecycle.answered(request, none);
      });
    }
  };
}

describe('a message that ends the process which takes it', () => {
  const cases = [
    { what: 'one', poisons: 1, endsAfterMs: 3, restartMs: 400 },
    { what: 'five', poisons: 5, endsAfterMs: 3, restartMs: 400 },
    { what: 'one that ends it late', poisons: 1, endsAfterMs: 3_000, restartMs: 1_000 },
    { what: 'one behind a gateway', poisons: 1, endsAfterMs: 3, restartMs: 400, how: gateway },
    {
      what: 'two behind a gateway, each time for long',
      poisons: 2,
      endsAfterMs: 3,
      restartMs: budgetMs / 4,
      how: gateway,
    },
    {
      what: 'one among slow ones',
      poisons: 1,
      endsAfterMs: 3,
      restartMs: 400,
      takesMs: slowMs,
    },
  ];
  for (const { what, poisons, ...ending } of cases) {
    test(`${what}: parks, and nobody who was in its process with it`, async () => {
      processThatEnds(ending);
      for (let i = 0; i < 300; i++) {
        if (i % (300 / poisons) === 150 / poisons) begin(`poison-${i}`);
        begin(`first-${i}`);
      }
      await passes(300, 5, () => parked.length >= poisons);
      expect(parked.filter(isPoison)).toHaveLength(poisons);
      await passes(5, 5);
      expect(parked.filter((id) => !isPoison(id))).toEqual([]);
      clock.advanceTo(clock.monotonic() + 2 * budgetMs);
      expect(waiting.size).toBe(0);
    });
  }
});

describe('servers behind an address of which some fail', () => {
  const bad = (share: number) => random() < share;

  test('connection by connection, park nobody', async () => {
    serve = (request) => (bad(0.8) ? fail(request, lost, 1) : answer(request));
    await passes(300, 50);
    expect(parked).toEqual([]);
  });

  test('in whose place a gateway answers, park nobody', async () => {
    serve = (request) => (bad(0.8) ? fail(request, gateway, 1) : answer(request));
    await passes(300, 50);
    expect(parked).toEqual([]);
  });

  test('without an answer park nobody', async () => {
    serve = (request) => {
      const limitMs = Math.min(attemptTimeoutMs, lifecycle.remainingMs(request));
      if (bad(1 / 8)) fail(request, timedOut, limitMs);
      else answer(request);
    };
    await passes(1_500, 50);
    expect(parked).toEqual([]);
  });

  test('with an error park nobody but who can never be answered', async () => {
    serve = (request) =>
      isPoison(request.payload.id) || bad(1 / 2) ? fail(request, threw, 1) : answer(request);
    begin('poison');
    await passes(1_500, 50);
    expect(parked).toEqual(['poison']);
  });
});

test('of what now and then fails for everybody, who always fails parks within two budgets', async () => {
  serve = (request) =>
    isPoison(request.payload.id) || random() < 0.02 ? fail(request, threw, 1) : answer(request);
  await passes(20, 5);
  begin('poison');
  await passes((2 * budgetMs) / 1000 + 1, 5);
  expect(parked).toEqual(['poison']);
});
