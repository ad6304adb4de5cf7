import { exitCodes } from './exit-codes.ts';
import { stateOf } from './options.ts';
import { formatRecord, formatTable, print, printJson } from './output.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * `runtime/snapshot/inspect.ts`. All of them throw a `WeirError` if the state can't be read or is
 * corrupt; `verifySnapshots` reads every object and checks its checksum.
 */
interface InspectRoom {
  /** The committed cuts that are kept, the newest first; each a flat record. */
  readonly listSnapshots: (stateUrl: string) => Promise<readonly Row[]>;
  /** What is in one; by its sequence number, or the current one. */
  readonly showSnapshot: (stateUrl: string, sequence?: number) => Promise<Row>;
  readonly verifySnapshots: (stateUrl: string) => Promise<Row>;
}

export interface SnapshotArguments {
  readonly state: string;
  readonly json: boolean;
}

async function inspectRoom(): Promise<InspectRoom> {
  const room: string = '../snapshot/inspect.ts';
  return (await import(room)) as InspectRoom;
}

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
  // A report of what is wrong, where the room reports it instead of throwing.
  const problems = record['problems'];
  return Array.isArray(problems) && problems.length > 0 ? exitCodes.data : exitCodes.ok;
}
