import { Lane } from '../core/lane.ts';
import { matchEndpoint } from '../module/match-endpoint.ts';
import type { EmbeddedSpec, EndpointSpec, ModuleSpec } from '../module/spec.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Transport, TransportObserver } from '../ports/transport.ts';
import { BatchedTransport } from '../transport/batched-transport.ts';
import { EmbeddedTransport } from '../transport/embedded-transport.ts';
import { EmbeddedWorkerTransport } from '../transport/embedded-worker-transport.ts';
import { signerOf } from '../transport/signer.ts';
import { HttpTransport } from '../transport/http-transport.ts';

export interface TransportWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: TransportObserver;
}

/** One lane per endpoint of the module, and which function type goes where. */
export class Lanes {
  readonly all: Lane[] = [];
  readonly #module: ModuleSpec;
  readonly #bySpec = new Map<EndpointSpec | EmbeddedSpec, Lane>();

  private constructor(module: ModuleSpec) {
    this.#module = module;
  }

  /** Makes every transport of the module; embedded function modules are imported. */
  static async open(module: ModuleSpec, world: TransportWorld): Promise<Lanes> {
    const lanes = new Lanes(module);
    for (const spec of module.endpoints) {
      lanes.#add(spec, httpTransport(spec, world), spec.maxNumBatchRequests);
    }
    for (const spec of module.embedded) {
      lanes.#add(spec, await embeddedTransport(spec, world), spec.maxNumBatchRequests);
    }
    return lanes;
  }

  /** The lane that serves a function type, or null. */
  laneOf(functionType: string): Lane | null {
    const spec = matchEndpoint(this.#module, functionType);
    return spec === null ? null : (this.#bySpec.get(spec) ?? null);
  }

  /** Function types and patterns of the module, for error texts. */
  functionTypes(): string[] {
    const { endpoints, embedded } = this.#module;
    return [
      ...endpoints.map(({ functions }) => functions),
      ...embedded.flatMap(({ functions }) => functions),
    ];
  }

  #add(spec: EndpointSpec | EmbeddedSpec, transport: Transport, batchMax: number): void {
    // Zero or less switches the bound off, as in StateFun.
    const lane = new Lane(
      transport,
      batchMax <= 0 ? Number.MAX_SAFE_INTEGER : batchMax,
      spec.policy,
    );
    this.#bySpec.set(spec, lane);
    this.all.push(lane);
  }
}

function httpTransport(spec: EndpointSpec, world: TransportWorld): Transport {
  const { transport, functions, urlPathTemplate } = spec;
  const signer = spec.signing === null ? null : signerOf(spec.signing);
  const common = { ...world, functions, urlPathTemplate, kind: transport.type, signer };
  if (transport.type === 'io.statefun.transports.v1/okhttp') {
    const { callTimeoutMs, connectTimeoutMs, readTimeoutMs } = transport;
    return new HttpTransport({ ...common, callTimeoutMs, connectTimeoutMs, readTimeoutMs });
  }
  const options = { ...common, ...definedOptions(transport) };
  if (transport.type === 'io.statefun.transports.v1/async') return new HttpTransport(options);
  const { maxRequestsPerPost, maxPostBytes } = transport;
  return new BatchedTransport({ ...options, maxRequestsPerPost, maxPostBytes });
}

type AsyncOptions = Extract<
  EndpointSpec['transport'],
  { type: 'io.statefun.transports.v1/async' | 'weir.transports.v1/batched' }
>;

function definedOptions(spec: AsyncOptions): object {
  const { callTimeoutMs, connectTimeoutMs, poolTtlMs, poolSize, payloadMaxBytes } = spec;
  const tls = {
    trustCacerts: spec.trustCacerts,
    clientCert: spec.clientCert,
    clientKey: spec.clientKey,
    clientKeyPassword: spec.clientKeyPassword,
  };
  const given = Object.entries(tls).filter(([, value]) => value !== null);
  return {
    ...{ callTimeoutMs, connectTimeoutMs, poolTtlMs, poolSize, payloadMaxBytes },
    ...Object.fromEntries(given),
  };
}

async function embeddedTransport(spec: EmbeddedSpec, world: TransportWorld): Promise<Transport> {
  const { functions, module, callTimeoutMs } = spec;
  const budget = callTimeoutMs === null ? {} : { callTimeoutMs };
  const options = { ...world, functions, module, ...budget };
  return spec.worker ? EmbeddedWorkerTransport.open(options) : EmbeddedTransport.open(options);
}
