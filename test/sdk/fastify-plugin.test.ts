import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { decodeReply } from '#protocol/codec/reply.ts';
import { defineFunction, fastifyPlugin, on, string } from '#sdk/index.ts';
import { silentLogger } from '#sdk/logger.ts';
import { request } from './requests.ts';

const echo = defineFunction(
  { type: 'example/echo' },
  on(string, (ctx, text) => ctx.egress('example/out', string, text)),
);

it('serves functions below a prefix of an application that serves other things too', async () => {
  const app = fastify();
  app.post('/orders', (incoming) => ({ received: incoming.body }));
  await app.register(fastifyPlugin([echo], { logger: silentLogger }), { prefix: '/functions' });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const url = app.listeningOrigin;
  try {
    const response = await fetch(`${url}/functions/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(request(echo.at('1'), [], [{ type: string, value: 'hello' }])),
    });
    const reply = decodeReply(Buffer.from(await response.arrayBuffer()));
    expect(reply).toMatchObject({ kind: 'effects', egress: [{ id: 'example/out' }] });
    expect((await fetch(`${url}/functions/health`)).status).toBe(200);
    // The application's own routes keep their parsers.
    const orders = await fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":1}',
    });
    expect(await orders.json()).toEqual({ received: { id: 1 } });
  } finally {
    await app.close();
  }
});
