import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { io } from '#protocol/generated/egress-records.js';
import {
  boolean,
  bytes,
  custom,
  defineFunction,
  double,
  float,
  int,
  json,
  long,
  on,
  protobuf,
  string,
} from '#sdk/index.ts';
import type { ValueOf, ValueType } from '#sdk/index.ts';
import { encoded } from './requests.ts';

const { KafkaProducerRecord } = io.statefun.sdk.egress;
const kafka = protobuf('example/Kafka', KafkaProducerRecord);
const upper = custom<string>(
  'example/Upper',
  (text) => Buffer.from(text.toUpperCase()),
  (raw) => Buffer.from(raw).toString().toLowerCase(),
);

/** Encodes, and decodes from the middle of a larger buffer, as values arrive. */
function through<T>(type: ValueType<T>, value: T): T {
  const raw = encoded(type, value);
  const body = Buffer.concat([Buffer.of(1, 2, 3), raw, Buffer.of(255)]);
  return type.decode(body, 3, 3 + raw.length);
}

describe('value types', () => {
  it.each([
    ['boolean', boolean, fc.boolean()],
    ['int', int, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => value | 0)],
    ['long', long, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
    ['float', float, fc.float()],
    ['double', double, fc.double()],
    ['string', string, fc.string({ unit: 'binary' })],
    ['json', json('example/Json'), fc.jsonValue({ noUnicodeString: false })],
    ['bytes', bytes('example/Bytes'), fc.uint8Array().map((value) => Buffer.from(value))],
  ] as [string, ValueType<unknown>, fc.Arbitrary<unknown>][])(
    '%s: what goes in comes out',
    (name, type, arbitrary) => {
      fc.assert(
        fc.property(arbitrary, (value) => {
          fc.pre(name !== 'json' || !/__proto__|constructor/.test(JSON.stringify(value)));
          // JSON has no minus zero.
          const expected: unknown = name === 'json' ? JSON.parse(JSON.stringify(value)) : value;
          expect(through(type, value)).toEqual(expected);
        }),
        { numRuns: 200 },
      );
    },
  );

  it.each([
    [boolean, 1],
    [int, 2 ** 31],
    [int, 0.5],
    [int, '1'],
    [long, 1],
    [long, 2n ** 63n],
    [float, 1e39],
    [float, null],
    [double, '1'],
    [string, 1],
    [string, '\udc00'],
    [json('example/Json'), undefined],
    [json('example/Json'), 1n],
    [json('example/Json'), () => 1],
    [json('example/Json'), JSON.parse('{"a":[{"__proto__":1}]}')],
    [bytes('example/Bytes'), [1]],
    [custom('example/Custom', () => 'text' as never, String), 1],
  ] as [ValueType<unknown>, unknown][])('%# refuses a value that does not fit', (type, value) => {
    expect(() => type.encode(value)).toThrow(expect.objectContaining({ code: 'WEIR_SDK_VALUE' }));
  });

  it('takes classes that protobufjs generated', () => {
    const value = KafkaProducerRecord.create({ key: 'k', topic: 't', valueBytes: Buffer.of(1) });
    const decoded = through(kafka, value);
    expect([decoded.key, decoded.topic, Buffer.from(decoded.valueBytes)]).toEqual([
      'k',
      't',
      Buffer.of(1),
    ]);
    defineFunction(
      { type: 'example/protobuf' },
      on(kafka, (_ctx, record) => {
        expectTypeOf(record.topic).toEqualTypeOf<string>();
      }),
    );
    expect(() => kafka.decode(Buffer.of(0x0a, 200), 0, 2)).toThrow('example/Kafka, 2 bytes');
  });

  it('takes encodings of one’s own', () => {
    expect(encoded(upper, 'abc').toString()).toBe('ABC');
    expect(through(upper, 'abc')).toBe('abc');
    expectTypeOf<ValueOf<typeof upper>>().toEqualTypeOf<string>();
  });

  it('keeps an error that quotes a large value short', () => {
    const wordy = json('example/Wordy', () => {
      throw new Error('x'.repeat(10_000));
    });
    const body = Buffer.from('1');
    const failure = expect(() => wordy.decode(body, 0, 1));
    failure.toThrow(/^example\/Wordy, 1 bytes: x{500}…$/);
  });
});
