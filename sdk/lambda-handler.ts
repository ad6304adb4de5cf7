import type { AnyFunction } from './define-function.ts';
import type { FunctionServerOptions } from './function-server.ts';
import { sdkErrors } from './errors.ts';
import { FunctionServer } from './function-server.ts';
import { standardType } from './http-answers.ts';
import { failureStatus, mediaType, textOf } from './http-handler.ts';

/** What API Gateway (both payload versions) and function URLs send, as far as it matters here. */
export interface LambdaEvent {
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  /** Payload version 1. */
  readonly httpMethod?: string;
  /** Payload version 2, and function URLs. */
  readonly requestContext?: { readonly http?: { readonly method?: string } };
}

export interface LambdaResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/**
 * A handler for AWS Lambda behind API Gateway or a function URL. API Gateway must treat
 * application/octet-stream as binary. One request is one batch; it does not announce batched
 * frames, since Lambda ends when its answer is there.
 */
export function lambdaHandler(
  functions: readonly AnyFunction[],
  options: FunctionServerOptions = {},
): (event: LambdaEvent) => Promise<LambdaResult> {
  const server = new FunctionServer(functions, options);
  return async (event) => {
    const method = event.requestContext?.http?.method ?? event.httpMethod ?? 'POST';
    if (method !== 'POST') return text(405, 'POST a ToFunction message', { allow: 'POST' });
    const contentType = mediaType(headerOf(event, 'content-type'));
    if (contentType !== standardType) {
      return text(415, textOf(sdkErrors.REQUEST(`content type ${contentType} is not known`)));
    }
    // Text instead of base64 means that the gateway does not know the type as binary.
    const encoding = event.isBase64Encoded === true ? 'base64' : 'latin1';
    const body = Buffer.from(event.body ?? '', encoding);
    if (body.length === 0) return text(400, textOf(sdkErrors.REQUEST('the body is empty')));
    if (body.length > server.bodyLimitBytes) {
      const refusal = sdkErrors.REQUEST_TOO_LARGE(`a request body of ${body.length} bytes`);
      return text(413, textOf(refusal));
    }
    try {
      const reply = await server.registry.invoke(body);
      return {
        statusCode: 200,
        headers: { 'content-type': standardType },
        body: reply.toString('base64'),
        isBase64Encoded: true,
      };
    } catch (error) {
      return text(failureStatus(error), server.report(error));
    }
  };
}

function headerOf(event: LambdaEvent, name: string): string | undefined {
  for (const [key, value] of Object.entries(event.headers ?? {})) {
    if (key.toLowerCase() === name) return value;
  }
  return undefined;
}

function text(
  statusCode: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): LambdaResult {
  return {
    statusCode,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: `${line}\n`,
    isBase64Encoded: false,
  };
}
