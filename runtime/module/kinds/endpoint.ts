import { Fields } from '../fields.ts';
import { shown, whole, type RawComponent, type Read, type Reading } from '../reading.ts';
import type { EmbeddedSpec, EndpointSpec, TransportSpec } from '../spec.ts';
import { urlTemplateFault } from '../url-template.ts';
import {
  integer,
  nonEmptyText,
  path,
  served,
  truth,
  typeName,
  typePattern,
  wrong,
} from '../values.ts';
import { listOf } from '../reading.ts';
import { defaultPolicy, policy, policyKey, type EndpointPolicy } from './policy.ts';
import { signing, signingKey } from './signing.ts';
import { defaultOkHttp, defaultTransport, okHttpTimeouts, transport } from './transport.ts';

const maxNumBatchRequests = integer(1, 1_000_000);
const batchDefault = 1000;

const urlTemplate: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value === undefined) return undefined;
  const fault = urlTemplateFault(value);
  if (fault === null) return value;
  // The fault may quote a part of the value.
  const secret = node.type === 'scalar' && node.secret;
  const message = secret ? `${shown(node)} is malformed` : `${shown(node)} ${fault}`;
  const expected = 'a URL such as http://localhost:8000/{function.name}';
  return wrong('BAD_URL', node, `\`${what}\`: ${message}`, expected, reading);
};

/** `io.statefun.endpoints.v2/http`: the transport is selected by its type. */
export function endpointV2(raw: RawComponent, reading: Reading): EndpointSpec | undefined {
  const keys = [
    'functions',
    'urlPathTemplate',
    'maxNumBatchRequests',
    'transport',
    policyKey,
    signingKey,
  ];

  const fields = new Fields(raw.spec, 'spec', keys, reading);
  const given = fields.optional(policyKey, defaultPolicy, policy);
  return whole<EndpointSpec>({
    kind: 'io.statefun.endpoints.v2/http',
    line: raw.at.line,
    functions: fields.required('functions', served(typePattern)),
    urlPathTemplate: fields.required('urlPathTemplate', urlTemplate),
    maxNumBatchRequests: fields.optional('maxNumBatchRequests', batchDefault, maxNumBatchRequests),
    transport: withBudget(fields.optional('transport', defaultTransport, transport), given),
    policy: given?.failure,
    signing: fields.optional(signingKey, null, signing),
  });
}

/** `io.statefun.endpoints.v1/http`: always okhttp. */
export function endpointV1(raw: RawComponent, reading: Reading): EndpointSpec | undefined {
  const keys = [
    'functions',
    'urlPathTemplate',
    'maxNumBatchRequests',
    'timeouts',
    policyKey,
    signingKey,
  ];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  const given = fields.optional(policyKey, defaultPolicy, policy);
  return whole<EndpointSpec>({
    kind: 'io.statefun.endpoints.v1/http',
    line: raw.at.line,
    functions: fields.required('functions', served(typePattern)),
    urlPathTemplate: fields.required('urlPathTemplate', urlTemplate),
    maxNumBatchRequests: fields.optional('maxNumBatchRequests', batchDefault, maxNumBatchRequests),
    transport: withBudget(fields.optional('timeouts', defaultOkHttp, okHttpTimeouts), given),
    policy: given?.failure,
    signing: fields.optional(signingKey, null, signing),
  });
}

/** `weir.embedded.v1/functions`. */
export function embedded(raw: RawComponent, reading: Reading): EmbeddedSpec | undefined {
  const keys = ['functions', 'module', 'worker', 'maxNumBatchRequests', policyKey];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  const given = fields.optional(policyKey, defaultPolicy, policy);
  return whole<EmbeddedSpec>({
    kind: 'weir.embedded.v1/functions',
    line: raw.at.line,
    functions: fields.required('functions', listOf(served(typeName), 1)),
    module: fields.required('module', path),
    worker: fields.optional('worker', false, truth),
    maxNumBatchRequests: fields.optional('maxNumBatchRequests', batchDefault, maxNumBatchRequests),
    policy: given?.failure,
    callTimeoutMs: given?.retryBudgetMs,
  });
}

/** The budget of the policy is that of a request with all its retries. */
function withBudget(
  transport: TransportSpec | undefined,
  given: EndpointPolicy | undefined,
): TransportSpec | undefined {
  const callTimeoutMs = given?.retryBudgetMs ?? null;
  return transport === undefined || callTimeoutMs === null
    ? transport
    : { ...transport, callTimeoutMs };
}
