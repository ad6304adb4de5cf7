import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeInvocationBatch, encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { encodeReply } from '#protocol/codec/reply.ts';
import { AnswerParser, FrameWriter } from '#runtime/transport/batch-frames.ts';
import { answerFrame, framesOf } from './batch-server.ts';
import { batchOf } from './kit.ts';

interface Parsed {
  id: number;
  status: number;
  bytes: string;
}

function parse(chunks: readonly Buffer[], maxBytes = 1 << 20) {
  const parsed: Parsed[] = [];
  const tooLarge: [number, number][] = [];
  const broken: string[] = [];
  const parser = new AnswerParser(
    {
      frame: (id, status, body, start, end) =>
        parsed.push({ id, status, bytes: body.toString('latin1', start, end) }),
      tooLarge: (id, bytes) => tooLarge.push([id, bytes]),
      broken: (message) => broken.push(message),
    },
    maxBytes,
  );
  for (const chunk of chunks) parser.feed(chunk);
  return { parsed, tooLarge, broken, between: parser.between };
}

test('answers are the same however the stream is cut', () => {
  const frame = fc.record({
    id: fc.nat(),
    status: fc.nat(255),
    bytes: fc.uint8Array({ maxLength: 40 }),
  });
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.nat(12)), (frames, cuts) => {
      const stream = Buffer.concat(
        frames.map(({ id, status, bytes }) => answerFrame(id, status, Buffer.from(bytes))),
      );
      const chunks: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) chunks.push(stream.subarray(at, (at += cut)));
      chunks.push(stream.subarray(at));
      const expected = frames.map(({ id, status, bytes }) => ({
        id,
        status,
        bytes: Buffer.from(bytes).toString('latin1'),
      }));
      expect(parse(chunks)).toEqual({ parsed: expected, tooLarge: [], broken: [], between: true });
    }),
    { numRuns: 300 },
  );
});

test('a frame that is too large costs only its own request, wherever it is cut', () => {
  const stream = Buffer.concat([
    answerFrame(1, 0, Buffer.from('ok')),
    answerFrame(2, 0, Buffer.alloc(100)),
    answerFrame(3, 0, Buffer.from('too')),
  ]);
  for (let cut = 0; cut < stream.length; cut++) {
    const result = parse([stream.subarray(0, cut), stream.subarray(cut)], 10);
    expect(result.parsed.map(({ id }) => id)).toEqual([1, 3]);
    expect(result.tooLarge).toEqual([[2, 100]]);
    expect(result.between).toBe(true);
  }
});

test('a length below its own head breaks the stream, and nothing more is read', () => {
  const stream = Buffer.concat([
    Buffer.from('0400000001000000ff', 'hex'),
    answerFrame(1, 0, Buffer.from('never')),
  ]);
  for (const chunks of [[stream], [...stream].map((byte) => Buffer.of(byte))]) {
    const result = parse(chunks);
    expect(result.broken).toEqual(['a frame of length 4, less than the 5 of its own head']);
    expect(result.parsed).toEqual([]);
  }
});

test('a cut frame is known to be one', () => {
  const whole = answerFrame(7, 0, Buffer.from('abc'));
  for (let cut = 1; cut < whole.length; cut++) {
    expect(parse([whole.subarray(0, cut)]).between).toBe(false);
  }
});

test('request frames lie one behind the other, across slabs and for retries', () => {
  const writer = new FrameWriter();
  const bodies: Buffer[] = [];
  const kept = [];
  const expected: string[][] = [];
  for (let post = 0; post < 20; post++) {
    const ids: string[] = [];
    for (let i = 0; i < 30; i++) {
      const value = 'v'.repeat((post * 37 + i * 411) % (i === 7 ? 200_000 : 3000));
      const batch = batchOf(`${post}-${i}`, [value]);
      if (i % 5 === 4 && kept.length > 0) {
        const again = kept[(post + i) % kept.length]!;
        writer.take(again.range, ids.length);
        ids.push(again.id);
        continue;
      }
      const range = writer.encode(batch);
      if (i % 11 === 3) continue; // encoded and not taken: must leave no trace
      writer.take(range, ids.length);
      kept.push({ range, id: `${post}-${i}` });
      expect(range.slab.subarray(range.start, range.end)).toEqual(encodeInvocationBatch(batch));
      ids.push(`${post}-${i}`);
    }
    bodies.push(writer.seal());
    expected.push(ids);
  }
  for (const [post, body] of bodies.entries()) {
    const frames = framesOf(body);
    expect(frames.map(({ id }) => id)).toEqual(expected[post]!.map((_, index) => index));
    expect(frames.map((frame) => decodeInvocationBatch(frame.body).target.id)).toEqual(
      expected[post],
    );
  }
});

test('the worked example of the documentation is what is sent and understood', () => {
  const page = new URL('../../docs/batched-transport.md', import.meta.url);
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```hex\n(.*?)^```/gms)];
  const [post, answer] = blocks.map((block) => Buffer.from(block[1]!.replace(/\s/g, ''), 'hex'));
  const writer = new FrameWriter();
  for (const [requestId, id] of ['a', 'b'].entries()) {
    const plain = batchOf(id, [''], 'ns/f');
    const states = [{ ...plain.states[0]!, name: 'count' }];
    const first = { ...plain.first, typename: 't/x' };
    writer.take(writer.encode({ ...plain, states, first }), requestId);
  }
  expect(writer.seal().toString('hex')).toBe(post!.toString('hex'));
  const reply = encodeReply({
    kind: 'effects',
    mutations: [{ name: 'count', value: { typename: 't/n', value: '\x05' } }],
    messages: [],
    delayed: [],
    egress: [],
  });
  expect(parse([answer!])).toEqual({
    parsed: [
      { id: 1, status: 0, bytes: reply.toString('latin1') },
      { id: 0, status: 1, bytes: 'no such account' },
    ],
    tooLarge: [],
    broken: [],
    between: true,
  });
});
