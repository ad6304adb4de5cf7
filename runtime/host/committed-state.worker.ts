import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, WeirError } from '#protocol/errors.ts';
import { Engine } from '../core/engine.ts';
import { inspectAddress, type AddressPicture } from '../core/inspect.ts';
import { Lane } from '../core/lane.ts';
import { Restore } from '../core/restore.ts';
import { systemClock } from '../ports/system-clock.ts';
import type { Transport } from '../ports/transport.ts';
import { committedAddress } from '../snapshot/committed-address.ts';
import { hostErrors } from './errors.ts';

export interface CommittedQuestion {
  readonly stateUrl: string;
  readonly type: string;
  readonly id: string;
  readonly nowMs: number;
}

export type CommittedAnswer =
  | { readonly picture: AddressPicture | null }
  | { readonly error: { readonly code: string; readonly message: string; readonly hint: string } };

/**
 * One look into the last committed cut: an engine that never starts takes the records of one
 * address, so that `Restore` stays the only one that knows how they are laid out.
 */
async function look(question: CommittedQuestion): Promise<AddressPicture | null> {
  const never = (): never => {
    throw new Error('an engine that only looks sends nothing');
  };
  const nobody: Transport = { concurrency: 0, send: never, status: never, close: never };
  const lane = new Lane(nobody, 1);
  const engine = new Engine({
    clock: systemClock,
    laneOf: () => lane,
    egresses: [],
    ingresses: [],
  });
  const restore = new Restore(engine);
  for (const block of await committedAddress(question.stateUrl, question.id)) restore.block(block);
  restore.finish();
  return inspectAddress(engine, question.type, question.id, question.nowMs);
}

try {
  const picture = await look(workerData as CommittedQuestion);
  parentPort?.postMessage({ picture } satisfies CommittedAnswer);
} catch (thrown) {
  const known =
    thrown instanceof WeirError
      ? thrown
      : hostErrors.COMMITTED_READ(messageOf(thrown), { cause: thrown });
  const { code, message, hint } = known;
  parentPort?.postMessage({ error: { code, message, hint } } satisfies CommittedAnswer);
}
