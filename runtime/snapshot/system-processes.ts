import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Processes, ProcessIdentity } from './processes.ts';

/**
 * Processes of this machine. On Linux a host is one boot and one pid namespace, so that a process
 * of another container with the same name and pid is never taken for this one's; elsewhere it is
 * the host name, and a process counts as gone when its pid is free.
 */
export const systemProcesses: Processes = {
  self: {
    host: hostIdentity(),
    hostname: hostname(),
    pid: process.pid,
    processStart: startOf(process.pid) ?? '',
  },
  isGone(other: ProcessIdentity): boolean {
    if (other.host !== this.self.host) return false;
    const start = startOf(other.pid);
    if (start !== null) return start === gone || start !== other.processStart;
    return !pidExists(other.pid);
  },
};

/** A start time that no process has. */
const gone = 'gone';

function hostIdentity(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Clock ticks since boot, `gone` if it ended, or null where there is no /proc. */
function startOf(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    const code = (error as { code?: string }).code;
    return code === 'ESRCH' || (code === 'ENOENT' && process.platform === 'linux') ? gone : null;
  }
  // The second field, the command, may hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  // A zombie or dead process only waits for its parent: it writes nothing any more.
  if (state === 'Z' || state === 'X') return gone;
  return fields[19] ?? null;
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
