import { setTimeout as sleep } from 'node:timers/promises';
import { LoadMeter } from './machine-load.ts';
import { LoadSource } from './load-source.ts';
import { quantile, report } from './report.ts';
import { startRig } from './rig.ts';
import { applicationMessages, numberIn } from './transactions.ts';

const warmUpMs = 5_000;
const measureMs = 10_000;
const latencyPerSecond = 1_000;
const messages = 400_000;

/**
 * The whole fraud application through the batched transport, its functions in a process of their
 * own, commits every 250 ms: transactions with their late labels, from the ingress to the score in
 * the pending egress.
 */
export async function application(): Promise<void> {
  const stream = applicationMessages(messages);
  // Labels come back as no record: they count as done when they are sent.
  const isLabel = (sent: number): boolean => stream[sent % messages]!.typename.endsWith('Feedback');
  await run(stream, isLabel, 'throughput');
  await run(stream, isLabel, 'latency');
}

async function run(
  stream: ReturnType<typeof applicationMessages>,
  isLabel: (sent: number) => boolean,
  what: 'throughput' | 'latency',
): Promise<void> {
  const sentAtMs = new Float64Array(messages);
  const samples: number[] = [];
  let measuring = false;
  let transactions = 0;
  const source = new LoadSource({
    functionType: 'weir.fraud/account',
    keys: 1,
    next(sent, atMs) {
      if (sent >= messages)
        throw new Error(`more than ${messages} messages: too few for this load`);
      if (isLabel(sent)) source.finished(1);
      else sentAtMs[transactions++] = atMs;
      return stream[sent]!;
    },
  });
  let scored = 0;
  const rig = await startRig({
    transport: 'batched',
    namespace: 'weir.fraud',
    functionsScript: './application-process.ts',
    egress: 'weir.fraud/scores',
    otherEgresses: ['weir.fraud/monitoring'],
    source,
    onRecord(value, start) {
      source.finished(1);
      scored++;
      if (measuring) samples.push(performance.now() - sentAtMs[numberIn(value, start)]!);
    },
  });
  try {
    void (what === 'throughput' ? source.closedLoop(1024) : source.openLoop(latencyPerSecond));
    await sleep(warmUpMs);
    measuring = what === 'latency';
    const meter = new LoadMeter(rig.pids);
    const [before, fromMs] = [scored, performance.now()];
    await sleep(measureMs);
    const perSecond = (1000 * (scored - before)) / (performance.now() - fromMs);
    measuring = false;
    const { own, others } = meter.stop();
    const context = { cpuPercent: own.join('+'), othersCpuPercent: others };
    if (what === 'throughput') {
      const value = perSecond;
      report({ bench: 'application', metric: what, value, unit: 'per second', context });
      return;
    }
    const more = { ...context, perSecond: latencyPerSecond, samples: samples.length };
    for (const [metric, q] of [
      ['latency-p50', 0.5],
      ['latency-p99', 0.99],
    ] as const) {
      const value = quantile(samples, q);
      report({ bench: 'application', metric, value, unit: 'milliseconds', context: more });
    }
  } finally {
    await rig.stop();
  }
}
