import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageBuilder, StateFun, type Context, type Message } from 'apache-flink-statefun';
import { expect, test } from 'vitest';
import type { DecodedReply, InvocationBatch, StateSlot } from '#protocol/messages.ts';
import { HttpTransport } from '#runtime/transport/http-transport.ts';
import type { RequestSink } from '#runtime/ports/transport.ts';
import { batchOf, common } from './kit.ts';

/** One counted greeting, served by the official JavaScript SDK. */
function officialServer(): ReturnType<typeof createServer> {
  const statefun = new StateFun();
  statefun.bind({
    typename: 'test/greeter',
    specs: [{ name: 'seen', type: StateFun.intType() }],
    fn(context: Context, message: Message) {
      const storage = context.storage as { seen: number | null };
      storage.seen = (storage.seen ?? 0) + 1;
      context.send(
        messageBuilder({
          typename: 'test/out',
          id: context.self.id,
          value: `${message.asString()} for the ${storage.seen}th time`,
        }),
      );
    },
  });
  return createServer(statefun.handler() as Parameters<typeof createServer>[1]);
}

function roundTrip<T>(
  transport: HttpTransport,
  batch: InvocationBatch,
  read: (reply: DecodedReply) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const sink: RequestSink = {
      answered: (_token, reply) => {
        resolve(read(reply));
      },
      failed: (_token, failure) => {
        reject(new Error(failure.message));
      },
    };
    transport.send(batch, null, sink);
  });
}

test('functions of the official SDK are registered, invoked and answered', async () => {
  const server = officialServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = new HttpTransport({
    ...common,
    urlPathTemplate: `http://127.0.0.1:${port}/`,
    callTimeoutMs: 10_000,
  });
  const plain = batchOf('Ann', [Buffer.from('0a0548656c6c6f', 'hex')], 'test/greeter');
  const first = { ...plain.first, typename: 'io.statefun.types/string' };

  const handshake = await roundTrip(
    transport,
    { ...plain, stateCount: 0, first },
    (reply) => reply,
  );
  expect(handshake).toEqual({
    kind: 'incomplete',
    missing: [
      {
        name: 'seen',
        typename: 'io.statefun.types/int',
        expiration: 'none',
        expireAfterMs: 0,
      },
    ],
  });

  const value = Buffer.from('0d29000000', 'hex'); // 41
  const seen: StateSlot = {
    name: 'seen',
    typename: 'io.statefun.types/int',
    present: true,
    body: value,
    start: 0,
    end: value.length,
  };
  const effects = await roundTrip(transport, { ...plain, states: [seen], first }, (reply) => {
    if (reply.kind !== 'effects') throw new Error('no effects');
    const [mutation] = reply.mutations;
    const [message] = reply.messages;
    return {
      state: mutation!.value!.body.toString('hex', mutation!.value!.start, mutation!.value!.end),
      target: message!.target,
      text: message!.value.body.toString('utf8', message!.value.start + 2, message!.value.end),
    };
  });
  expect(effects).toEqual({
    state: '0d2a000000',
    target: { type: 'test/out', id: 'Ann' },
    text: 'Hello for the 42th time',
  });
  await transport.close();
  await new Promise((resolve) => server.close(resolve));
});
