import type { Admin, ITopicConfig } from 'kafkajs';
import type { Clock } from '../ports/clock.ts';
import { pause } from '../ports/pause.ts';

const withinMs = 30_000;
const lookEveryMs = 50;

/** What a broker says of a topic which it has not heard of yet, or whose leader is being chosen. */
const notYet = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];

/**
 * Creates the topics that are not there yet, and waits until every partition of all of them has a
 * leader. The client's own wait ends with an error where the broker that it asks has not heard of
 * the new topic, and does not wait at all for a topic that exists by now, as it does after a
 * request whose answer was lost.
 * @throws the client's error; of a topic that is not led after 30 s, or at `ended`, the last one.
 */
export async function createTopics(
  admin: Admin,
  topics: readonly ITopicConfig[],
  clock: Clock,
  ended: AbortSignal = new AbortController().signal,
): Promise<void> {
  await admin.createTopics({ topics: [...topics], waitForLeaders: false });
  const names = topics.map(({ topic }) => topic);
  const end = clock.monotonic() + withinMs;
  for (;;) {
    let last = new Error(`no leader of ${names.join(', ')}`);
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics: names });
      const led = found.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
      if (led) return;
    } catch (error) {
      if (!notYet.includes((error as { readonly type?: string }).type ?? '')) throw error;
      last = error as Error;
    }
    if (ended.aborted || clock.monotonic() >= end) throw last;
    await pause(clock, lookEveryMs, ended);
  }
}
