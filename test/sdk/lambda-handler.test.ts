import { describe, expect, it } from 'vitest';
import { decodeReply } from '#protocol/codec/reply.ts';
import { defineFunction, lambdaHandler, on, string } from '#sdk/index.ts';
import { silentLogger } from '#sdk/logger.ts';
import { request } from './requests.ts';

const echo = defineFunction(
  { type: 'example/echo' },
  on(string, (ctx, text) => {
    if (text === 'fail') throw new Error('as asked');
    ctx.egress('example/out', string, text);
  }),
);
const handle = lambdaHandler([echo], { logger: silentLogger, bodyLimitBytes: 1000 });

const body = (text: string) =>
  request(echo.at('1'), [], [{ type: string, value: text }]).toString('base64');
const headers = { 'Content-Type': 'application/octet-stream' };

describe('lambdaHandler', () => {
  it.each([
    ['a function URL', { requestContext: { http: { method: 'POST' } }, headers }],
    ['API Gateway, payload version 1', { httpMethod: 'POST', headers }],
    ['an event without headers', {}],
  ])('answers %s', async (_name, event) => {
    const result = await handle({ ...event, body: body('hé'), isBase64Encoded: true });
    expect(result).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/octet-stream' },
      isBase64Encoded: true,
    });
    const reply = decodeReply(Buffer.from(result.body, 'base64'));
    expect(reply).toMatchObject({ kind: 'effects', egress: [{ id: 'example/out' }] });
  });

  it.each([
    ['another method', { httpMethod: 'GET' }, 405, 'POST'],
    ['another type', { headers: { 'content-type': 'text/plain' } }, 415, 'text/plain'],
    ['no body', { headers, body: null }, 400, 'empty'],
    ['text as a body', { headers, body: 'hello' }, 400, 'WEIR_PROTOCOL'],
    [
      'too large a body',
      { headers, body: body('x'.repeat(1000)), isBase64Encoded: true },
      413,
      'bytes',
    ],
    ['a failing handler', { headers, body: body('fail'), isBase64Encoded: true }, 500, 'as asked'],
  ])('refuses %s', async (_name, event, status, text) => {
    const result = await handle(event);
    expect(result).toMatchObject({ statusCode: status, isBase64Encoded: false });
    expect(result.body).toContain(text);
  });
});
