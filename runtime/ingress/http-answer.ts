import type { ServerResponse } from 'node:http';
import { WeirError, messageOf } from '#protocol/errors.ts';

/** What a request is answered with. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body: Uint8Array | object;
}

/** A refusal, thrown from wherever it is noticed: its error becomes `{code, message, hint}`. */
export class HttpRefusal extends Error {
  readonly status: number;
  readonly error: WeirError;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: WeirError, headers: Readonly<Record<string, string>> = {}) {
    super(error.message);
    this.status = status;
    this.error = error;
    this.headers = headers;
  }
}

/** 503 with the seconds after which it is worth trying again. */
export function unavailable(error: WeirError): HttpRefusal {
  return new HttpRefusal(503, error, { 'retry-after': '1' });
}

export function answerOf(error: unknown): HttpAnswer {
  if (error instanceof HttpRefusal) {
    return { status: error.status, headers: error.headers, body: errorBody(error.error) };
  }
  if (error instanceof WeirError) return { status: 500, body: errorBody(error) };
  const hint = 'This is a defect of the runtime: please report it.';
  return { status: 500, body: { code: 'WEIR_INGRESS_INTERNAL', message: messageOf(error), hint } };
}

export function errorBody(error: WeirError): object {
  return { code: error.code, message: error.message, hint: error.hint };
}

export function send(response: ServerResponse, answer: HttpAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const body =
    answer.body instanceof Uint8Array
      ? answer.body
      : Buffer.from(JSON.stringify(answer.body) + '\n');
  response.writeHead(answer.status, {
    'content-type': answer.contentType ?? 'application/json; charset=utf-8',
    'content-length': String(body.length),
    ...answer.headers,
  });
  response.end(body);
}
