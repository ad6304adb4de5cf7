import { parentPort, workerData } from 'node:worker_threads';
import { systemClock, systemRandom } from '../ports/system-clock.ts';
import { giveWay } from './background-thread.ts';
import { CompactionThread } from './compaction-thread.ts';
import { openStore } from './open-store.ts';
import { settingsOf } from './options.ts';
import { PulseMonitor } from './pulse.ts';
import { SnapshotService } from './snapshot-service.ts';
import { systemProcesses } from './system-processes.ts';
import { toPlain, type Reply, type Request, type SnapshotThreadData } from './worker-messages.ts';

/** The snapshot thread: everything of this room runs here, away from the engine's loop. */
const port = parentPort;
if (port === null) throw new Error('this file is the entry of a worker thread');
const { url, options, pulse } = workerData as SnapshotThreadData;

giveWay();
const { stillAfterMs } = settingsOf(options, url);
const monitor = new PulseMonitor(pulse, systemClock, stillAfterMs);
const service = new SnapshotService({
  url,
  options,
  clock: systemClock,
  random: systemRandom,
  processes: systemProcesses,
  engine: monitor,
  openStore: () => openStore(url, 'write', systemClock, systemRandom),
  newCompactor: () => new CompactionThread(url),
  tell: (event, argument) => port.postMessage({ event, argument } satisfies Reply),
});

port.on('message', (request: Request) => {
  void service.answer(request).then(
    ({ value, transfer }) =>
      port.postMessage({ id: request.id, ok: true, value } satisfies Reply, transfer),
    (error: unknown) =>
      port.postMessage({ id: request.id, ok: false, error: toPlain(error) } satisfies Reply),
  );
});
