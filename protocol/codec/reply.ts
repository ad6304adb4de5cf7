import type {
  DecodedReply,
  ExpirationMode,
  IncompleteContext,
  OutgoingReply,
  StateSpec,
} from '../messages.ts';
import { noEffects, readEffects } from './effects-reader.ts';
import type { ReadEffects } from './effects-reader.ts';
import { checkedMs, varint53Bytes, writeEffects } from './effects-writer.ts';
import { protocolErrors } from './errors.ts';
import { readName } from './interned-names.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter, optionalFieldBytes, utf8Bytes } from './wire-writer.ts';

/** The expiration modes by their number on the wire. */
const expirationModes: readonly ExpirationMode[] = ['none', 'after-write', 'after-invoke'];
/** Space in front of the reply for its tag and length, which are known when it is written. */
const headRoom = 7;
const writer = new WireWriter();

/**
 * A reply as a `FromFunction` message, in the field order of the official SDKs; every value has
 * `has_value` set. Throws `BAD_NAME` for a function type or egress id without a slash,
 * `NUMBER_RANGE` for a delay or expiration that is no safe, non-negative integer, `TOO_LARGE`.
 */
export function encodeReply(reply: OutgoingReply): Buffer {
  writer.begin();
  writer.pos = headRoom;
  if (reply.kind === 'effects') {
    writeEffects(writer, reply);
    return writer.taken(writer.prefix(headRoom, 0xa2));
  }
  for (const spec of reply.missing) writeSpec(spec);
  return writer.taken(writer.prefix(headRoom, 0xaa));
}

function writeSpec(spec: StateSpec): void {
  const mode = expirationModes.indexOf(spec.expiration);
  if (mode < 0) {
    throw protocolErrors.UNKNOWN_ENUM(`The expiration mode ${JSON.stringify(spec.expiration)}`);
  }
  const expireMs = mode === 0 ? 0 : checkedMs('An expiration', spec.expireAfterMs);
  // Nothing of it is said where nothing expires, as the official SDKs do.
  const expiration = mode === 0 ? 0 : 2 + (expireMs === 0 ? 0 : 1 + varint53Bytes(expireMs));
  const name = utf8Bytes(spec.name);
  const typename = utf8Bytes(spec.typename);
  writer.ensure(64 + name + typename);
  writer.byte(0x0a);
  writer.varint(
    optionalFieldBytes(name) + optionalFieldBytes(expiration) + optionalFieldBytes(typename),
  );
  if (name > 0) writer.text(0x0a, spec.name, name);
  if (mode > 0) {
    writer.byte(0x12);
    writer.varint(expiration);
    writer.byte(0x08);
    writer.byte(mode);
    if (expireMs > 0) {
      writer.byte(0x10);
      writer.varint53(expireMs);
    }
  }
  if (typename > 0) writer.text(0x1a, spec.typename, typename);
}

/**
 * A `FromFunction` message; the values are views of `body`. Zero bytes, or neither branch, means
 * no effects; of two branches the last counts. A target that is not there is the address with
 * empty fields (`type` is `/`), a value that is not there has no typename: both are for the engine
 * to refuse. A delay may be negative. Unknown fields are skipped, later occurrences of a field
 * replace or, as messages, complete earlier ones. Throws errors of `protocolErrors`.
 */
export function decodeReply(body: Buffer, start = 0, end = body.length): DecodedReply {
  const reader = new WireReader(body, start, end);
  let effects: ReadEffects | null = null;
  let missing: StateSpec[] | null = null;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x322) {
      missing = null;
      effects ??= noEffects();
      readEffects(reader, effects);
    } else if (tag === 0x32a) {
      effects = null;
      missing ??= [];
      readIncomplete(reader, missing);
    } else {
      reader.skip(tag);
    }
  }
  if (missing !== null) return { kind: 'incomplete', missing } satisfies IncompleteContext;
  return effects ?? noEffects();
}

function readIncomplete(reader: WireReader, missing: StateSpec[]): void {
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) missing.push(readSpec(reader));
    else reader.skip(tag);
  }
  reader.end = outer;
}

interface Expiration {
  mode: number;
  afterMs: number;
}

function readSpec(reader: WireReader): StateSpec {
  reader.entry();
  const outer = reader.enter();
  const expiration: Expiration = { mode: 0, afterMs: 0 };
  let name = '';
  let typename = '';
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) name = readName(reader);
    else if (tag === 0x12) readExpiration(reader, expiration);
    else if (tag === 0x1a) typename = readName(reader);
    else reader.skip(tag);
  }
  reader.end = outer;
  const mode = expirationModes[expiration.mode];
  const which = JSON.stringify(name.slice(0, 100));
  if (mode === undefined) {
    throw protocolErrors.UNKNOWN_ENUM(`The expiration mode ${expiration.mode} of state ${which}`);
  }
  if (expiration.afterMs < 0) {
    throw protocolErrors.NUMBER_RANGE(
      `The expiration of state ${which} is ${expiration.afterMs} ms`,
    );
  }
  return {
    name,
    typename,
    expiration: mode,
    expireAfterMs: mode === 'none' ? 0 : expiration.afterMs,
  };
}

function readExpiration(reader: WireReader, expiration: Expiration): void {
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x08) expiration.mode = reader.int32();
    else if (tag === 0x10) expiration.afterMs = reader.int64('The expiration of a state');
    else reader.skip(tag);
  }
  reader.end = outer;
}
