import type { Admin } from 'kafkajs';
import type { KafkaStart } from '../ports/kafka-settings.ts';
import { hasType, kafkaErrors } from './errors.ts';

/** One partition of a topic, and where reading stands. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** Its name in the cut: the topic's id belongs to it, so that another topic is not taken for it. */
  readonly key: string;
  /** Offset of the next record. */
  next: number;
  /** End of the log as it was seen last. */
  high: number;
  /** Nothing of it was taken yet, so that it may begin wherever its log does. */
  untouched: boolean;
}

export interface StartQuestion {
  readonly ingress: string;
  readonly topics: readonly string[];
  readonly ids: ReadonlyMap<string, string>;
  /** Of the recovered cut. */
  readonly positions: ReadonlyMap<string, number>;
  readonly start: KafkaStart;
  readonly reset: 'earliest' | 'latest';
  readonly groupId: string;
  /** Whether the position may lie behind what is committed (read_uncommitted). */
  readonly uncommitted: boolean;
}

/** The name of a partition's position in the cut. Topic names and ids hold no space. */
export function positionKey(id: string | undefined, topic: string, partition: number): string {
  return `${id ?? '-'} ${topic} ${partition}`;
}

/**
 * Where to read each partition: at the cut's position; a partition that the cut does not know,
 * though it knows others of the topic, was added since and is read from its beginning; a topic
 * that it does not know at all, as the module says. Throws UNKNOWN_TOPIC, TOPIC_REPLACED,
 * POSITION_OUT_OF_RANGE.
 */
export async function startPositions(
  admin: Admin,
  question: StartQuestion,
): Promise<TopicPartition[]> {
  const found: TopicPartition[] = [];
  for (const topic of question.topics) {
    const ends = await endsOf(admin, topic, question.ingress);
    const id = question.ids.get(topic);
    refuseReplaced(question, topic, id);
    const known = ends.filter(
      ({ partition }) =>
        question.positions.has(positionKey(id, topic, partition)) ||
        question.positions.has(positionKey(undefined, topic, partition)),
    );
    const first = known.length === 0 ? await firstOffsets(admin, topic, question) : null;
    for (const { partition, low, high } of ends) {
      const key = positionKey(id, topic, partition);
      // A broker that knew no ids may have been replaced by one that does.
      const kept =
        question.positions.get(key) ??
        question.positions.get(positionKey(undefined, topic, partition));
      if (kept !== undefined) checkRange(question, topic, partition, kept, low, high);
      const fresh = first === null ? low : clamp(first.get(partition) ?? low, low, high);
      const next = kept ?? fresh;
      found.push({ topic, partition, key, next, high, untouched: kept === undefined });
    }
  }
  return found;
}

/** First and last offset of every partition, in order. Throws UNKNOWN_TOPIC. */
export async function endsOf(
  admin: Admin,
  topic: string,
  ingress: string,
): Promise<{ readonly partition: number; readonly low: number; readonly high: number }[]> {
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets
      .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
      .sort((a, b) => a.partition - b.partition);
  } catch (error) {
    const types = ['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED'];
    const type = types.find((name) => hasType(error, [name]));
    if (type === undefined) throw error;
    throw kafkaErrors.UNKNOWN_TOPIC(`ingress ${ingress}: the topic ${topic}: ${type}`, {
      cause: error,
    });
  }
}

/** Throws TOPIC_REPLACED if the cut holds positions of the topic under another id. */
function refuseReplaced(question: StartQuestion, topic: string, id: string | undefined): void {
  if (id === undefined) return;
  for (const key of question.positions.keys()) {
    const [of, name] = key.split(' ');
    if (name !== topic || of === id || of === '-') continue;
    throw kafkaErrors.TOPIC_REPLACED(
      `ingress ${question.ingress}: the topic ${topic} has the id ${id}, the state knows ${of}`,
    );
  }
}

function checkRange(
  { ingress, uncommitted }: StartQuestion,
  topic: string,
  partition: number,
  position: number,
  low: number,
  high: number,
): void {
  // What `high` tells is the end of what is committed; a reader of all may be ahead of it.
  if (position >= low && (position <= high || uncommitted)) return;
  throw outOfRange(ingress, topic, partition, position, low, high);
}

export function outOfRange(
  ingress: string,
  topic: string,
  partition: number,
  position: number,
  low: number,
  high: number,
): Error {
  return kafkaErrors.POSITION_OUT_OF_RANGE(
    `ingress ${ingress}: ${topic}/${partition} must go on at offset ${position}, ` +
      `and has ${low} to ${high}`,
  );
}

function clamp(offset: number, low: number, high: number): number {
  return Math.min(Math.max(offset, low), high);
}

/** The offsets at which a new state begins; a partition that is missing begins at its first. */
async function firstOffsets(
  admin: Admin,
  topic: string,
  { start, reset, groupId, ingress }: StartQuestion,
): Promise<ReadonlyMap<number, number>> {
  const ends = await endsOf(admin, topic, ingress);
  const at = (where: 'earliest' | 'latest') =>
    new Map(ends.map(({ partition, low, high }) => [partition, where === 'latest' ? high : low]));
  switch (start.type) {
    case 'earliest':
    case 'latest':
      return at(start.type);
    case 'specific-offsets': {
      // As Flink does: partitions that are not named go by the offsets of the group.
      const offsets = await groupOffsets(admin, topic, groupId, at(reset));
      for (const { partition } of ends) {
        const given = start.offsets[`${topic}/${partition}`];
        if (given !== undefined) offsets.set(partition, given);
      }
      return offsets;
    }
    case 'group-offsets':
      return groupOffsets(admin, topic, groupId, at(reset));
    case 'date': {
      const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, start.dateMs);
      return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
    }
  }
}

async function groupOffsets(
  admin: Admin,
  topic: string,
  groupId: string,
  otherwise: ReadonlyMap<number, number>,
): Promise<Map<number, number>> {
  const offsets = new Map(otherwise);
  const [of] = await admin.fetchOffsets({ groupId, topics: [topic] });
  for (const { partition, offset } of of?.partitions ?? []) {
    if (Number(offset) >= 0) offsets.set(partition, Number(offset));
  }
  return offsets;
}
