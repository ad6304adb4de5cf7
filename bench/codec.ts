/**
 * CPU microseconds of the codec for one message, by the hand-written one and by the generated
 * protobufjs module: `node bench/codec.ts`. A JSON line per figure on stdout, a table on stderr.
 *
 * *1*: one invocation of 300 bytes with 200 bytes of state; its reply has one mutation, one message
 * and one egress record. *16*: sixteen of each, and one state.
 */
import { availableParallelism } from 'node:os';
import { decodeInvocationBatch, encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { decodeReply, encodeReply } from '#protocol/codec/reply.ts';
import { io } from '#protocol/generated/request-reply.js';
import type { Effects, InvocationBatch, InvocationNode, TypedValue } from '#protocol/messages.ts';

const { ToFunction, FromFunction } = io.statefun.sdk.reqreply;
const rounds = 7;
const warmUpRounds = 4;
/** CPU time of one round. */
const roundMs = 100;

const stateValue = Buffer.alloc(200, 's');
const messageValue = 'm'.repeat(300);
const account = { type: 'weir.fraud/account', id: 'account-1234567' };
const merchant = { type: 'weir.fraud/merchant', id: 'merchant-98765' };
const typename = 'weir.fraud/Transaction';

function batchOf(count: number): InvocationBatch {
  let first: InvocationNode | null = null;
  for (let i = 0; i < count; i++) {
    first = { caller: merchant, typename, value: messageValue, next: first };
  }
  const state = { name: 'windows', typename: 'weir.fraud/Windows', present: true };
  return {
    target: account,
    states: [{ ...state, body: stateValue, start: 0, end: stateValue.length }],
    stateCount: 1,
    first: first!,
    count,
  };
}

function effectsOf(count: number): Effects<TypedValue> {
  const value = { typename, value: messageValue };
  const small = { typename: 'weir.fraud/Score', value: 'e'.repeat(40) };
  return {
    kind: 'effects',
    mutations: [{ name: 'windows', value: { typename: 'weir.fraud/Windows', value: stateValue } }],
    messages: Array.from({ length: count }, () => ({ target: merchant, value })),
    delayed: [],
    egress: Array.from({ length: count }, () => ({ id: 'weir.fraud/scores', value: small })),
  };
}

let kept: unknown; // what a run returns must not be optimised away

/** CPU microseconds of one call, the median of several rounds; neighbours do not count. */
function measured(action: () => unknown): number {
  const results: number[] = [];
  for (let round = -warmUpRounds; round < rounds; round++) {
    const start = process.cpuUsage();
    let calls = 0;
    let usedUs = 0;
    while (usedUs < roundMs * 1_000) {
      for (let i = 0; i < 500; i++) kept = action();
      calls += 500;
      const used = process.cpuUsage(start);
      usedUs = used.user + used.system;
    }
    if (round >= 0) results.push(usedUs / calls);
  }
  return results.sort((a, b) => a - b)[rounds >> 1]!;
}

const contestants = ['hand', 'protobufjs-static'] as const;
type Contestant = (typeof contestants)[number];
const figures: { metric: string; codec: Contestant; value: number }[] = [];

function compare(metric: string, bytes: number, actions: Record<Contestant, () => unknown>): void {
  for (const codec of contestants) {
    const value = Number(measured(actions[codec]).toFixed(3));
    figures.push({ metric, codec, value });
    const context = {
      codec,
      messageBytes: bytes,
      node: process.version,
      cpus: availableParallelism(),
    };
    console.log(JSON.stringify({ bench: 'codec', metric, value, unit: 'microseconds', context }));
  }
}

for (const count of [1, 16]) {
  const batch = batchOf(count);
  const request = encodeInvocationBatch(batch);
  const requestMessage = ToFunction.decode(request);
  compare(`encode-to-${count}`, request.length, {
    hand: () => encodeInvocationBatch(batch),
    'protobufjs-static': () => ToFunction.encode(requestMessage).finish(),
  });
  compare(`decode-to-${count}`, request.length, {
    hand: () => decodeInvocationBatch(request),
    'protobufjs-static': () => ToFunction.decode(request),
  });
  const effects = effectsOf(count);
  const reply = encodeReply(effects);
  const replyMessage = FromFunction.decode(reply);
  compare(`encode-from-${count}`, reply.length, {
    hand: () => encodeReply(effects),
    'protobufjs-static': () => FromFunction.encode(replyMessage).finish(),
  });
  compare(`decode-from-${count}`, reply.length, {
    hand: () => decodeReply(reply),
    'protobufjs-static': () => FromFunction.decode(reply),
  });
}

for (const codec of contestants) {
  const own = figures.filter((figure) => figure.codec === codec);
  const columns = own.map(({ metric, value }) => `${metric} ${value.toFixed(2)}`);
  console.error(`${codec.padEnd(18)} ${columns.join('  ')}  (us)`);
}
if (kept === undefined) throw new Error('Nothing was measured');
