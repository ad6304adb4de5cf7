import { kinesisErrors } from './errors.ts';

/**
 * Where reading a shard stands, as the cut holds it: from its first record, from a moment, after a
 * record, or at its end (closed by a split or a merge, and read to the last record).
 */
export type ShardPosition =
  | { readonly type: 'start' }
  /** Milliseconds since 1970. */
  | { readonly type: 'time'; readonly ms: number }
  | { readonly type: 'after'; readonly sequence: string }
  | { readonly type: 'ended' };

export const atStart: ShardPosition = { type: 'start' };
export const ended: ShardPosition = { type: 'ended' };

export function formatPosition(position: ShardPosition): string {
  if (position.type === 'time') return `time ${position.ms}`;
  return position.type === 'after' ? `after ${position.sequence}` : position.type;
}

/** Throws BAD_POSITION. */
export function parsePosition(text: string, shard: string): ShardPosition {
  const [type = '', value = '', ...more] = text.split(' ');
  if (more.length === 0) {
    if (type === 'start' && value === '') return atStart;
    if (type === 'ended' && value === '') return ended;
    if (type === 'time' && /^[0-9]{1,16}$/.test(value)) return { type, ms: Number(value) };
    if (type === 'after' && /^[0-9]{1,128}$/.test(value)) return { type, sequence: value };
  }
  throw kinesisErrors.BAD_POSITION(`the position of ${shard} is ${JSON.stringify(text)}`);
}

/**
 * The name of a shard's position in the cut. When the stream was made belongs to it, so that another
 * stream of the name is not taken for it. Names of streams and shards hold no space.
 */
export function positionKey(createdMs: number, stream: string, shard: string): string {
  return `${createdMs} ${stream} ${shard}`;
}

export interface KnownShard {
  readonly createdMs: number;
  readonly shard: string;
  readonly position: ShardPosition;
}

/** The shards of a stream that a cut knows. */
export function knownShards(positions: ReadonlyMap<string, unknown>, stream: string): KnownShard[] {
  const known: KnownShard[] = [];
  for (const [key, text] of positions) {
    const [createdMs, name, shard] = key.split(' ');
    if (name !== stream || shard === undefined || typeof text !== 'string') continue;
    known.push({ createdMs: Number(createdMs), shard, position: parsePosition(text, shard) });
  }
  return known;
}
