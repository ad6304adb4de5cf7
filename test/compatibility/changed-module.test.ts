import { expect, test } from 'vitest';
import type { Engine } from '#runtime/core/engine.ts';
import {
  answer,
  bytesOf,
  declare,
  engineRig,
  type Rig,
  type RigOptions,
} from '../core/engine-rig.ts';
import { injected } from '../fault-table/injected.ts';

/** What a module leaves behind; `play` gives it something to do. */
function leaves(play: (rig: Rig) => void): Uint8Array[] {
  const rig = engineRig();
  play(rig);
  return bytesOf(rig.engine.takeCut().cut);
}

const started = (options: RigOptions, cuts: Uint8Array[]): Engine =>
  engineRig(options, cuts).engine;
const refused = expect.objectContaining({ code: 'WEIR_CORE_MODULE_CHANGED' }) as Error;
const withState = ({ transport, send }: Rig): void => {
  send('t/f/a', '1');
  declare(transport, { name: 's' });
  answer(transport, { states: { s: 'kept' } });
};

test('an egress that is gone with pending records: the start is refused, with its name', () => {
  injected(23);
  const cuts = leaves(({ transport, send }) => {
    send('t/f/a', '1');
    answer(transport, { egress: ['r'] });
  });
  expect(() => started({ egresses: ['e/other'] }, cuts)).toThrow(refused);
  expect(() => started({ egresses: ['e/other'] }, cuts)).toThrow(
    '1 pending records of the egress e/out',
  );
  // With nothing pending it may go.
  expect(() => started({ egresses: ['e/other'] }, leaves(withState))).not.toThrow();
});

test('an endpoint that is gone: refused while messages or state of its functions are there', () => {
  injected(23);
  const serves = (type: string) => type === 't/other';
  const messages = leaves(({ send }) => send('t/f/a', '1'));
  expect(() => started({ serves }, messages)).toThrow(refused);
  expect(() => started({ serves }, messages)).toThrow('t/f');
  expect(() => started({ serves }, leaves(withState))).toThrow(refused);
});

test('a changed expiry counts from the next write on', () => {
  injected(23);
  const { engine, transport, clock, send } = engineRig({}, leaves(withState));
  send('t/f/a', '2');
  declare(transport, { name: 's', expiration: 'after-write', expireAfterMs: 1_000 });
  expect(answer(transport).states.get('s')).toBe('kept');
  clock.time += 10_000;
  send('t/f/a', '3');
  expect(answer(transport, { states: { s: 'new' } }).states.get('s'), 'written without one').toBe(
    'kept',
  );
  clock.time += 10_000;
  send('t/f/a', '4');
  expect(answer(transport).states.get('s')).toBeNull();
  expect(engine.parked.size).toBe(0);
});

test('a renamed state is a new one, and the values of the old one stay', () => {
  injected(23);
  const { engine, transport, send } = engineRig({}, leaves(withState));
  send('t/f/a', '2');
  declare(transport, { name: 'renamed' });
  const { states } = answer(transport, { states: { renamed: 'x' } });
  expect([...states]).toEqual([['renamed', null]]);
  // Named as before again, it has its value.
  const again = engineRig({}, [...leaves(withState), ...bytesOf(engine.takeCut().cut)]);
  again.send('t/f/a', '3');
  declare(again.transport, { name: 's' });
  expect(again.transport.take().states.get('s')).toBe('kept');
});

test('a state of another type parks the address, and its value stays', () => {
  injected(24);
  const { engine, transport, send } = engineRig({}, leaves(withState));
  send('t/f/a', '2');
  declare(transport, { name: 's', typename: 't/number' });
  expect([...engine.parked].map(({ parking }) => parking?.code)).toEqual([
    expect.stringMatching(/^WEIR_CORE_/),
  ]);
});
