import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyFunction } from './define-function.ts';
import type { FunctionServerOptions } from './function-server.ts';
import { WeirError } from '#protocol/errors.ts';
import { answerBatch } from './batched-http.ts';
import { HandlerFailure } from './batch-run.ts';
import { FunctionServer } from './function-server.ts';
import { answerBytes, answerText, batchType, standardType } from './http-answers.ts';
import { RequestScope } from './request-scope.ts';
import { sdkErrors } from './errors.ts';

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A listener for `http.createServer`, or for a route of any framework that is built on it. */
export function handler(
  functions: readonly AnyFunction[],
  options: FunctionServerOptions = {},
): HttpHandler {
  return httpHandler(new FunctionServer(functions, options));
}

/** As `handler`. Any path is right: the function type is in the message. */
export function httpHandler(server: FunctionServer): HttpHandler {
  return (request, response) => {
    if (request.method === 'POST') receive(server, request, response);
    else if (isHealthCheck(request)) answerText(response, 200, 'ok');
    else answerText(response, 405, 'POST a ToFunction message', ['allow', 'POST']);
  };
}

function isHealthCheck({ method, url }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && (url === '/health' || url === '/health/');
}

function receive(server: FunctionServer, request: IncomingMessage, response: ServerResponse): void {
  const contentType = mediaType(request.headers['content-type']);
  if (contentType !== standardType && contentType !== batchType) {
    refuse(request, response, 415, sdkErrors.REQUEST(`content type ${contentType} is not known`));
    return;
  }
  readBody(server.bodyLimitBytes, request, response, (body) => {
    const stranger = server.strangerOf(request, body);
    if (stranger !== null) {
      answerText(response, 401, textOf(stranger));
      return;
    }
    if (contentType === batchType) answerBatch(server, body, response);
    else answerOne(server, body, response);
  });
}

/** The media type without parameters; a request without one is taken for a standard one. */
export function mediaType(header: string | undefined): string {
  if (header === undefined || header === standardType) return standardType;
  const end = header.indexOf(';');
  return (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
}

/** Answers one `ToFunction` message. */
export function answerOne(server: FunctionServer, body: Buffer, response: ServerResponse): void {
  if (body.length === 0) {
    answerText(response, 400, textOf(sdkErrors.REQUEST('the body is empty')));
    return;
  }
  const scope = new RequestScope();
  try {
    const reply = server.registry.invoke(body, scope);
    if (!(reply instanceof Promise)) {
      answerBytes(response, reply);
      return;
    }
    abandonOnClose(scope, response);
    reply.then(
      (bytes) => answerBytes(response, bytes),
      (error: unknown) => answerFailure(server, response, error),
    );
  } catch (error) {
    answerFailure(server, response, error);
  }
}

/** Lets handlers know when the runtime has hung up. */
function abandonOnClose(scope: RequestScope, response: ServerResponse): void {
  response.once('close', () => {
    if (!response.writableFinished) scope.abandon();
  });
}

function answerFailure(server: FunctionServer, response: ServerResponse, error: unknown): void {
  answerText(response, failureStatus(error), server.report(error));
}

/** 400 for what is no request of the protocol, else 500. */
export function failureStatus(error: unknown): number {
  if (error instanceof HandlerFailure) return 500;
  return error instanceof WeirError && error.code.startsWith('WEIR_PROTOCOL_') ? 400 : 500;
}

function readBody(
  limitBytes: number,
  request: IncomingMessage,
  response: ServerResponse,
  done: (body: Buffer) => void,
): void {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limitBytes) {
    refuse(request, response, 413, tooLarge(declared, limitBytes));
    return;
  }
  let first: Buffer | null = null;
  let chunks: Buffer[] | null = null;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limitBytes) {
      request.removeAllListeners('data').removeAllListeners('end');
      chunks = first = null;
      refuse(request, response, 413, tooLarge(size, limitBytes));
    } else if (first === null) first = chunk;
    else (chunks ??= [first]).push(chunk);
  });
  request.on('end', () => {
    done(chunks === null ? (first ?? Buffer.alloc(0)) : Buffer.concat(chunks, size));
  });
  // The connection broke: there is nobody to answer.
  request.on('error', () => {});
}

function tooLarge(bytes: number, limitBytes: number): WeirError {
  return sdkErrors.REQUEST_TOO_LARGE(
    `a request body of ${bytes} bytes or more; ${limitBytes} are accepted`,
  );
}

// Closes the connection behind the answer: the rest of the body is not wanted.
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  error: WeirError,
): void {
  answerText(response, status, textOf(error), ['connection', 'close']);
  request.resume();
}

/** What a refused caller reads. */
export function textOf(error: WeirError): string {
  return `${error.code}: ${error.message}. ${error.hint}`;
}
