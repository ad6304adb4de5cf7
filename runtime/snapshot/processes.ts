import type { Owner } from '../ports/snapshots.ts';

export type ProcessIdentity = Pick<Owner, 'host' | 'hostname' | 'pid' | 'processStart'>;

/** What a standby can know of processes; simulated in tests. */
export interface Processes {
  readonly self: ProcessIdentity;
  /**
   * Whether the process is known to be dead. False when that can't be known (another host), so
   * that only the lease decides.
   */
  isGone(process: ProcessIdentity): boolean;
}
