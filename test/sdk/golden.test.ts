import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import type { InvocationNode, StateSlot } from '#protocol/messages.ts';
import { custom, defineFunction, int, on, serve } from '#sdk/index.ts';
import type { RunningServer } from '#sdk/index.ts';

/** Stands for the commands of the smoke test: an amount to add, or a value to verify. */
const command = custom<{ add?: number; verify?: number }>(
  'statefun.smoke.e2e/command',
  (value) => Buffer.from(JSON.stringify(value)),
  (bytes) => JSON.parse(Buffer.from(bytes).toString()) as { add?: number; verify?: number },
);
const verification = custom<Uint8Array>(
  'statefun.smoke.e2e/verification-result',
  (bytes) => bytes,
  (bytes) => bytes,
);

const interpreter = defineFunction(
  { type: 'statefun.smoke.e2e/command-interpreter-fn', state: { state: int } },
  on(command, (ctx, { add, verify }) => {
    if (add !== undefined) ctx.state.state = (ctx.state.state ?? 0) + add;
    if (verify !== undefined) {
      const idAndExpected = Uint8Array.of(0x08, Number(ctx.self.id), 0x10, verify);
      ctx.egress('statefun.smoke.e2e/verification-sink', verification, idAndExpected);
    }
  }),
);

function request(commands: readonly object[], states: readonly StateSlot[]): Buffer {
  let first: InvocationNode | null = null;
  for (const value of commands.toReversed()) {
    const text = JSON.stringify(value);
    first = { caller: null, typename: command.typename, value: text, next: first };
  }
  return encodeInvocationBatch({
    target: interpreter.at('7'),
    states,
    stateCount: states.length,
    first: first as InvocationNode,
    count: commands.length,
  });
}

const emptyState: StateSlot = {
  name: 'state',
  typename: int.typename,
  present: false,
  body: Buffer.alloc(0),
  start: 0,
  end: 0,
};

describe.each(['http', 'fastify'] as const)(
  'the answers of the official SDK, by %s',
  (framework) => {
    let server: RunningServer;
    beforeAll(async () => {
      server = await serve([interpreter], { port: 0, framework });
    });
    afterAll(() => server.close());

    it.each([
      [
        'the handshake',
        request([{ add: 1 }], []),
        'aa06200a1e0a0573746174651a15696f2e737461746566756e2e74797065732f696e74',
      ],
      [
        'two messages that change a state',
        request([{ add: 1 }, { add: 1 }], [emptyState]),
        'a2062d0a2b0801120573746174651a200a15696f2e737461746566756e2e74797065732f696e7410011a050d02000000',
      ],
      [
        'an egress record',
        request([{ verify: 3 }], [emptyState]),
        'a2065b22590a12737461746566756e2e736d6f6b652e6532651211766572696669636174696f6e2d73696e6b' +
          '1a300a26737461746566756e2e736d6f6b652e6532652f766572696669636174696f6e2d726573756c74' +
          '10011a0408071003',
      ],
    ])('%s', async (_name, body, hex) => {
      const response = await fetch(`${server.url}any/path?x=1`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', 'weir-batch': '1' },
        body: new Uint8Array(body),
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      expect(response.headers.get('weir-batch')).toBe('1');
      expect(Buffer.from(await response.arrayBuffer()).toString('hex')).toBe(hex);
    });
  },
);
