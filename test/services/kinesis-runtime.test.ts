import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort, pause, Processes, until, type TestProcess } from '../chaos/processes.ts';
import { injected } from '../fault-table/injected.ts';
import { limitMs, tries } from '../fault-table/tries.ts';
import { randomName } from './kafka-kit.ts';
import { KinesisServer } from './kinesis-server.ts';

const keys = 8;
const kills = tries(6, 60);

let server: KinesisServer;
const processes = new Processes();
const folder = mkdtempSync(join(tmpdir(), 'weir-kinesis-app-'));
beforeAll(async () => {
  server = await KinesisServer.start();
});
afterEach(() => processes.killAll());
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Envelope {
  readonly id: string;
  readonly data: string;
}

test(
  'Kinesis in, functions, Kinesis out, over kills, resharding and refusals',
  async () => {
    const input = await server.newStream(randomName('in'), 2);
    const output = await server.newStream(randomName('out'), 2);
    const port = await freePort();
    const functions = processes.start('test/services/kinesis-functions.ts', [String(port), output]);
    await functions.says('serving');
    const modulePath = join(folder, 'module.yaml');
    writeFileSync(modulePath, moduleText(port, input));
    const run = (): TestProcess =>
      processes.start('runtime/main.ts', [
        ...['run', modulePath, '--state', `file:${join(folder, 'state')}`, '--name', 'kinesis'],
        ...['--commit-every', '50ms', '--admin', '127.0.0.1:0'],
      ]);
    let sent = 0;
    let feeding = true;
    const fed = (async () => {
      while (feeding) {
        sent++;
        for (let k = 0; k < keys; k++) await server.put(input, `k-${k}`, String(sent));
        await pause(20);
      }
    })();
    server.throttle = { share: 0.2, operations: ['PutRecords', 'GetRecords'] };
    for (let i = 0; i < kills; i++) {
      const runtime = run();
      await runtime.says('ready');
      await pause(200 + Math.random() * 800);
      if (i % 3 === 1) await server.split(input);
      if (i % 3 === 2) await server.merge(input);
      expect(runtime.end, runtime.tail()).toBeNull();
      injected(2);
      await runtime.kill();
    }
    const runtime = run();
    await runtime.says('ready');
    await pause(500);
    feeding = false;
    await fed;
    server.throttle = null;
    const total = sent * keys;
    const distinct = await until('all records', async () => {
      if (runtime.end !== null) throw new Error(runtime.tail());
      const found = distinctOf(await server.read(output));
      return found.length >= total ? found : null;
    });
    expect(distinct).toHaveLength(total);
    for (const [key, of] of Map.groupBy(distinct, (record) => record.key)) {
      const expected = Array.from({ length: sent }, (_, n) => `${n + 1} ${n + 1}`);
      expect(
        of.map(({ value }) => value),
        key,
      ).toEqual(expected);
    }
  },
  limitMs(240_000, 6, kills),
);

/** The first of each id, in order; a repeat must hold the same. */
function distinctOf(records: readonly { key: string; value: string }[]) {
  const seen = new Map<string, string>();
  const distinct: { key: string; value: string }[] = [];
  for (const { key, value: text } of records) {
    const { id, data } = JSON.parse(text) as Envelope;
    const value = Buffer.from(data, 'base64').toString();
    const before = seen.get(id);
    if (before !== undefined) expect(value, id).toBe(before);
    else distinct.push({ key, value });
    seen.set(id, value);
  }
  return distinct;
}

function moduleText(functionsPort: number, input: string): string {
  return `kind: io.statefun.endpoints.v2/http
spec:
  functions: kinesis/*
  urlPathTemplate: http://127.0.0.1:${functionsPort}/
---
kind: io.statefun.kinesis.v1/ingress
spec:
  id: kinesis/in
  startupPosition: { type: earliest }
  streams:
    - stream: ${input}
      valueType: kinesis/Number
      targets: [kinesis/counter]
  clientConfigProperties:
    - flink.shard.getrecords.intervalmillis: 50
    - flink.shard.discovery.intervalmillis: 500
---
kind: io.statefun.kinesis.v1/egress
spec:
  id: kinesis/out
  weir.deduplicationId: true
`;
}
