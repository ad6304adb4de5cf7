import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  boolean,
  bytes,
  custom,
  defineFunction,
  double,
  int,
  json,
  long,
  on,
  string,
} from '#sdk/index.ts';
import type { Address, StateOf } from '#sdk/index.ts';

interface Visit {
  readonly atMs: number;
}

const visit = json<Visit>('example/Visit');

describe('defineFunction', () => {
  it('infers the states and the value of each handler', () => {
    defineFunction(
      {
        type: 'example/typed',
        state: {
          seen: int,
          total: long.expiresAfterWrite('30 days'),
          last: visit.expiresAfterInvoke(1000),
          open: boolean,
        },
        otherwise(ctx, message) {
          expectTypeOf(ctx.state.seen).toEqualTypeOf<number | undefined>();
          expectTypeOf(message.typename).toEqualTypeOf<string>();
        },
      },
      on(string, (ctx, name) => {
        expectTypeOf(name).toEqualTypeOf<string>();
        expectTypeOf(ctx.state.seen).toEqualTypeOf<number | undefined>();
        expectTypeOf(ctx.state.total).toEqualTypeOf<bigint | undefined>();
        expectTypeOf(ctx.state.last).toEqualTypeOf<Visit | undefined>();
        expectTypeOf(ctx.state.open).toEqualTypeOf<boolean | undefined>();
        expectTypeOf(ctx.caller).toEqualTypeOf<Address | null>();
        // @ts-expect-error -- not declared
        void ctx.state.sene;
        // @ts-expect-error -- a number is declared
        ctx.state.seen = '1';
        // @ts-expect-error -- the value is not of the type
        ctx.send(ctx.self, int, 'one');
        // @ts-expect-error -- not a unit
        ctx.sendAfter('10 fortnights', ctx.self, int, 1);
        delete ctx.state.seen;
      }),
      on(visit, async (ctx, value) => {
        expectTypeOf(value).toEqualTypeOf<Visit>();
        expectTypeOf(ctx.state.open).toEqualTypeOf<boolean | undefined>();
      }),
    );
  });

  it('infers a type from its validator', () => {
    const parsed = json('example/Parsed', { parse: (value: unknown) => ({ id: String(value) }) });
    const checked = json('example/Checked', (value) => Number(value));
    defineFunction(
      { type: 'example/validated', state: { checked } },
      on(parsed, (ctx, value) => {
        expectTypeOf(value).toEqualTypeOf<{ id: string }>();
        expectTypeOf(ctx.state).toEqualTypeOf<StateOf<{ checked: typeof checked }>>();
        expectTypeOf(ctx.state.checked).toEqualTypeOf<number | undefined>();
      }),
    );
  });

  it('needs no state', () => {
    const stateless = defineFunction(
      { type: 'example/stateless' },
      on(double, (ctx) => {
        // @ts-expect-error -- none is declared
        void ctx.state.anything;
      }),
    );
    expect(stateless.at('7')).toEqual({ type: 'example/stateless', id: '7' });
  });

  const handler = on(int, () => {});

  it.each(['greeter', '/greeter', 'example/', 'a/b/c', ''])('refuses the type "%s"', (type) => {
    expect(() => defineFunction({ type }, handler)).toThrow('namespace/name');
  });

  it.each(['a-b', '1st', 'é', '', '__proto__'])('refuses the state name "%s"', (name) => {
    const state = Object.fromEntries([[name, int]]);
    expect(() => defineFunction({ type: 'example/names', state }, handler)).toThrow(
      `the state name "${name}"`,
    );
  });

  it('refuses a function that handles nothing, or one type twice', () => {
    expect(() => defineFunction({ type: 'example/none' })).toThrow('no handler at all');
    expect(() => defineFunction({ type: 'example/twice' }, handler, handler)).toThrow(
      'two handlers for messages of type io.statefun.types/int',
    );
  });

  it('refuses one typename for two things', () => {
    const asJson = json('example/Thing');
    const asBytes = bytes('example/Thing');
    const otherJson = json('example/Thing', String);
    const define = (state: typeof asBytes | typeof otherJson) =>
      defineFunction(
        { type: 'example/clash', state: { state } },
        on(asJson, () => {}),
      );
    expect(() => define(asBytes)).toThrow('example/Thing is the typename of bytes and json');
    expect(() => define(otherJson)).toThrow('two different json types');
    expect(() => define(json<string>('example/Thing'))).not.toThrow();
    expect(() => custom('io.statefun.types/int', (v: string) => Buffer.from(v), String)).toThrow(
      'built-in types',
    );
    expect(() => json('Thing')).toThrow('"Thing" is not namespace/name');
  });

  it('refuses expirations that are none', () => {
    expect(() => int.expiresAfterWrite(0)).toThrow('0 ms');
    expect(() => int.expiresAfterInvoke(-1)).toThrow('-1 is not a duration');
    // @ts-expect-error -- not a unit
    expect(() => int.expiresAfterInvoke('3 moons')).toThrow('"3 moons" is not a duration');
  });
});
