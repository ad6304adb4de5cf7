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
import type { Logger } from './logger.ts';

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
    const ingress = new FileIngress({
      ...spec,
      clock: world.clock,
      onRejected: ({ path, offset, reason }) =>
        log.error({ ingress: id, path, offset, code: reason.code }, reason.message),
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

/** The egress that the module describes. */
export function egressOf(spec: EgressSpec): Egress {
  return spec.kind === 'weir.file.v1/egress' ? new FileEgress(spec) : new PlaygroundEgress(spec);
}
