/**
 * A runtime in small, through the snapshot thread: acquires the folder given, and commits a
 * counter, until SIGTERM. Prints what happens to it, one JSON object a line, and exits as a runtime
 * does (75 once superseded).
 *
 * Usage: committer.ts FOLDER '{"leaseMs": 500, "takeover": false, "idle": false}'
 */
import { existsSync, writeSync } from 'node:fs';
import type { WeirError } from '#protocol/errors.ts';
import { family } from '#runtime/ports/cut.ts';
import { openSnapshots } from '#runtime/snapshot/open-snapshots.ts';
import { cutOf, modelOf } from './cuts.ts';

interface Settings {
  readonly leaseMs: number;
  readonly stillAfterMs?: number;
  readonly takeover?: boolean;
  /** Commits nothing, so that only the heartbeat can tell of a takeover. */
  readonly idle?: boolean;
}

const tell = (line: object) => void writeSync(1, `${JSON.stringify(line)}\n`);
const end = (error: WeirError): never => {
  tell({ lost: error.code });
  process.exit(error.code === 'WEIR_SNAPSHOT_SUPERSEDED' ? 75 : 70);
};
const { idle = false, ...options } = JSON.parse(process.argv[3] as string) as Settings;
const snapshots = openSnapshots(`file:${process.argv[2]}`, {
  fingerprint: 'app',
  inlineBytesMax: 300,
  ...options,
  observer: { standby: (owner) => tell({ standby: owner.pid }), lost: end },
});
let stopping = false;
process.on('SIGTERM', () => {
  stopping = true;
  if (idle) void snapshots.close().then(() => process.exit(0));
});
// The loop stands still until there is a file beside the folder.
process.on('SIGUSR2', () => {
  tell({ still: true });
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(`${process.argv[2]}.go-on`)) Atomics.wait(nobody, 0, 0, 50);
});
try {
  const { epoch, sequence } = await snapshots.acquire();
  const model = await modelOf(snapshots.recover());
  tell({ acquired: epoch, sequence, count: Number(model.get(`${family.state}/0/count`) ?? 0) });
  for (let number = 1; !stopping && !idle; number++) {
    const payload = `${sequence + number}`;
    const change = { family: family.state, group: 0, key: 'count', payload };
    const info = await snapshots.commit(cutOf(number, [change]));
    tell({ committed: info.sequence, epoch });
  }
  if (!idle) {
    await snapshots.close();
    process.exit(0);
  }
} catch (error) {
  end(error as WeirError);
}
