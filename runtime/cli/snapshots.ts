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
  const rows = await (await inspectRoom()).listSnapshots(stateOf(options.state));
  if (options.json) printJson(rows);
  else print(rows.length === 0 ? 'nothing is committed there yet' : formatTable(rows));
  return exitCodes.ok;
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
