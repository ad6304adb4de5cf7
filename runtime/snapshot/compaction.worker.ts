import { parentPort, workerData } from 'node:worker_threads';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { noUsage } from '../ports/store-usage.ts';
import { systemClock, systemRandom } from '../ports/system-clock.ts';
import { giveWay } from './background-thread.ts';
import { StoreCompactor } from './compaction.ts';
import { expiredState } from './expired-state.ts';
import { openStore } from './open-store.ts';
import { toPlain, type CompactionReply, type CompactionThreadData } from './worker-messages.ts';

/** One compaction: reads and writes the store by itself, answers with the new bases' names. */
giveWay();
const { url, job } = workerData as CompactionThreadData;
let store: SnapshotStore | null = null;
const answer = (reply: CompactionReply) => parentPort?.postMessage(reply);
try {
  store = await openStore(url, 'read', systemClock, systemRandom);
  const compactor = new StoreCompactor(store, systemRandom, {
    isDead: expiredState(systemClock.now()),
  });
  const result = await compactor.run(job);
  await store.close();
  answer({ result, usage: store.usage });
} catch (error) {
  answer({ error: toPlain(error), usage: store?.usage ?? noUsage });
}
