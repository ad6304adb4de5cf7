import path from 'node:path';
import { datagenErrors } from './errors.ts';
import type { StreamIdentity } from './checkpoint.ts';
import { FolderOutlet, type FolderTarget } from './folder-outlet.ts';
import type { KafkaTarget } from './kafka-outlet.ts';
import type { Outlet } from './outlet.ts';

export type Target = FolderTarget | KafkaTarget;

const topicName = /^[A-Za-z0-9._-]{1,249}$/;
const broker = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}$/;

/**
 * What `--to` says: `file:FOLDER` with `transactions/` and `feedback/` in it, or
 * `kafka://HOST:PORT[,…]/TOPIC[?feedback=TOPIC]`. Throws WEIR_DATAGEN_BAD_OPTION.
 */
export function parseTarget(text: string): Target {
  if (text.startsWith('file:')) {
    const folder = path.resolve(text.slice('file:'.length));
    return {
      kind: 'folders',
      transactions: path.join(folder, 'transactions'),
      feedback: path.join(folder, 'feedback'),
      checkpoint: path.join(folder, 'generator.json'),
    };
  }
  const match = /^kafka:\/\/([^/?]+)\/([^/?]*)(?:\?feedback=([^&]*))?$/.exec(text);
  const brokers = match?.[1]!.split(',') ?? [];
  const [transactions, feedback] = [match?.[2] ?? '', match?.[3] ?? 'feedback'];
  const right = brokers.every((one) => broker.test(one)) && transactions !== feedback;
  if (match !== null && right && topicName.test(transactions) && topicName.test(feedback)) {
    return { kind: 'kafka', brokers, transactions, feedback };
  }
  throw datagenErrors.BAD_OPTION(
    `--to: "${text}" is neither file:FOLDER nor kafka://HOST:PORT/TOPIC?feedback=TOPIC`,
  );
}

/** Opens the target. Throws WEIR_DATAGEN_*. */
export async function openOutlet(target: Target, stream: StreamIdentity): Promise<Outlet> {
  if (target.kind === 'folders') return new FolderOutlet(target, stream);
  // Loaded for those alone who write to it: other processes have a Kafka client of their own.
  const { KafkaOutlet } = await import('./kafka-outlet.ts');
  return KafkaOutlet.open(target);
}
