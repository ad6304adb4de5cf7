import { spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where built and fetched programs are kept between runs. */
export const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'weir');

/** A service that the tests can't have on this machine, and what it would take. */
export class MissingService extends Error {}

/** Where installers put what they do not put on the path. */
const usualFolders = ['/usr/local/go/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/** The command, with its folder if it is not on the path. Throws `MissingService`. */
export function commandOf(command: string, what: string): string {
  if (hasCommand(command)) return command;
  const path = usualFolders.map((folder) => join(folder, command)).find(existsSync);
  if (path === undefined) throw new MissingService(`${what} (${command} is not on the path)`);
  return path;
}

/** Whether the command is on the path. */
export function hasCommand(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/** Runs to its end, with its output shown; throws `MissingService` if it fails. */
export function must(
  what: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): void {
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new MissingService(`${what} failed: ${command} ended with ${status}`);
}

/**
 * A file or folder of the cache, made by `make` in a folder of its own when it is not there yet,
 * and moved to its place only when it is whole: a run that is killed leaves no half of it.
 */
export function cached(name: string, make: (folder: string) => string): string {
  const place = join(cacheFolder, name);
  if (existsSync(place)) return place;
  mkdirSync(join(place, '..'), { recursive: true });
  const folder = mkdtempSync(join(place, '..', 'making-'));
  try {
    const made = make(folder);
    if (!existsSync(place)) renameSync(made, place);
    return place;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `kill -9`, and waits until it is gone; nothing if it has ended, or never began. */
export async function killed(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
