import type { Admin, ITopicConfig } from 'kafkajs';
import type { Clock } from '../ports/clock.ts';
import { pause } from '../ports/pause.ts';

const withinMs = 30_000;
const lookEveryMs = 50;

/** What a broker says of a partition that it has not heard of yet, or whose leader is not ready. */
const notYet = [
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'REPLICA_NOT_AVAILABLE',
];

/**
 * Creates the topics that are not there yet, and waits until the leader of each of their partitions
 * answers as such. The client's own wait ends with an error where the broker that it asks has not
 * heard of the new topic, and does not wait at all for a topic that exists by now, as it does after
 * a request whose answer was lost; and a broker may be said to lead before it knows of it.
 * @throws the client's error; of a topic that is not led after 30 s, or at `ended`, the last one.
 */
export async function createTopics(
  admin: Admin,
  topics: readonly ITopicConfig[],
  clock: Clock,
  ended: AbortSignal = new AbortController().signal,
): Promise<void> {
  await admin.createTopics({ topics: [...topics], waitForLeaders: false });
  const end = clock.monotonic() + withinMs;
  for (const { topic } of topics) {
    while (!(await isLed(admin, topic, () => ended.aborted || clock.monotonic() >= end))) {
      await pause(clock, lookEveryMs, ended);
    }
  }
}

async function isLed(admin: Admin, topic: string, isLast: () => boolean): Promise<boolean> {
  try {
    await admin.fetchTopicOffsets(topic);
    return true;
  } catch (error) {
    const { type } = error as { readonly type?: string };
    if (isLast() || !notYet.includes(type ?? '')) throw error;
    return false;
  }
}
