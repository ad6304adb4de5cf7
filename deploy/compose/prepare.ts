/**
 * Makes what the application needs and does not make by itself: topics and the bucket of the state.
 * What is there already stays as it is. `node deploy/compose/prepare.ts TOPIC[:PARTITIONS]…`
 */
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { messageOf } from '#protocol/errors.ts';
import { kafkaClient } from '#runtime/kafka/client.ts';
import { createTopics } from '#runtime/kafka/create-topics.ts';
import { systemClock } from '#runtime/ports/system-clock.ts';
import { parseS3Url } from '#runtime/snapshot/s3-url.ts';

const exitUnavailable = 69;

function say(text: string): void {
  process.stderr.write(`prepare: ${text}\n`);
}

async function prepareTopics(address: string, wanted: readonly string[]): Promise<void> {
  const admin = kafkaClient({ id: 'prepare', address, properties: {} }, () => undefined).admin();
  await admin.connect();
  try {
    const existing = await admin.listTopics();
    const topics = wanted.flatMap((text) => {
      const [topic = '', partitions = '1'] = text.split(':');
      if (existing.includes(topic)) return [];
      return [{ topic, numPartitions: Number(partitions), replicationFactor: 1 }];
    });
    if (topics.length > 0) await createTopics(admin, topics, systemClock);
    say(`topics: ${wanted.join(', ')}`);
  } finally {
    await admin.disconnect();
  }
}

async function prepareBucket(state: string): Promise<void> {
  const { bucket, endpoint, region, pathStyle } = parseS3Url(state);
  const client = new S3Client({
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
    forcePathStyle: pathStyle,
  });
  try {
    try {
      await client.send(new HeadBucketCommand({ Bucket: bucket }));
    } catch (error) {
      const { $metadata: { httpStatusCode } = {} } = error as {
        $metadata?: { httpStatusCode?: number };
      };
      if (httpStatusCode !== 404) throw error;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
    }
    say(`bucket: ${bucket}`);
  } finally {
    client.destroy();
  }
}

try {
  await prepareTopics(process.env['WEIR_KAFKA'] ?? '127.0.0.1:9092', process.argv.slice(2));
  await prepareBucket(process.env['WEIR_STATE'] ?? '');
} catch (error) {
  say(`failed: ${messageOf(error)}`);
  process.exitCode = exitUnavailable;
}
