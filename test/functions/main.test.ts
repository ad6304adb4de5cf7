import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { decodeReply } from '#protocol/codec/reply.ts';
import type { InvocationBatch } from '#protocol/messages.ts';
import { classifierType } from '#functions/names.ts';
import { featureNames, toSparse } from '#models/features/feature-vector.ts';

const main = path.resolve('functions/main.ts');

describe('the function process', () => {
  it('says when it is ready, answers, and stops on a signal', async () => {
    const child = spawn(process.execPath, [main, '--port', '0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const lines = createInterface({ input: child.stderr });
      let url: string | undefined;
      for await (const line of lines) {
        url = /ready: .*(http:\S+)/.exec(line)?.[1];
        if (url !== undefined) break;
      }
      const message = {
        transaction: {
          transactionId: 't-1',
          accountId: 'a',
          merchantId: 'm',
          amount: 5,
          atMs: 1e12,
        },
        persona: 'newcomer',
        ...toSparse(Float64Array.from(featureNames, (_, i) => i)),
      };
      const value = Buffer.from(JSON.stringify(message));
      const batch: InvocationBatch = {
        target: { type: classifierType, id: '0' },
        states: [],
        stateCount: 0,
        first: { caller: null, typename: 'weir.fraud/SparseVector', value, next: null },
        count: 1,
      };
      const response = await fetch(url!, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(encodeInvocationBatch(batch)),
      });
      expect(response.status).toBe(200);
      const reply = decodeReply(Buffer.from(await response.arrayBuffer()));
      expect(reply).toMatchObject({
        kind: 'effects',
        messages: [{ target: { type: 'weir.fraud/selector', id: 'newcomer' } }],
      });
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it.each([
    [['--port', 'http'], 64, /WEIR_FUNCTIONS_BAD_OPTION: --port: "http" is not a port/],
    [['--prot', '1'], 64, /unknown option '--prot'/],
    [['--policy', 'luck'], 64, /--policy: "luck" is none of follow-the-leader, thompson/],
    [['--only', 'oracle'], 64, /--only: "oracle" is none of account, merchant, classifier/],
    [['--only', 'account', '--without', 'monitor'], 64, /exclude each other/],
    [['--bandit'], 64, /--bandit: follow-the-leader explores nothing/],
    [['--models', '/nowhere'], 65, /WEIR_MODELS_BAD_ARTIFACT: the model folder \/nowhere/],
  ])('refuses %j', async (args, code, message) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [exit] = (await once(child, 'close')) as [number];
    expect(said).toMatch(message);
    expect(exit).toBe(code);
  });
});
