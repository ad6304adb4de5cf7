import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AnyFunction } from './define-function.ts';
import type { FunctionServerOptions } from './function-server.ts';
import { answerBatch } from './batched-http.ts';
import { sdkErrors } from './errors.ts';
import { FunctionServer } from './function-server.ts';
import { answerText, batchType, standardType } from './http-answers.ts';
import { answerOne, mediaType, textOf } from './http-handler.ts';

type Plugin = (app: FastifyInstance, options: object, done: () => void) => void;

/**
 * Functions as a fastify plugin, for an application that also serves other things:
 * `app.register(fastifyPlugin([greeter]), { prefix: '/functions' })`. It answers on every path
 * below its prefix.
 */
export function fastifyPlugin(
  functions: readonly AnyFunction[],
  options: FunctionServerOptions = {},
): Plugin {
  return fastifyPluginOf(new FunctionServer(functions, options));
}

/** As `fastifyPlugin`. */
export function fastifyPluginOf(server: FunctionServer): Plugin {
  const { bodyLimitBytes } = server;
  return (app, _options, done) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
      (_request, body, parsed) => parsed(null, body),
    );
    app.setErrorHandler((error, _request, reply) => answerError(server, error, reply));
    app.post('/*', { onRequest: checkContentType, bodyLimit: bodyLimitBytes }, (request, reply) => {
      reply.hijack();
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      // As it came: a prefix of the application belongs to what was signed.
      const stranger = server.strangerOf(
        { headers: request.headers, url: request.originalUrl },
        body,
      );
      if (stranger !== null) {
        answerText(reply.raw, 401, textOf(stranger));
        return;
      }
      const batched = mediaType(request.headers['content-type']) === batchType;
      if (batched) answerBatch(server, body, reply.raw);
      else answerOne(server, body, reply.raw);
    });
    app.get('/health', (_request, reply) => {
      reply.hijack();
      answerText(reply.raw, 200, 'ok');
    });
    app.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url: '/*',
      handler: (_request, reply) => {
        reply.hijack();
        answerText(reply.raw, 405, 'POST a ToFunction message', ['allow', 'POST']);
      },
    });
    done();
  };
}

// Before the body is read: nothing is kept of what will not be used.
function checkContentType(
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  const contentType = mediaType(request.headers['content-type']);
  if (contentType === standardType || contentType === batchType) {
    done();
    return;
  }
  reply.hijack();
  const error = sdkErrors.REQUEST(`content type ${contentType} is not known`);
  answerText(reply.raw, 415, textOf(error), ['connection', 'close']);
  request.raw.resume();
}

function answerError(server: FunctionServer, error: unknown, reply: FastifyReply): void {
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  reply.hijack();
  if (status === 413) {
    const limit = `more than ${server.bodyLimitBytes} bytes`;
    const refusal = sdkErrors.REQUEST_TOO_LARGE(`a request body of ${limit}`);
    answerText(reply.raw, 413, textOf(refusal), ['connection', 'close']);
  } else {
    answerText(reply.raw, status, server.report(error));
  }
}
