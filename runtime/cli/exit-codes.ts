import { WeirError } from '#protocol/errors.ts';

/** What scripts see of the end of a command; the numbers are those of `sysexits.h`. */
export const exitCodes = {
  /** Done; or stopped by SIGTERM or SIGINT after a last commit. */
  ok: 0,
  /** The command line is wrong. */
  usage: 64,
  /** The module or data is wrong. */
  data: 65,
  /** A needed service could not be reached within the start budget. */
  unavailable: 69,
  /** An assertion failed: a defect of Weir itself. */
  defect: 70,
  /** Another writer took over. */
  superseded: 75,
} as const;

/** The exit code of what a command threw, by the room that its code names. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof WeirError)) return exitCodes.defect;
  if (error.code === 'WEIR_CLI_UNREACHABLE') return exitCodes.unavailable;
  if (error.code === 'WEIR_CLI_REFUSED') return exitCodes.data;
  if (error.code.startsWith('WEIR_CLI_')) return exitCodes.usage;
  return byCode.get(error.code) ?? exitCodes.data;
}

/** The codes of other rooms that end a runtime with something else than "the data is wrong". */
const byCode: ReadonlyMap<string, number> = new Map([
  ['WEIR_SNAPSHOT_SUPERSEDED', exitCodes.superseded],
  ['WEIR_SNAPSHOT_STORE_UNREACHABLE', exitCodes.unavailable],
  ['WEIR_SNAPSHOT_STORE_FAILED', exitCodes.unavailable],
  ['WEIR_SNAPSHOT_HEAD_ASSERTION', exitCodes.defect],
  ['WEIR_SNAPSHOT_WORKER_FAILED', exitCodes.defect],
  ['WEIR_SNAPSHOT_INVALID_CUT', exitCodes.defect],
  ['WEIR_SNAPSHOT_WRONG_ORDER', exitCodes.defect],
  ['WEIR_RUNTIME_ADMIN_PORT', exitCodes.unavailable],
  ['WEIR_INGRESS_LISTEN_FAILED', exitCodes.unavailable],
  ['WEIR_EGRESS_LISTEN_FAILED', exitCodes.unavailable],
  ['WEIR_ADMIN_BAD_TOKENS', exitCodes.usage],
  ['WEIR_KAFKA_UNREACHABLE', exitCodes.unavailable],
  ['WEIR_RUNTIME_LAST_COMMIT', exitCodes.unavailable],
  ['WEIR_RUNTIME_UNEXPECTED', exitCodes.defect],
]);
