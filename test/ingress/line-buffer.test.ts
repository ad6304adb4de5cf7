import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineBuffer } from '#runtime/ingress/line-buffer.ts';

interface Seen {
  text: string;
  from: number;
  after: number;
  tooLong: boolean;
}

/** Feeds `data` in reads of the given sizes, as a file would give it. */
function linesOf(data: Buffer, reads: readonly number[], chunk: number, max: number): Seen[] {
  const buffer = new LineBuffer(100, chunk, max);
  const seen: Seen[] = [];
  const take = (line: ReturnType<LineBuffer['next']>) =>
    line !== null &&
    seen.push({
      text: line.tooLong?.toString('latin1') ?? buffer.bytes.latin1Slice(line.start, line.end),
      from: line.from,
      after: line.after,
      tooLong: line.tooLong !== null,
    });
  let at = 0;
  for (let turn = 0; at < data.length; turn++) {
    const from = buffer.room();
    expect(buffer.end).toBe(100 + at);
    const size = Math.min(reads[turn % reads.length]!, buffer.bytes.length - from);
    expect(size).toBeGreaterThan(0);
    const count = data.copy(buffer.bytes, from, at, at + size);
    buffer.filled(count);
    at += count;
    while (take(buffer.next())) continue;
    expect(buffer.bytes.length).toBeLessThanOrEqual(Math.max(chunk, 2 * max + 2));
  }
  take(buffer.last());
  return seen;
}

test('random read sizes give exactly the lines, with their offsets', () => {
  const line = fc.string({ maxLength: 40, unit: fc.constantFrom('a', 'b', '\r', '"', 'ÿ') });
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 30 }),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 4, max: 24 }),
      fc.integer({ min: 4, max: 30 }),
      (lines, terminated, reads, chunk, max) => {
        const text = lines.map((l) => `${l}\n`).join('');
        const data = Buffer.from(terminated ? text : text.slice(0, -1), 'latin1');
        const expected: Seen[] = [];
        let at = 100;
        for (const [index, l] of lines.entries()) {
          const last = index === lines.length - 1 && !terminated;
          const after = at + l.length + (last ? 0 : 1);
          if (after > at) expected.push({ text: l, from: at, after, tooLong: l.length > max });
          at = after;
        }
        expect(linesOf(data, reads, chunk, max)).toEqual(
          expected.map((e) => (e.tooLong ? { ...e, text: expect.any(String) as string } : e)),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('a line that is too long is passed over in bounded memory and says how it begins', () => {
  const data = Buffer.from(`ok\nBEGIN${'x'.repeat(50_000)}\nafter\n`);
  const seen = linesOf(data, [700], 64, 1000);
  expect(seen.map((s) => s.tooLong)).toEqual([false, true, false]);
  expect(seen[1]!.text).toMatch(/^BEGINx{100,1100}$/);
  expect(seen[2]!).toMatchObject({ text: 'after', from: 100 + 50_009 });
});
