import { constants, setPriority } from 'node:os';

/**
 * Lets the calling thread give way to the others of this process. On a machine whose cores are all
 * busy the kernel may else run a woken snapshot thread first, in the middle of the engine's turn:
 * the loop then stands still for as long as that thread's turn takes.
 */
export function giveWay(): void {
  // Elsewhere the id 0 means the whole process; on Linux it is the calling thread.
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here (a sandbox): it only costs some smoothness.
  }
}
