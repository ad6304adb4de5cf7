import { messageOf, WeirError } from '#protocol/errors.ts';
import type { LastReply } from '#runtime/ports/transport.ts';
import { transportErrors } from './errors.ts';

/** Why an attempt failed; the label of the failure metrics, so the list is closed. */
export type FailureClass =
  | 'refused'
  | 'unreachable'
  | 'connect-timeout'
  | 'tls'
  | 'reset'
  | 'timeout'
  | 'status-3xx'
  | 'status-4xx'
  | 'status-5xx'
  | 'status-other'
  | 'content-type'
  | 'content-encoding'
  | 'too-large'
  | 'undecodable'
  | 'protocol'
  | 'function'
  | 'worker'
  | 'waited'
  | 'other';

/** Which code of the catalogue a class is shown with. */
const codeOf = {
  refused: 'REFUSED',
  unreachable: 'UNREACHABLE',
  'connect-timeout': 'CONNECT_TIMEOUT',
  tls: 'TLS',
  reset: 'RESET',
  timeout: 'TIMEOUT',
  'status-3xx': 'STATUS',
  'status-4xx': 'STATUS',
  'status-5xx': 'STATUS',
  'status-other': 'STATUS',
  'content-type': 'CONTENT_TYPE',
  'content-encoding': 'CONTENT_ENCODING',
  'too-large': 'TOO_LARGE',
  undecodable: 'UNDECODABLE',
  protocol: 'PROTOCOL',
  function: 'FUNCTION_FAILED',
  worker: 'WORKER_DIED',
  waited: 'WAITED',
  other: 'OTHER',
} as const satisfies Record<FailureClass, keyof typeof transportErrors>;

/** These never reached a function, so they say nothing about the address (E8). */
const unreached: ReadonlySet<FailureClass> = new Set([
  'refused',
  'unreachable',
  'connect-timeout',
  'tls',
  'worker',
  'waited',
]);

/** One failed attempt of one request. */
export interface AttemptFailure {
  readonly failureClass: FailureClass;
  /** Full code of the catalogue, e.g. `WEIR_TRANSPORT_REFUSED`. */
  readonly code: string;
  readonly message: string;
  /** Whether a function server was reached at all. */
  readonly reached: boolean;
  /** The server closed a kept connection just as it was used again: nobody's fault. */
  readonly staleConnection: boolean;
  readonly lastReply?: LastReply;
  /** A timeout of one whose turn had not come: those before it in its POST were being answered. */
  readonly inLine?: boolean;
}

/** What stands before servers says so when one of them is lost or can't be reached. */
const gatewayStatuses = [502, 503, 504];

/** Whether the server, or the way to it, was lost with what it had in hand; it said nothing of it. */
export function isLoss({ failureClass, lastReply }: AttemptFailure): boolean {
  if (failureClass === 'reset') return true;
  return lastReply !== undefined && gatewayStatuses.includes(lastReply.status);
}

export function attemptFailure(
  failureClass: FailureClass,
  message: string,
  lastReply?: LastReply,
): AttemptFailure {
  return {
    failureClass,
    code: transportErrors.code(codeOf[failureClass]),
    message,
    reached: !unreached.has(failureClass),
    staleConnection: false,
    ...(lastReply === undefined ? {} : { lastReply }),
  };
}

/** A reply whose bytes make no sense; keeps the codec's own code out of the way of the class. */
export function undecodable(error: unknown, lastReply?: LastReply): AttemptFailure {
  const origin = error instanceof WeirError ? `${error.code}: ` : '';
  return attemptFailure(
    'undecodable',
    `the reply can not be decoded: ${origin}${messageOf(error)}`,
    lastReply,
  );
}

/** A status outside 2xx. `where` names method and URL. */
export function statusFailure(where: string, reply: LastReply): AttemptFailure {
  const hundreds = Math.floor(reply.status / 100);
  const known = hundreds === 3 || hundreds === 4 || hundreds === 5;
  return attemptFailure(
    known ? (`status-${hundreds}xx` as FailureClass) : 'status-other',
    `${where} answered ${reply.status}${hundreds === 3 ? ' (redirects are not followed)' : ''}`,
    reply,
  );
}

const classOfCode: Readonly<Record<string, FailureClass>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOENT: 'unreachable', // the path of a unix socket
  EACCES: 'unreachable',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
};

function classOf(error: unknown): FailureClass {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (name === 'HTTPParserError') return 'protocol';
  if (typeof code !== 'string') return 'other';
  const known = classOfCode[code];
  if (known !== undefined) return known;
  if (/^(ERR_TLS|ERR_SSL|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) return 'tls';
  if (/CERT|SSL/.test(code)) return 'tls';
  return 'other';
}

/** What a socket or HTTP error means. Dual-stack errors count as their first part. */
export function connectionFailure(
  where: string,
  error: unknown,
  staleConnection: boolean,
): AttemptFailure {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const failureClass = classOf(first);
  const text = messageOf(first) || messageOf(error);
  return {
    ...attemptFailure(failureClass, `${where}: ${text}`),
    staleConnection: staleConnection && failureClass === 'reset',
  };
}

const lastReplyBytes = 1024;

/** What is shown of a reply that was not accepted. */
export function lastReplyOf(status: number, contentType: string, body: Buffer): LastReply {
  return {
    status,
    contentType: contentType.slice(0, 256),
    bodyStart: body.toString('utf8', 0, lastReplyBytes),
  };
}
