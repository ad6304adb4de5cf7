import { bytes, defineFunction, on } from '#sdk/index.ts';
import type { AnyFunction } from '#sdk/index.ts';

/**
 * The functions under load. Values are raw bytes, so that what is measured is the runtime and the
 * SDK, not a serialiser. A message is 100 bytes and begins with the time it was meant to be sent
 * (f64, monotonic milliseconds), which comes back at the head of the egress record.
 */
export const messageBytes = 100;
/** A 1 there makes the counter fail, each time it is tried; with a 2 it never answers. */
export const poisonAt = 20;
const stateBytes = 100;

const payload = bytes('bench/payload');
const state = bytes('bench/state');

/** State read, changed and written, and one egress record per message. */
const counter = defineFunction(
  { type: 'bench/counter', state: { count: state } },
  on(payload, (ctx, message) => {
    if (message[poisonAt] === 1) throw new Error('poisoned');
    if (message[poisonAt] === 2) return new Promise<void>(() => undefined);
    ctx.state.count = counted(ctx.state.count);
    ctx.egress('bench/out', payload, message);
  }),
);

/** One of five functions that an event passes through; the last one sends the record. */
function link(index: number, last: boolean): AnyFunction {
  return defineFunction(
    { type: `bench/link-${index}`, state: { count: state } },
    on(payload, (ctx, message) => {
      ctx.state.count = counted(ctx.state.count);
      if (last) ctx.egress('bench/out', payload, message);
      else {
        const target = { type: `bench/link-${index + 1}`, id: nextId(index, message) };
        ctx.send(target, payload, message);
      }
    }),
  );
}

/** Addresses per link: accounts, merchants, a few stateless workers, personas, transactions. */
const idsOfLink = [10_000, 1_000, 64, 8, 100_000];
export const chainLinks = idsOfLink.length;

function nextId(index: number, message: Uint8Array): string {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  return `id-${view.getUint32(8, true) % (idsOfLink[index + 1] as number)}`;
}

function counted(before: Uint8Array | undefined): Uint8Array {
  const after = Buffer.allocUnsafe(stateBytes);
  if (before === undefined) after.fill(0);
  else after.set(before);
  after.writeUInt32LE((after.readUInt32LE(0) + 1) >>> 0, 0);
  return after;
}

export const benchFunctions: readonly AnyFunction[] = [
  counter,
  ...idsOfLink.map((_, i) => link(i, i === chainLinks - 1)),
];
