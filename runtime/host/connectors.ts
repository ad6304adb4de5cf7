import { join } from 'node:path';
import type { WeirError } from '#protocol/errors.ts';
import { FileEgress } from '../egress/file-egress.ts';
import { PlaygroundEgress } from '../egress/playground-egress.ts';
import { FileIngress } from '../ingress/file-ingress.ts';
import { HttpIngress } from '../ingress/http-ingress.ts';
import { PlaygroundIngress } from '../ingress/playground-ingress.ts';
import { KafkaEgress } from '../kafka/kafka-egress.ts';
import { KafkaIngress } from '../kafka/kafka-ingress.ts';
import { KinesisEgress } from '../kinesis/kinesis-egress.ts';
import { KinesisIngress } from '../kinesis/kinesis-ingress.ts';
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

/** What connectors share. */
export interface ConnectorWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How long a service that is needed may be out of reach at the start. */
  readonly startBudgetMs: number;
}

/** The ingress that the module describes; it opens when the state is recovered. */
export function ingressOf(spec: IngressSpec, world: ConnectorWorld): OpenedIngress {
  const { log } = world;
  if (spec.kind === 'weir.file.v1/ingress') {
    const telling = tellingOf(spec.id, world);
    const ingress = new FileIngress({ ...spec, clock: world.clock, ...telling });
    return { ingress, idempotency: noKeys };
  }
  if (spec.kind === 'io.statefun.kafka.v1/ingress') {
    const { id } = spec;
    const { clock, startBudgetMs } = world;
    const telling = tellingOf(id, world);
    const ingress = new KafkaIngress({
      ...{ ...spec, ...telling, clock, startBudgetMs, log: kafkaLog(id, log) },
    });
    return { ingress, idempotency: noKeys };
  }
  if (spec.kind === 'io.statefun.kinesis.v1/ingress') {
    const ingress = new KinesisIngress({ ...spec, ...world, ...tellingOf(spec.id, world) });
    return { ingress, idempotency: noKeys };
  }
  const { ttlMs, maxKeys } = spec.idempotency;
  const ingress =
    spec.kind === 'weir.http.v1/ingress'
      ? new HttpIngress({ ...spec, ...world })
      : new PlaygroundIngress({ ...spec, ...world });
  return { ingress, idempotency: { keysMax: maxKeys, ttlMs } };
}

/** What an ingress tells of records that it could not take, and of a source that fails. */
function tellingOf(id: string, { clock, log }: ConnectorWorld) {
  const rejected = new RejectedLog(id, clock, log);
  return {
    onRejected: (record: Parameters<RejectedLog['rejected']>[0]) => rejected.rejected(record),
    onFailure: ({ code, hint, message }: WeirError) =>
      log.error({ ingress: id, code, hint }, message),
  };
}

/**
 * The egress that the module describes. `state` is the state's URL: what a playground egress has
 * handed out is remembered beside a state in a folder, so that no record is popped twice after a
 * kill; with another store it is remembered in memory.
 */
export function egressOf(spec: EgressSpec, state: string, world: ConnectorWorld): Egress {
  if (spec.kind === 'weir.file.v1/egress') return new FileEgress(spec);
  if (spec.kind === 'io.statefun.kafka.v1/egress') {
    const { clock, startBudgetMs, log } = world;
    return new KafkaEgress({ ...spec, clock, startBudgetMs, log: kafkaLog(spec.id, log) });
  }
  if (spec.kind === 'io.statefun.kinesis.v1/egress')
    return new KinesisEgress({ ...spec, ...world });
  const root = localFolderOf(state);
  const folder = root === null ? null : join(root, 'egress', encodeURIComponent(spec.id));
  return new PlaygroundEgress({ ...spec, folder });
}

/** The client's own log, whatever it thinks of its importance: what matters is told by us. */
function kafkaLog(id: string, log: Logger) {
  return (line: { readonly scope: string; readonly text: string }): void => {
    log.debug({ connector: id, scope: line.scope }, line.text);
  };
}
