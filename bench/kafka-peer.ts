import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Admin, Producer } from 'kafkajs';
import { newTopic } from '#test/services/kafka-kit.ts';
import { firstLine } from './first-line.ts';
import { burstThroughput, reaches, recordsIn } from './kafka-backlog.ts';
import { moduleText } from './kafka-module.ts';
import { report } from './report.ts';

/** Another runtime that takes the same module file, started and stopped by commands. */
export interface Peer {
  /** Gets the module file and a data folder as arguments; ends when the peer works. */
  readonly start: string;
  /** Gets the data folder. */
  readonly stop: string;
  /** Records after which it counts as warm, and how many are measured from there. */
  readonly warmUp: number;
  readonly records: number;
}

/** `WEIR_BENCH_PEER` and `WEIR_BENCH_PEER_STOP`; null where none is asked for. */
export function peerOf(env: NodeJS.ProcessEnv): Peer | null {
  const [start, stop] = [env['WEIR_BENCH_PEER'], env['WEIR_BENCH_PEER_STOP']];
  if (start === undefined || stop === undefined) return null;
  const count = (name: string, otherwise: number): number => Number(env[name] ?? otherwise);
  return {
    ...{ start, stop, warmUp: count('WEIR_BENCH_PEER_WARM_UP', 30_000) },
    records: count('WEIR_BENCH_PEER_RECORDS', 60_000),
  };
}

interface PeerInput {
  readonly admin: Admin;
  readonly producer: Producer;
  readonly address: string;
  readonly input: string;
  readonly folder: string;
}

/** How fast the peer takes the same records through the same function, into a topic of its own. */
export async function peerThroughput(
  peer: Peer,
  { admin, producer, address, input, folder }: PeerInput,
): Promise<void> {
  const output = await newTopic(admin, { partitions: 4 });
  const data = join(folder, 'peer');
  mkdirSync(data);
  const functions: ChildProcess = fork(
    new URL('./kafka-functions-process.ts', import.meta.url),
    [output],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  try {
    const line = await firstLine(functions, (text) => text.startsWith('serving'));
    const module = join(data, 'module.yaml');
    writeFileSync(module, moduleText({ port: Number(line.split(' ')[1]), address, input }));
    run(`${peer.start} ${module} ${data}`);
    const from = await reaches(admin, output, peer.warmUp);
    const to = await reaches(admin, output, peer.warmUp + peer.records);
    report({
      bench: 'kafka',
      metric: 'peer-throughput',
      value: ((to.count - from.count) * 1_000) / (to.at - from.at),
      unit: 'per second',
      context: { peer: peer.start, warmUp: peer.warmUp, records: peer.records },
    });
    await reaches(admin, output, await recordsIn(admin, input));
    await burstThroughput('peer-burst-throughput', { admin, producer, input, output });
  } finally {
    run(`${peer.stop} ${data}`);
    functions.kill('SIGKILL');
  }
}

function run(command: string): void {
  const { status } = spawnSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}
