import { describe, expect, it } from 'vitest';
import { decodeReply } from '#protocol/codec/reply.ts';
import { WeirError } from '#protocol/errors.ts';
import { findFrames } from '#sdk/batched-http.ts';
import { defineFunction, int, json, long, on, string } from '#sdk/index.ts';
import { HandlerFailure } from '#sdk/batch-run.ts';
import { FunctionRegistry } from '#sdk/function-registry.ts';
import { silentLogger } from '#sdk/logger.ts';
import { request, slot } from './requests.ts';
import { injected } from '../fault-table/injected.ts';

const tags = json<{ tags?: string[] }>('example/Tags');
const target = defineFunction(
  { type: 'example/target', state: { count: int, tags, total: long } },
  on(string, (ctx, text) => {
    ctx.state.count = ((ctx.state.count ?? 0) + text.length) | 0;
    ctx.egress('example/out', string, text);
    if (ctx.caller !== null) ctx.reply(string, text);
  }),
  on(tags, (ctx, value) => {
    ctx.state.tags = { tags: [...(ctx.state.tags?.tags ?? []), ...(value.tags ?? [])] };
    ctx.sendAfter(10, ctx.self, long, ctx.state.total ?? 0n, { token: 'later' });
    ctx.cancel('later');
  }),
);
const registry = new FunctionRegistry([target], silentLogger);

const seed = request(
  target.at('fuzz'),
  [slot('count', int, 3), slot('tags', tags, { tags: ['a'] }), slot('total', long, 7n)],
  [
    { type: string, value: 'hello', caller: { type: 'example/caller', id: '1' } },
    { type: tags, value: { tags: ['b', 'c'] } },
    { type: string, value: '' },
  ],
);

/** A small generator with a seed, so that a failure can be seen again. */
function generator(state: number): (below: number) => number {
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function mutated(next: (below: number) => number): Buffer {
  let body = Buffer.from(seed);
  for (let edits = 1 + next(4); edits > 0; edits--) {
    const at = next(body.length + 1);
    const kind = next(5);
    if (kind === 0) body = body.subarray(0, at);
    else if (kind === 1) body[at] = next(256);
    else if (kind === 2) body[at] = (body[at] ?? 0) ^ (1 << next(8));
    else if (kind === 3) {
      body = Buffer.concat([body.subarray(0, at), body.subarray(next(seed.length))]);
    } else {
      body = Buffer.concat([body.subarray(0, at), Buffer.of(next(256)), body.subarray(at)]);
    }
  }
  return body;
}

describe('mutated requests', () => {
  it('are answered, or refused by an error with a code', async () => {
    const next = generator(20260);
    const counts = { answered: 0, refused: 0, failed: 0 };
    injected(31, 20_000);
    for (let i = 0; i < 20_000; i++) {
      const body = mutated(next);
      try {
        decodeReply(await registry.invoke(body));
        counts.answered++;
      } catch (error) {
        const cause = error instanceof HandlerFailure ? error.cause : error;
        expect(cause, `input ${i}: ${body.toString('hex')}`).toBeInstanceOf(WeirError);
        if (error instanceof HandlerFailure) counts.failed++;
        else counts.refused++;
      }
    }
    // Each of the three must have been reached, or the mutations are of no use.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(100);
  });

  it('of batched frames are split or refused, never read beyond their end', () => {
    const next = generator(7);
    const head = Buffer.alloc(8);
    head.writeUInt32LE(4 + seed.length, 0);
    const body = Buffer.concat([head, seed, head, seed]);
    let split = 0;
    injected(31, 20_000);
    for (let i = 0; i < 20_000; i++) {
      const input = Buffer.from(body.subarray(0, 1 + next(body.length)));
      input[next(input.length)] = next(256);
      const frames = findFrames(input);
      if (typeof frames === 'string') continue;
      split++;
      for (const start of frames) {
        expect(start + 4 + input.readUInt32LE(start)).toBeLessThanOrEqual(input.length);
      }
    }
    expect(split).toBeGreaterThan(50);
  });
});
