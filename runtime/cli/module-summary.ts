import { redactModule } from '../module/redact.ts';
import type {
  EgressSpec,
  IngressSpec,
  KinesisEgressSpec,
  KinesisIngressSpec,
  ModuleSpec,
} from '../module/spec.ts';
import { visible } from '../module/mistakes.ts';

/** What a module holds, for people: one line a component, in the order of the data's way. */
export function summarize(file: string, module: ModuleSpec): string[] {
  // The copy has `***` in place of secrets, also where the types say number.
  const shown = redactModule(module) as ModuleSpec;
  const { endpoints, embedded, ingresses, egresses } = shown;
  const lines = [
    `${file}: ok`,
    ...ingresses.map((ingress) => `  ingress   ${ingress.id}  ${describeIngress(ingress)}`),
    ...endpoints.map(
      ({ functions, urlPathTemplate, transport }) =>
        `  functions ${functions}  ${urlPathTemplate}  (${transport.type})`,
    ),
    ...embedded.map(
      ({ functions, module: path, worker }) =>
        `  functions ${functions.join(', ')}  ${path}  (${worker ? 'worker thread' : 'in process'})`,
    ),
    ...egresses.map((egress) => `  egress    ${egress.id}  ${describeEgress(egress)}`),
  ];
  return lines.map(visible);
}

function describeIngress(ingress: IngressSpec): string {
  switch (ingress.kind) {
    case 'weir.file.v1/ingress':
      return `${ingress.path} -> ${ingress.targets.join(', ')}`;
    case 'weir.http.v1/ingress': {
      const routes = ingress.routes.map(({ path, targets }) => `${path} -> ${targets.join(', ')}`);
      return `http://${ingress.host}:${ingress.port}  ${routes.join('; ')}`;
    }
    case 'io.statefun.kafka.v1/ingress': {
      const topics = ingress.topics.map(
        ({ topic, targets }) => `${topic} -> ${targets.join(', ')}`,
      );
      return `${ingress.address}  ${topics.join('; ')}`;
    }
    case 'io.statefun.kinesis.v1/ingress': {
      const streams = ingress.streams.map(
        ({ stream, targets }) => `${stream} -> ${targets.join(', ')}`,
      );
      return `${regionOf(ingress)}  ${streams.join('; ')}`;
    }
    case 'io.statefun.playground.v1/ingress':
      return `http://${ingress.host}:${ingress.port}`;
  }
}

function regionOf({ endpoint, region }: KinesisIngressSpec | KinesisEgressSpec): string {
  return endpoint ?? region ?? 'region of the environment';
}

function describeEgress(egress: EgressSpec): string {
  if (egress.kind === 'weir.file.v1/egress') return egress.path;
  if (egress.kind === 'io.statefun.kafka.v1/egress') {
    return `${egress.address}  (${egress.delivery.type})`;
  }
  if (egress.kind === 'io.statefun.kinesis.v1/egress') return regionOf(egress);
  return `http://${egress.host}:${egress.port}  ${egress.topics.join(', ')}`;
}
