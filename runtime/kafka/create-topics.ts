import type { Admin, ITopicConfig } from 'kafkajs';
import type { Clock } from '../ports/clock.ts';
import { pause } from '../ports/pause.ts';
import { hasType } from './errors.ts';

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
  const end = clock.monotonic() + withinMs;
  for (;;) {
    // Also when they are there by now: this has the client ask for their leaders anew.
    await admin.createTopics({ topics: [...topics], waitForLeaders: false });
    try {
      for (const { topic } of topics) await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (ended.aborted || clock.monotonic() >= end || !hasType(error, notYet)) throw error;
    }
    await pause(clock, lookEveryMs, ended);
  }
}
