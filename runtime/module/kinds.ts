import { embedded, endpointV1, endpointV2 } from './kinds/endpoint.ts';
import { fileEgress, fileIngress } from './kinds/file.ts';
import { httpIngress, playgroundIngress } from './kinds/http.ts';
import { kafkaEgress, kafkaIngress } from './kinds/kafka.ts';
import { kinesisEgress, kinesisIngress } from './kinds/kinesis.ts';
import { playgroundEgress } from './kinds/playground-egress.ts';
import type { RawComponent, Reading } from './reading.ts';
import type { EgressSpec, EmbeddedSpec, EndpointSpec, IngressSpec } from './spec.ts';

type ReadComponent<T> = (raw: RawComponent, reading: Reading) => T | undefined;

/** What a kind is, and how its `spec` is read. */
type Kind =
  | { readonly role: 'endpoint'; readonly read: ReadComponent<EndpointSpec> }
  | { readonly role: 'embedded'; readonly read: ReadComponent<EmbeddedSpec> }
  | { readonly role: 'ingress'; readonly read: ReadComponent<IngressSpec> }
  | { readonly role: 'egress'; readonly read: ReadComponent<EgressSpec> };

/** Every kind of component. Those that read nothing arrive with the connectors. */
export const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['io.statefun.endpoints.v2/http', { role: 'endpoint', read: endpointV2 }],
  ['io.statefun.endpoints.v1/http', { role: 'endpoint', read: endpointV1 }],
  ['weir.embedded.v1/functions', { role: 'embedded', read: embedded }],
  ['weir.file.v1/ingress', { role: 'ingress', read: fileIngress }],
  ['weir.file.v1/egress', { role: 'egress', read: fileEgress }],
  ['weir.http.v1/ingress', { role: 'ingress', read: httpIngress }],
  ['io.statefun.playground.v1/ingress', { role: 'ingress', read: playgroundIngress }],
  ['io.statefun.playground.v1/egress', { role: 'egress', read: playgroundEgress }],
  ['io.statefun.kafka.v1/ingress', { role: 'ingress', read: kafkaIngress }],
  ['io.statefun.kafka.v1/egress', { role: 'egress', read: kafkaEgress }],
  ['io.statefun.kinesis.v1/ingress', { role: 'ingress', read: kinesisIngress }],
  ['io.statefun.kinesis.v1/egress', { role: 'egress', read: kinesisEgress }],
]);

/** The kinds of the single-document format that are spelled otherwise today. */
export const legacyKinds: ReadonlyMap<string, string> = new Map([
  ['http', 'io.statefun.endpoints.v1/http'],
  ['io.statefun.kafka/ingress', 'io.statefun.kafka.v1/ingress'],
  ['io.statefun.kafka/egress', 'io.statefun.kafka.v1/egress'],
  ['io.statefun.kinesis/ingress', 'io.statefun.kinesis.v1/ingress'],
  ['io.statefun.kinesis/egress', 'io.statefun.kinesis.v1/egress'],
]);
