import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pause, until } from '../../chaos/processes.ts';
import { demo as demoOf } from '../../e2e/demo-command.ts';
import { hasKafka } from '../kafka-broker.ts';
import { readCommitted, testClient } from '../kafka-kit.ts';
import { hasPrometheus } from '../prometheus.ts';
import { hasS3 } from '../s3-server.ts';
import { hasCommand } from '../toolchain.ts';
import { DockerCompose } from './docker-compose.ts';
import { Stack } from './stack.ts';

const project = join(import.meta.dirname, '../../..');
const startMs = 180_000;
const limitMs = 900_000;
/** A machine that is busy with other things as well has a backlog to score after the kills. */
const backlogMs = 240_000;
/** How long new ones come in before each kill and after it, in scores. */
const scoresBetween = 300;

interface Overview {
  readonly scored: number;
  readonly parked: number;
  readonly feedback: number;
}

const runnable = hasKafka() && hasS3() && hasCommand('bash') && hasCommand('wget');

describe.skipIf(!runnable)('docker-compose.yml, each container a process of this machine', () => {
  const stack = new Stack({
    project,
    profiles: hasPrometheus() ? ['full'] : [],
    without: ['grafana'],
    env: { GENERATOR_SPEED: '1d/15s' },
  });
  let overview: () => Promise<Overview>;
  let page: string;
  let compose: DockerCompose;
  let kafka: ReturnType<typeof testClient>;

  beforeAll(async () => {
    await stack.up();
    const at = async (name: string, port: number): Promise<string> =>
      `127.0.0.1:${await stack.addresses.ownOf(name, 0, port)}`;
    page = `http://${await at('console', 8080)}`;
    overview = async () => (await (await fetch(`${page}/api/overview`)).json()) as Overview;
    compose = await DockerCompose.start(stack);
    kafka = testClient(await at('kafka', 9092));
  }, startMs);
  afterAll(async () => {
    await compose?.stop();
    await stack.down();
  });

  /** With what stands in for docker compose. */
  const demo = (...args: string[]) =>
    demoOf([...args, '--compose', '--page', page], { WEIR_COMPOSE: compose.command });

  const scoresComeOut = async (): Promise<void> => {
    const { scored } = await overview();
    await until(
      'more scores on the console',
      async () => {
        for (const name of stack.services) {
          const ended = stack.containersOf(name).find(({ exit }) => exit !== null && exit !== 0);
          if (ended !== undefined) throw new Error(`ended early: ${ended.tail()}`);
        }
        return (await overview()).scored >= scored + scoresBetween;
      },
      backlogMs,
    );
  };

  /** A kill costs time, never a clean-up. */
  async function expectNothingParked(): Promise<void> {
    const runtime = (await (await fetch(`${page}/api/runtime`)).json()) as { parked: unknown };
    expect(runtime.parked, 'parked by the kills').toMatchObject([]);
  }

  async function endOf(topic: string): Promise<number> {
    const admin = kafka.admin();
    await admin.connect();
    const [partition] = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    return Number(partition?.high);
  }

  async function lagOf(ingress: string): Promise<number | null> {
    const port = await stack.addresses.ownOf('runtime', 0, 8081);
    const headers = { authorization: 'Bearer read-only-on-this-machine' };
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text();
    const line = new RegExp(
      `^weir_ingress_lag_records\\{ingress="weir.fraud/${ingress}"\\} (\\d+)$`,
      'm',
    );
    const lag = line.exec(metrics)?.[1];
    return lag === undefined ? null : Number(lag);
  }

  async function ids(topic: string, count: number): Promise<string[]> {
    const records = await readCommitted(kafka, topic, (values) => values.length >= count);
    return records.map(
      ({ value }) => (JSON.parse(value) as { transactionId: string }).transactionId,
    );
  }

  test(
    'it starts, every health check passes, and the console shows scores',
    scoresComeOut,
    limitMs,
  );

  test.each([
    ['break', 'up --detach --no-deps --wait classifier'],
    ['fix', 'up --detach --no-deps --wait classifier'],
    ['kill', 'kill runtime'],
    ['pause', 'unpause kafka'],
    ['poison', ''],
    ['slow', 'up --detach --no-deps --wait classifier'],
    ['scale 4', 'up --detach --no-deps --no-recreate --scale functions=4 functions'],
  ])(
    'npm run demo -- %s --compose is proved',
    async (command, asked) => {
      await scoresComeOut();
      const { code, said } = await demo(...command.split(' '));
      expect(said).toMatch(/\nproved\n$/);
      expect(code).toBe(0);
      if (asked !== '') expect(compose.asked).toContain(asked);
    },
    limitMs,
  );

  test(
    'runtime and functions killed by kill -9 and started from nothing but Kafka and S3 lose nothing',
    async () => {
      for (const names of [['functions'], ['runtime'], ['runtime', 'functions', 'classifier']]) {
        await scoresComeOut();
        await Promise.all(names.map((name) => stack.kill(name)));
        for (const name of names) await stack.start(name);
        for (const name of names) await stack.reaches(name, 'service_healthy');
      }
      await scoresComeOut();
      const [generator] = stack.containersOf('generator');
      expect(await generator!.stop()).toBe(0);
      const sent = await ids('transactions', await endOf('transactions'));
      expect(new Set(sent).size).toBe(sent.length);
      await until(
        'every score',
        async () => {
          const { scored, parked } = await overview();
          if (parked > 0) await expectNothingParked();
          return scored >= sent.length;
        },
        backlogMs,
      );
      // Labels are counted too, by the console and in the position of the runtime.
      const feedback = await endOf('feedback');
      await until(
        'every label on the console',
        async () => (await overview()).feedback >= feedback,
      );
      await until('every label in the runtime', async () => (await lagOf('feedback')) === 0);
      // Whatever comes twice comes within the next commits.
      await pause(1_000);
      const scored = await ids('scores', sent.length);
      expect(scored.length).toBe(sent.length);
      expect(new Set(scored)).toEqual(new Set(sent));
      expect(await overview()).toMatchObject({ scored: sent.length, feedback, parked: 0 });
    },
    limitMs,
  );

  test(
    'a console begun anew counts the same from Kafka alone',
    async () => {
      const { scored } = await overview();
      await stack.kill('console');
      await stack.start('console');
      await stack.reaches('console', 'service_healthy');
      await until('the same count', async () => (await overview()).scored >= scored);
      expect((await overview()).scored).toBe(scored);
    },
    limitMs,
  );

  test.skipIf(!hasPrometheus())('Prometheus is let in by the runtime, and has rules', async () => {
    const port = await stack.addresses.ownOf('prometheus', 0, 9090);
    const answer = async (path: string): Promise<string> =>
      (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).text();
    await until('figures of the runtime', async () => {
      const query = encodeURIComponent('weir_up{job="runtime"} == 1');
      return (await answer(`query?query=${query}`)).includes('"value":[');
    });
    expect(await answer('rules')).toContain('WeirDown');
  });

  test('a generator begun anew goes on with the next transaction', async () => {
    const before = await endOf('transactions');
    await stack.start('generator');
    await until('more transactions', async () => (await endOf('transactions')) > before + 10);
    const sent = await ids('transactions', before + 10);
    expect(new Set(sent).size).toBe(sent.length);
  });
});
