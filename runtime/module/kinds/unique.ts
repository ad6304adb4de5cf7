import { shown, type Reading } from '../reading.ts';
import type { Tree } from '../tree.ts';
import { wrong } from '../values.ts';

/** Of two entries with one topic or stream StateFun would silently drop the first. */
export function uniqueIn(list: Tree | undefined, key: string, reading: Reading): void {
  if (list?.type !== 'list') return;
  const seen = new Set<string>();
  for (const item of list.items) {
    const name = item.type === 'mapping' ? item.entries.get(key)?.value : undefined;
    if (name?.type !== 'scalar' || typeof name.value !== 'string') continue;
    if (seen.has(name.value)) {
      const message = `the ${key} ${shown(name)} is here a second time`;
      wrong('BAD_VALUE', name, message, 'one entry with the targets of both', reading);
    }
    seen.add(name.value);
  }
}
