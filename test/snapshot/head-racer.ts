/**
 * A process that increments a counter in the head of the folder given, as fast as it can, and
 * prints each number that it was told to have written: two processes must never print the same.
 */
import { writeSync } from 'node:fs';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import { LocalFolderStore } from '#runtime/snapshot/local-folder-store.ts';

const store = await LocalFolderStore.open(process.argv[2] as string, systemClock, systemRandom);
for (;;) {
  const head = await store.readHead();
  const count = head === null ? 0 : Number(Buffer.from(head.body).toString());
  const result = await store.swapHead(Buffer.from(`${count + 1}`), head?.tag ?? null);
  if (result.outcome === 'swapped') writeSync(1, `${count + 1}\n`);
}
