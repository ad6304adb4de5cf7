/** How the images that are not ours are run without their image: the same programs, started so. */
import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installKafka, javaCommand, javaOptions } from '../kafka-broker.ts';
import { installS3 } from '../s3-server.ts';

/** A container's command with everything localised already. */
export interface Launch {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A folder of this container. */
  readonly folder: string;
}

/** Variables that the image's scripts read and that are no settings of the broker. */
const notSettings = ['KAFKA_HEAP_OPTS', 'KAFKA_OPTS', 'KAFKA_JVM_PERFORMANCE_OPTS'];
/** What a container's memory has room for and a test's broker needs not. */
const smaller = 'log.cleaner.dedupe.buffer.size=8388608\nlog.index.size.max.bytes=1048576\n';

/** By the name of the image, without its tag. */
export const foreignPrograms: Readonly<Record<string, (launch: Launch) => readonly string[]>> = {
  'prom/prometheus': ({ command }) => ['prometheus', ...command],
  'versity/versitygw': ({ command }) => [installS3('versitygw'), ...command],
  'apache/kafka': ({ env, folder }) => {
    const libs = installKafka();
    const config = join(folder, 'server.properties');
    writeFileSync(config, kafkaSettings(env) + smaller);
    const id = randomBytes(16).toString('base64url').replace(/^-/, 'A');
    // As the image does at every start: a folder that was formatted before stays as it is.
    const format = ['format', '--ignore-formatted', '-t', id, '-c', config];
    const tool = [...javaOptions(libs, '128m'), 'kafka.tools.StorageTool', ...format];
    const { status, stderr } = spawnSync(javaCommand(), tool, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`Kafka's folder could not be formatted: ${stderr}`);
    return [javaCommand(), ...javaOptions(libs, '256m'), 'kafka.Kafka', config];
  },
};

/** `KAFKA_LOG_DIRS` is `log.dirs`, as the image reads its environment. */
export function kafkaSettings(env: Readonly<Record<string, string>>): string {
  const settings = Object.entries(env).flatMap(([name, value]) => {
    if (!name.startsWith('KAFKA_') || notSettings.includes(name)) return [];
    const marks = { ___: '-', __: '_', _: '.' } as const;
    const key = name
      .slice('KAFKA_'.length)
      .toLowerCase()
      .replaceAll(/_{1,3}/g, (mark) => marks[mark as keyof typeof marks]);
    return [`${key}=${value}\n`];
  });
  return settings.join('');
}
