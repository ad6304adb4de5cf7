/** What the application would ask a classifier, and what one answers. */
import { personaDefaults } from '#datagen/options.ts';
import { dayMs } from '#datagen/transaction.ts';
import { createWorld } from '#datagen/world.ts';
import { type Scores, featuresMessage } from '#functions/messages.ts';
import { classifierType, merchantType } from '#functions/names.ts';
import { FeatureReplay } from '#models/features/feature-replay.ts';
import { toSparse } from '#models/features/feature-vector.ts';
import { loadPersonas } from '#models/persona-artifact.ts';
import { decodeReply } from '#protocol/codec/reply.ts';
import type { Address, ValueSlice } from '#protocol/messages.ts';
import type { ValueOf } from '#sdk/index.ts';
import { recordedEvents } from '../../scripts/recorded-events.ts';
import { request } from '../sdk/requests.ts';

export type Features = ValueOf<typeof featuresMessage>;

const firstDay = Date.UTC(2018, 3, 1) / dayMs;

/** Messages as merchants send them, of a generated stream after its first `warmUp` transactions. */
export function someFeatures(count: number, warmUp: number): Features[] {
  const often = { burstRate: 8, takeoverRate: 8, thiefRate: 8, mimicryRate: 8 };
  const world = createWorld({ ...personaDefaults, ...often, customers: 60 });
  const replay = new FeatureReplay(loadPersonas());
  const all: Features[] = [];
  let seen = 0;
  for (const event of recordedEvents(world, firstDay)) {
    if (all.length === count) break;
    if (event.kind === 'label') {
      replay.label(event);
      continue;
    }
    const replayed = replay.transaction(event.transaction);
    if (replayed === null || ++seen <= warmUp) continue;
    const { transactionId, accountId, merchantId, amount, atMs } = event.transaction;
    all.push({
      transaction: { transactionId, accountId, merchantId, amount, atMs },
      persona: replayed.persona!,
      ...toSparse(replayed.features),
    });
  }
  return all;
}

export interface SentMessage {
  readonly target: Address;
  readonly typename: string;
  readonly json: unknown;
}

export interface Answer {
  readonly status: number;
  /** Empty where the request was refused. */
  readonly messages: readonly SentMessage[];
  /** Of them those to a selector. */
  readonly scores: readonly Scores[];
  /** State that was declared or changed, delayed messages, egress records: there should be none. */
  readonly otherEffects: number;
}

/** Sends one request with the messages in order, as a runtime does. */
export async function ask(url: string, messages: readonly Features[]): Promise<Answer> {
  const merchant = { type: merchantType, id: 'm-1' };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(
      request(
        { type: classifierType, id: '7' },
        [],
        messages.map((value) => ({ type: featuresMessage, value, caller: merchant })),
      ),
    ),
  });
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) return { status: response.status, messages: [], scores: [], otherEffects: 0 };
  const reply = decodeReply(body);
  if (reply.kind === 'incomplete') {
    return {
      status: response.status,
      messages: [],
      scores: [],
      otherEffects: reply.missing.length,
    };
  }
  const sent = reply.messages.map(({ target, value }) => ({
    target,
    typename: value.typename,
    json: jsonOf(value),
  }));
  return {
    status: response.status,
    messages: sent,
    scores: sent
      .filter(({ typename }) => typename === 'weir.fraud/Scores')
      .map(({ json }) => json as Scores),
    otherEffects: reply.mutations.length + reply.delayed.length + reply.egress.length,
  };
}

function jsonOf({ body, start, end }: ValueSlice): unknown {
  return JSON.parse(body.toString('utf8', start, end));
}
