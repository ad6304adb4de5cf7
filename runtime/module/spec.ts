/**
 * What a parsed module file says: plain, read-only data with every default filled in. Durations
 * are milliseconds, sizes bytes, paths absolute. Whoever starts a component reads only this.
 */

import type { DeadLetterTarget, FailurePolicy } from '../ports/failure-policy.ts';
import type { KafkaDelivery, KafkaStart } from '../ports/kafka-settings.ts';
import type { KinesisAccess, KinesisStart } from '../ports/kinesis-settings.ts';

export interface ModuleSpec {
  /** The module file, absolute; relative paths in it were resolved against its folder. */
  readonly file: string;
  readonly endpoints: readonly EndpointSpec[];
  readonly embedded: readonly EmbeddedSpec[];
  readonly ingresses: readonly IngressSpec[];
  readonly egresses: readonly EgressSpec[];
  /**
   * JSON pointers, into this object, of the values that came out of `${env:…}` or `${file:…}`:
   * never print them. `redactModule` gives a copy that is safe to show.
   */
  readonly secretPaths: readonly string[];
  /** Files that `${file:…}` names, and those of passwords, absolute. */
  readonly filesRead: readonly string[];
}

/** Every component: where in the module file it begins, for messages at start. */
interface Component {
  /** 1-based line of its `kind`. */
  readonly line: number;
}

// ---- functions -------------------------------------------------------------------------------

/** Functions that are reached over HTTP. */
export interface EndpointSpec extends Component {
  readonly kind: 'io.statefun.endpoints.v1/http' | 'io.statefun.endpoints.v2/http';
  /** `namespace/name`, or `namespace/*` for all functions of the namespace. */
  readonly functions: string;
  /**
   * An absolute `http:`, `https:` or `http+unix:` URL; `{function.name}` stands in its path or
   * query only, for the percent-encoded name part of the function type.
   */
  readonly urlPathTemplate: string;
  /** Messages in one request at most; 1,000 by default. */
  readonly maxNumBatchRequests: number;
  readonly transport: TransportSpec;
  /** What becomes of an address whose function can never do a message; it parks by default. */
  readonly policy: FailurePolicy;
  /** With which key requests are signed; null: they are not. */
  readonly signing: SigningSpec | null;
}

export interface SigningSpec {
  readonly keyId: string;
  /** PEM file of the private key, absolute. */
  readonly privateKey: string;
}

export type TransportSpec = AsyncTransportSpec | OkHttpTransportSpec | BatchedTransportSpec;

export interface AsyncTransportSpec extends AsyncTransportOptions {
  readonly type: 'io.statefun.transports.v1/async';
}

export interface BatchedTransportSpec extends AsyncTransportOptions {
  readonly type: 'weir.transports.v1/batched';
  /** Requests in one POST at most; 256 by default, which is also the protocol's bound. */
  readonly maxRequestsPerPost: number;
  /** Bytes of one POST at most, unless a single request is larger; 8 MiB by default. */
  readonly maxPostBytes: number;
}

export interface AsyncTransportOptions {
  /** The budget of one request with all its retries; 2 min by default. */
  readonly callTimeoutMs: number;
  /** 20 s by default. */
  readonly connectTimeoutMs: number;
  /** How long an idle connection is kept; 15 s by default. */
  readonly poolTtlMs: number;
  /** Connections at most; 1,024 by default. */
  readonly poolSize: number;
  /** Bytes of a decoded reply at most; 32 MiB by default. */
  readonly payloadMaxBytes: number;
  /** PEM file of the certificate authorities to trust; null: the system's. */
  readonly trustCacerts: string | null;
  /** PEM files of the client's certificate and key; both or none. */
  readonly clientCert: string | null;
  readonly clientKey: string | null;
  /** The password itself; always a secret. */
  readonly clientKeyPassword: string | null;
}

export interface OkHttpTransportSpec {
  readonly type: 'io.statefun.transports.v1/okhttp';
  /** The budget of one request with all its retries; 1 min by default. */
  readonly callTimeoutMs: number;
  /** 10 s by default, at most `callTimeoutMs`; so are the next two. */
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
}

/** Functions that are imported into the runtime's own process, or into a worker thread of it. */
export interface EmbeddedSpec extends Component {
  readonly kind: 'weir.embedded.v1/functions';
  /** Exact function types, `namespace/name`. */
  readonly functions: readonly string[];
  /** The module to import: an absolute path. */
  readonly module: string;
  /** True: in a worker thread; false by default. */
  readonly worker: boolean;
  readonly policy: FailurePolicy;
  /** The time for one call with all its retries; null: the transport's own. */
  readonly callTimeoutMs: number | null;
  /** Messages in one call at most; 1,000 by default. */
  readonly maxNumBatchRequests: number;
}

// ---- ingresses -------------------------------------------------------------------------------

export type IngressSpec =
  FileIngressSpec | HttpIngressSpec | PlaygroundIngressSpec | KafkaIngressSpec | KinesisIngressSpec;

export interface KinesisIngressSpec extends Component, KinesisAccess {
  readonly kind: 'io.statefun.kinesis.v1/ingress';
  readonly id: string;
  readonly streams: readonly KinesisStreamSpec[];
  /** Where a state that is new begins; `latest` by default. */
  readonly start: KinesisStart;
  /** Where records go that can't become messages; null: they are passed over. */
  readonly deadLetter: DeadLetterTarget | null;
}

export interface KinesisStreamSpec {
  readonly stream: string;
  readonly valueType: string;
  readonly targets: readonly string[];
}

export interface KafkaIngressSpec extends Component {
  readonly kind: 'io.statefun.kafka.v1/ingress';
  readonly id: string;
  /** Bootstrap servers, separated by commas. */
  readonly address: string;
  /** Positions are told to this group, for people; they are never read back. */
  readonly groupId: string;
  readonly topics: readonly KafkaTopicSpec[];
  /** For partitions without a committed offset when a new state starts from `group-offsets`. */
  readonly reset: 'earliest' | 'latest';
  /** Where a state that is new begins; `latest` by default. */
  readonly start: KafkaStart;
  /** Settings by the names of the Java client; only those that are known. */
  readonly properties: Readonly<Record<string, string>>;
  /** Where records go that can't become messages; null: they are passed over. */
  readonly deadLetter: DeadLetterTarget | null;
}

export interface KafkaTopicSpec {
  readonly topic: string;
  readonly valueType: string;
  readonly targets: readonly string[];
}

export interface FileIngressSpec extends Component {
  readonly kind: 'weir.file.v1/ingress';
  readonly id: string;
  /** A JSON-lines file, or an event log folder of them. */
  readonly path: string;
  /** Whether `path` is an event log folder: it ended with `/` or is one already. */
  readonly folder: boolean;
  /** Where in a record the target's id is. */
  readonly key: { readonly pointer: string };
  readonly valueType: string;
  readonly targets: readonly string[];
  /** Whether to wait for more at the end of the file; true by default. */
  readonly follow: boolean;
  /** Whether to remove files that no kept cut needs (folders only); false by default. */
  readonly removeConsumed: boolean;
  /** Where records go that can't become messages; null: they are passed over and stay in the file. */
  readonly deadLetter: DeadLetterTarget | null;
}

/** What the two HTTP ingresses have in common. */
interface HttpServing extends Component {
  /**
   * Given in the file, or `weir.http/ingress`, `io.statefun.playground/ingress`, with `-2`, `-3` …
   * for the second, third … of its kind: never derived from a port, which may move.
   */
  readonly id: string;
  /** 0: any free one. */
  readonly port: number;
  /** 127.0.0.1 by default. */
  readonly host: string;
  /** Bytes of a decoded request body at most; 32 MiB by default. */
  readonly maxBodyBytes: number;
  readonly idempotency: IdempotencySpec;
}

export interface IdempotencySpec {
  /** How long a key is remembered; 24 h by default. */
  readonly ttlMs: number;
  /** How many keys are remembered at most; 100,000 by default. */
  readonly maxKeys: number;
}

export interface HttpIngressSpec extends HttpServing {
  readonly kind: 'weir.http.v1/ingress';
  readonly routes: readonly RouteSpec[];
}

export interface RouteSpec {
  /**
   * `/accounts/:id`: segments are literal, or a parameter that takes one segment. No two routes
   * of an ingress match the same paths unless one is more literal at the first difference: then
   * the literal one wins.
   */
  readonly path: string;
  readonly key: RouteKeySpec;
  readonly valueType: string;
  readonly targets: readonly string[];
}

/** Where the target's id comes from. */
export type RouteKeySpec =
  | { readonly from: 'pointer'; readonly pointer: string }
  /** In lower case. */
  | { readonly from: 'header'; readonly header: string }
  /** A parameter of the route's path, without the colon. */
  | { readonly from: 'path'; readonly parameter: string };

export interface PlaygroundIngressSpec extends HttpServing {
  readonly kind: 'io.statefun.playground.v1/ingress';
}

// ---- egresses --------------------------------------------------------------------------------

export type EgressSpec =
  FileEgressSpec | PlaygroundEgressSpec | KafkaEgressSpec | KinesisEgressSpec;

export interface KinesisEgressSpec extends Component, KinesisAccess {
  readonly kind: 'io.statefun.kinesis.v1/egress';
  readonly id: string;
  /** Most records of one request. */
  readonly maxOutstandingRecords: number;
  /** Whether records are wrapped with an id by which repeats are recognised; false by default. */
  readonly deduplicationId: boolean;
}

export interface KafkaEgressSpec extends Component {
  readonly kind: 'io.statefun.kafka.v1/egress';
  readonly id: string;
  /** Bootstrap servers, separated by commas. */
  readonly address: string;
  readonly properties: Readonly<Record<string, string>>;
  /** `at-least-once` by default. */
  readonly delivery: KafkaDelivery;
}

export interface FileEgressSpec extends Component {
  readonly kind: 'weir.file.v1/egress';
  readonly id: string;
  readonly path: string;
  /** Whether `path` is an event log folder: it ended with `/` or is one already. */
  readonly folder: boolean;
  /** Typenames, or `namespace/*`, whose values are JSON and are written as such. */
  readonly jsonTypes: readonly string[];
  /** Folders only: bytes after which the next file begins; 64 MiB by default. */
  readonly maxFileBytes: number;
  /** Folders only: beyond it the oldest complete files are removed; null: all are kept. */
  readonly retainBytes: number | null;
}

export interface PlaygroundEgressSpec extends Component {
  readonly kind: 'io.statefun.playground.v1/egress';
  /** Always `io.statefun.playground/egress`. */
  readonly id: string;
  /** 0: any free one. */
  readonly port: number;
  /** 127.0.0.1 by default. */
  readonly host: string;
  readonly topics: readonly string[];
}
