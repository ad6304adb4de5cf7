import path from 'node:path';
import { datagenErrors } from './errors.ts';
import type { StreamIdentity } from './checkpoint.ts';
import { FolderOutlet, type FolderTarget } from './folder-outlet.ts';
import { HttpOutlet, type HttpTarget } from './http-outlet.ts';
import type { KafkaTarget } from './kafka-outlet.ts';
import type { Outlet } from './outlet.ts';

export type Target = FolderTarget | KafkaTarget | HttpTarget;

const topicName = /^[A-Za-z0-9._-]{1,249}$/;
const groupName = /^[\x21-\x7e]{1,255}$/;
const broker = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}$/;

/**
 * What `--to` says: `file:FOLDER` with `transactions/` and `feedback/` in it;
 * `kafka://HOST:PORT[,…]/TOPIC[?feedback=TOPIC][&group=GROUP]`, where the group is the one whose
 * lag is the backlog; or `http[s]://HOST[:PORT][/PREFIX]`, where records are posted to
 * `PREFIX/transactions` and `PREFIX/feedback`. Throws WEIR_DATAGEN_BAD_OPTION.
 */
export function parseTarget(text: string): Target {
  if (text.startsWith('file:') && text.length > 'file:'.length) {
    const folder = path.resolve(text.slice('file:'.length));
    return {
      kind: 'folders',
      transactions: path.join(folder, 'transactions'),
      feedback: path.join(folder, 'feedback'),
      checkpoint: path.join(folder, 'generator.json'),
    };
  }
  const target = text.startsWith('kafka:') ? kafkaTarget(text) : httpTarget(text);
  if (target !== null) return target;
  throw datagenErrors.BAD_OPTION(
    `--to: "${text}" is none of file:FOLDER, kafka://HOST:PORT/TOPIC?feedback=TOPIC&group=GROUP ` +
      'and http://HOST:PORT/PREFIX',
  );
}

function kafkaTarget(text: string): KafkaTarget | null {
  const match = /^kafka:\/\/([^/?]+)\/([^/?]*)(?:\?(.*))?$/.exec(text);
  if (match === null) return null;
  const query = new URLSearchParams(match[3] ?? '');
  for (const name of query.keys()) {
    if (name === 'feedback' || name === 'group') continue;
    throw datagenErrors.BAD_OPTION(`--to: "${name}" is none of the parameters feedback and group`);
  }
  const brokers = match[1]!.split(',');
  const [transactions, feedback] = [match[2]!, query.get('feedback') ?? 'feedback'];
  const group = query.get('group');
  const right =
    brokers.every((one) => broker.test(one)) &&
    [transactions, feedback].every((name) => topicName.test(name)) &&
    transactions !== feedback &&
    (group === null || groupName.test(group));
  return right ? { kind: 'kafka', brokers, transactions, feedback, group } : null;
}

function httpTarget(text: string): HttpTarget | null {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return null;
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw datagenErrors.BAD_OPTION('--to: a URL has no user, query or fragment here');
  }
  const base = url.href.replace(/\/+$/, '');
  const name = base.slice(url.protocol.length + 2).replace(/[^A-Za-z0-9.]+/g, '-');
  return {
    kind: 'http',
    transactions: `${base}/transactions`,
    feedback: `${base}/feedback`,
    checkpoint: path.resolve('.weir', `generator-${name}.json`),
  };
}

/** Opens the target. Throws WEIR_DATAGEN_*. */
export async function openOutlet(target: Target, stream: StreamIdentity): Promise<Outlet> {
  if (target.kind === 'folders') return new FolderOutlet(target, stream);
  if (target.kind === 'http') return new HttpOutlet(target, stream);
  // Loaded for those alone who write to it: other processes have a Kafka client of their own.
  const { KafkaOutlet } = await import('./kafka-outlet.ts');
  return KafkaOutlet.open(target);
}
