import type { StoreCost } from '../snapshot/inspect.ts';
import { exitCodes } from './exit-codes.ts';
import { stateOf } from './options.ts';
import { formatRecord, formatTable, print, printJson } from './output.ts';

export interface SnapshotArguments {
  readonly state: string;
  readonly json: boolean;
}

// Loaded by these commands alone: the others start without the snapshots' code.
const inspectRoom = () => import('../snapshot/inspect.ts');

/** `weir snapshots list`. */
export async function listSnapshots(options: SnapshotArguments): Promise<number> {
  const { rows, cost } = await (await inspectRoom()).listSnapshots(stateOf(options.state));
  if (options.json) printJson(rows);
  else if (rows.length === 0) print('nothing is committed there yet');
  else print(`${formatTable(rows)}\n${costText(cost)}`);
  return exitCodes.ok;
}

/** What one commit costs on average, heartbeats, repeated requests and compactions included. */
function costText({ commits, usage }: StoreCost): string {
  const perCommit = (value: number): string => (value / Math.max(1, commits)).toFixed(2);
  const { writes, reads, lists, bytesWritten } = usage;
  return (
    `store: ${perCommit(writes)} writes, ${perCommit(reads)} reads and ${perCommit(lists)} lists a ` +
    `commit, ${perCommit(bytesWritten / 1_000)} kB written (${commits} commits, heartbeats and ` +
    'compactions included)'
  );
}

/** `weir snapshots show`. */
export async function showSnapshot(
  sequence: number | undefined,
  options: SnapshotArguments,
): Promise<number> {
  const { showSnapshot: show } = await inspectRoom();
  const record = await show(stateOf(options.state), sequence);
  if (options.json) printJson(record);
  else print(formatRecord(record));
  return exitCodes.ok;
}

/** `weir snapshots verify`. */
export async function verifySnapshots(options: SnapshotArguments): Promise<number> {
  const record = await (await inspectRoom()).verifySnapshots(stateOf(options.state));
  if (options.json) printJson(record);
  else print(formatRecord(record));
  return record.problems.length > 0 ? exitCodes.data : exitCodes.ok;
}
