import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Alert, Marker } from './frame.ts';
import type { Positions } from './log-follower.ts';
import type { TallyRecord } from './tally.ts';

const version = 3;

/** What the console writes down so that a restart goes on counting where it stopped. */
export interface Checkpoint {
  readonly positions: Positions;
  readonly tally: TallyRecord;
  readonly markers: readonly Marker[];
  readonly commits: number;
  /** Alerts that nobody has decided. */
  readonly review: readonly Alert[];
}

/**
 * The last checkpoint, or null if there is none. One that can't be read is as good as none: the
 * logs that are still there are counted again, and `problem` says so.
 */
export async function readCheckpoint(
  path: string,
): Promise<{ checkpoint: Checkpoint | null; problem: string | null }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { checkpoint: null, problem: absent ? null : `${path} can't be read: ${String(error)}` };
  }
  try {
    const parsed = JSON.parse(text) as Checkpoint & { version: number };
    if (parsed.version === version) return { checkpoint: parsed, problem: null };
    return { checkpoint: null, problem: `${path} has version ${parsed.version}, not ${version}` };
  } catch (error) {
    return { checkpoint: null, problem: `${path} is not whole: ${String(error)}` };
  }
}

/** Replaces the checkpoint in one step: after a crash it is the old one or the new one. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const text = JSON.stringify({ version, ...checkpoint });
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.next`, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.next`, path);
}
