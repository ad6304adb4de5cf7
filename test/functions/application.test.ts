import { describe, expect, it } from 'vitest';
import { dayMs } from '#datagen/transaction.ts';
import { personaDefaults } from '#datagen/options.ts';
import { createWorld } from '#datagen/world.ts';
import { type Served, application } from '#functions/application.ts';
import {
  type Score,
  feedbackMessage,
  scoreRecord,
  transactionMessage,
} from '#functions/messages.ts';
import { accountType, decisionType, scoresEgress } from '#functions/names.ts';
import { loadModels } from '#models/artifact.ts';
import { FeatureReplay } from '#models/features/feature-replay.ts';
import type { Transaction } from '#models/features/transaction.ts';
import { reasonsOf } from '#models/reasons.ts';
import { loadPersonas } from '#models/persona-artifact.ts';
import { outputOf } from '#models/scoring.ts';
import type { RecordedEvent } from '#models/training.ts';
import { type TestHarness, testHarness } from '#sdk/index.ts';
import { recordedEvents } from '../../scripts/recorded-events.ts';

const models = loadModels();
const startMs = Date.UTC(2018, 3, 1);

async function pay(harness: TestHarness, transaction: Transaction): Promise<void> {
  const to = { type: accountType, id: transaction.accountId };
  await harness.send(to, transactionMessage, transaction);
}

async function label(
  harness: TestHarness,
  transactionId: string,
  fraud: boolean,
  atMs: number,
): Promise<void> {
  const to = { type: decisionType, id: transactionId };
  await harness.send(to, feedbackMessage, { transactionId, fraud, atMs });
}

function transaction(number: number, changes: Partial<Transaction> = {}): Transaction {
  const atMs = startMs + number * 3_600_000;
  const ids = { transactionId: `t-${number}`, accountId: 'a-1', merchantId: 'm-1' };
  return { ...ids, amount: 50, atMs, ...changes };
}

function scores(harness: TestHarness): readonly Score[] {
  return harness.egress(scoresEgress, scoreRecord);
}

describe('what a process serves', () => {
  const names = (served: Served): string[] => application({ served }).map(({ type }) => type);

  it('is all functions, only some, or all but some', () => {
    const only = names({ kind: 'only', names: ['classifier'] });
    const rest = names({ kind: 'without', names: ['classifier'] });
    expect(only).toEqual(['weir.fraud/classifier']);
    expect([...rest, ...only].sort()).toEqual(
      application()
        .map(({ type }) => type)
        .sort(),
    );
    expect(rest).not.toContain('weir.fraud/classifier');
  });

  it('sends records to topics where its egresses are of Kafka', async () => {
    const topics = { scores: 'scores', monitoring: null };
    const harness = testHarness(application({ topics }));
    await pay(harness, transaction(0));
    const records = harness.kafkaEgress(scoresEgress);
    expect(records).toMatchObject([{ topic: 'scores', key: 'a-1' }]);
    expect(records[0]!.as(scoreRecord)).toMatchObject({ transactionId: 't-0', amount: 50 });
  });
});

describe('the application, over a generated stream', () => {
  const days = 40;
  const firstDay = startMs / dayMs;
  const often = { burstRate: 8, takeoverRate: 8, thiefRate: 8, mimicryRate: 8 };
  const options = { ...personaDefaults, ...often, customers: 60, fraudLabelMedianDays: 2 };
  const world = createWorld(options);

  function recording(): RecordedEvent[] {
    const events: RecordedEvent[] = [];
    for (const event of recordedEvents(world, firstDay)) {
      if (event.kind === 'transaction' && event.transaction.atMs >= startMs + days * dayMs) break;
      events.push(event);
    }
    return events;
  }

  it("gives each transaction one score: its model's, of the features that training computes", async () => {
    const harness = testHarness(application());
    const replay = new FeatureReplay(loadPersonas());
    const vectors = new Map<string, NonNullable<ReturnType<FeatureReplay['transaction']>>>();
    let frauds = 0;
    for (const event of recording()) {
      if (event.kind === 'label') {
        replay.label(event);
        await label(harness, event.transactionId, event.fraud, event.atMs);
        if (event.fraud) frauds++;
        continue;
      }
      vectors.set(event.transaction.transactionId, replay.transaction(event.transaction)!);
      await pay(harness, event.transaction);
    }
    expect(vectors.size).toBeGreaterThan(2_000);
    expect(frauds).toBeGreaterThan(40);
    const given = scores(harness);
    const served = new Set<number>();
    expect(given.map(({ transactionId }) => transactionId)).toEqual([...vectors.keys()]);
    for (const record of given) {
      const { features, persona } = vectors.get(record.transactionId)!;
      expect(record).toMatchObject({ persona, propensity: 1 });
      const outputs = models.map((model) => outputOf(model, features));
      // While no model leads for certain, their mean serves.
      const serving = models.findIndex(({ classifier }) => classifier.name === record.model);
      const of = (value: (i: number) => number): number =>
        serving === -1
          ? models.reduce((sum, _, i) => sum + value(i) / models.length, 0)
          : value(serving);
      if (serving === -1) expect(record.model).toBe('mean');
      served.add(serving);
      expect(record.score).toBeCloseTo(
        of((i) => outputs[i]!.score),
        12,
      );
      const threshold = of((i) => models[i]!.alertThreshold);
      expect(record.alert).toBe(record.score >= threshold);
      const highest = outputs.reduce(
        (at, { score }, i) => (score > outputs[at]!.score ? i : at),
        0,
      );
      const explaining = models[serving === -1 ? highest : serving]!;
      const reasons = reasonsOf(explaining.classifier.explain(features), features);
      if (!record.alert) expect(record.reasons).toEqual([]);
      else if (serving !== -1 || outputs[highest]!.alert) expect(record.reasons).toEqual(reasons);
      else expect(record.reasons.length).toBeGreaterThan(0);
      expect(record.control && !record.alert).toBe(false);
    }
    expect(served.size).toBeGreaterThan(1);
    const alerts = given.filter(({ alert }) => alert);
    expect(alerts.length).toBeGreaterThan(10);
    expect(alerts.length).toBeLessThan(given.length / 5);
    // The choice rests on labels by now.
    expect(given.at(-1)!.evidence.count).toBeGreaterThan(100);
  });

  it('gives the same whatever the batches', async () => {
    const events = recording()
      .filter((event) => event.kind === 'transaction')
      .slice(0, 400);
    const messages = events.map((event) => {
      const value = event.transaction;
      return { to: { type: accountType, id: value.accountId }, type: transactionMessage, value };
    });
    const harness = testHarness(application(), { batchSize: 50 });
    await harness.sendAll(messages);
    const ids = scores(harness).map((score) => score.transactionId);
    expect(new Set(ids).size).toBe(400);
    expect(ids.length).toBe(400);
  });
});

describe('labels', () => {
  const [account, merchant] = application();
  const decision = application().find(({ type }) => type === decisionType);
  const known = (harness: TestHarness): boolean => {
    const states = [account!.at('a-1'), merchant!.at('m-1')].map((at) => harness.state(at));
    // A history without labels has a zero where their number is.
    const counts = states.map((state) => (state as { history?: Uint8Array }).history?.[1] ?? 0);
    expect(counts[0]).toBe(counts[1]);
    return counts[0] === 1;
  };
  const remembered = (harness: TestHarness, id: string): unknown => {
    const { memory } = harness.state(decision!.at(id)) as { memory?: Record<string, unknown> };
    return memory?.['fraud'] === true ? `${String(memory['kind'])}: fraud` : memory?.['kind'];
  };

  it('of frauds reach merchant and account, and the decision knows', async () => {
    const harness = testHarness(application());
    await pay(harness, transaction(1));
    expect(remembered(harness, 't-1')).toBe('scored');
    await label(harness, 't-1', true, startMs + 7 * dayMs);
    expect(known(harness)).toBe(true);
    expect(remembered(harness, 't-1')).toBe('scored: fraud');
  });

  it('of legitimate transactions change nothing but the memory', async () => {
    const harness = testHarness(application());
    await pay(harness, transaction(1));
    await label(harness, 't-1', false, startMs + 30 * dayMs);
    expect(known(harness)).toBe(false);
    expect(remembered(harness, 't-1')).toBe('scored');
  });

  it('that come before their transaction wait for it, and take effect once', async () => {
    const harness = testHarness(application());
    await label(harness, 't-1', true, startMs + 7 * dayMs);
    expect(known(harness)).toBe(false);
    expect(remembered(harness, 't-1')).toBe('labelled: fraud');
    await pay(harness, transaction(1));
    expect(scores(harness).length).toBe(1);
    expect(known(harness)).toBe(true);
    expect(remembered(harness, 't-1')).toBe('scored: fraud');
  });

  it('that come twice take effect once', async () => {
    const harness = testHarness(application());
    await pay(harness, transaction(1));
    await label(harness, 't-1', true, startMs + 7 * dayMs);
    await label(harness, 't-1', true, startMs + 7 * dayMs);
    expect(known(harness)).toBe(true);
  });

  it('of unknown transactions, and transactions without label, are forgotten in time', async () => {
    const harness = testHarness(application({ rememberFor: '45 minutes' }));
    await label(harness, 't-9', true, startMs);
    await pay(harness, transaction(1));
    await harness.advance('44 minutes');
    expect([remembered(harness, 't-9'), remembered(harness, 't-1')]).toEqual([
      'labelled: fraud',
      'scored',
    ]);
    await harness.advance('2 minutes');
    expect(remembered(harness, 't-9')).toBeUndefined();
    expect(remembered(harness, 't-1')).toBeUndefined();
  });

  it('are not used before their time, however early they arrive', async () => {
    const early = testHarness(application());
    const never = testHarness(application());
    const later = startMs + 7 * dayMs;
    for (const harness of [early, never]) await pay(harness, transaction(1));
    await label(early, 't-1', true, later);
    for (const harness of [early, never]) {
      await pay(harness, transaction(2, { atMs: later - 1 }));
      await pay(harness, transaction(3, { atMs: later }));
    }
    const [, before, after] = scores(early).map((score) => score.score);
    const [, unlabelled, baseline] = scores(never).map((score) => score.score);
    expect(before).toBe(unlabelled);
    expect(after).toBeGreaterThan(baseline!);
  });
});

describe('a transaction', () => {
  it('that comes again is neither counted nor scored again', async () => {
    const harness = testHarness(application());
    await pay(harness, transaction(1));
    await pay(harness, transaction(1));
    await pay(harness, transaction(2));
    const other = testHarness(application());
    await pay(other, transaction(1));
    await pay(other, transaction(2));
    expect(scores(harness)).toEqual(scores(other));
  });

  it('whose id comes again with another content keeps its first score', async () => {
    const harness = testHarness(application());
    await pay(harness, transaction(1));
    await pay(harness, transaction(1, { amount: 900 }));
    expect(scores(harness).map((score) => score.amount)).toEqual([50]);
  });

  it('out of order is scored as of its own time', async () => {
    const harness = testHarness(application());
    await pay(harness, transaction(5, { amount: 500 }));
    await pay(harness, transaction(1));
    const alone = testHarness(application());
    await pay(alone, transaction(1, { merchantId: 'm-1' }));
    const [, late] = scores(harness);
    expect(late!.transactionId).toBe('t-1');
    // Its account saw nothing before it; its merchant saw one more on that calendar day.
    expect(Math.abs(late!.score - scores(alone)[0]!.score)).toBeLessThan(0.01);
  });

  it.each([
    [{ amount: -1 }, /amount is -1, expected a number in 0/],
    [{ amount: '5' }, /amount is "5"/],
    [{ accountId: '' }, /accountId is "", expected a text of 1 to 200/],
    [{ transactionId: undefined }, /transactionId is missing/],
    [{ atMs: 1.5 }, /atMs is 1.5, expected whole milliseconds/],
  ])('with %j is refused, and its account goes on', async (fault, message) => {
    const harness = testHarness(application());
    const bad = { ...transaction(1), ...fault } as unknown as Transaction;
    const sent = harness.send({ type: accountType, id: 'a-1' }, transactionMessage, bad);
    await expect(sent).rejects.toThrow(message);
    await pay(harness, transaction(2));
    expect(scores(harness).map((score) => score.transactionId)).toEqual(['t-2']);
  });
});
