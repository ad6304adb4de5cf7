import { join } from 'node:path';
import type { WeirError } from '#protocol/errors.ts';
import { FileEgress } from '../egress/file-egress.ts';
import { PlaygroundEgress } from '../egress/playground-egress.ts';
import { FileIngress } from '../ingress/file-ingress.ts';
import { HttpIngress } from '../ingress/http-ingress.ts';
import { PlaygroundIngress } from '../ingress/playground-ingress.ts';
import type { EgressSpec, IngressSpec } from '../module/spec.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Egress } from '../ports/egress.ts';
import type { Ingress } from '../ports/ingress.ts';
import { localFolderOf } from '../snapshot/open-store.ts';
import type { Logger } from './logger.ts';
import { RejectedLog } from './rejected-log.ts';

/** Keys of ingresses that can't be repeated by a client are not remembered at all. */
const noKeys = { keysMax: 1, ttlMs: 0 };

export interface OpenedIngress {
  readonly ingress: Ingress;
  readonly idempotency: { readonly keysMax: number; readonly ttlMs: number };
}

/** The ingress that the module describes; it opens when the state is recovered. */
export function ingressOf(
  spec: IngressSpec,
  world: { readonly clock: Clock; readonly random: Random; readonly log: Logger },
): OpenedIngress {
  const { log } = world;
  if (spec.kind === 'weir.file.v1/ingress') {
    const { id } = spec;
    const rejected = new RejectedLog(id, world.clock, log);
    const ingress = new FileIngress({
      ...spec,
      clock: world.clock,
      onRejected: (record) => rejected.rejected(record),
      onFailure: (error: WeirError) =>
        log.error({ ingress: id, code: error.code, hint: error.hint }, error.message),
    });
    return { ingress, idempotency: noKeys };
  }
  const { ttlMs, maxKeys } = spec.idempotency;
  const ingress =
    spec.kind === 'weir.http.v1/ingress'
      ? new HttpIngress({ ...spec, ...world })
      : new PlaygroundIngress({ ...spec, ...world });
  return { ingress, idempotency: { keysMax: maxKeys, ttlMs } };
}

/**
 * The egress that the module describes. `state` is the state's URL: what a playground egress has
 * handed out is remembered beside a state in a folder, so that no record is popped twice after a
 * kill; with another store it is remembered in memory.
 */
export function egressOf(spec: EgressSpec, state: string): Egress {
  if (spec.kind === 'weir.file.v1/egress') return new FileEgress(spec);
  const root = localFolderOf(state);
  const folder = root === null ? null : join(root, 'egress', encodeURIComponent(spec.id));
  return new PlaygroundEgress({ ...spec, folder });
}
