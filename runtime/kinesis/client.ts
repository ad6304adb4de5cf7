import { KinesisClient } from '@aws-sdk/client-kinesis';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { KinesisAccess } from '../ports/kinesis-settings.ts';

const connectMs = 5_000;
const requestMs = 15_000;
const socketsMax = 64;

/**
 * A client that sends each request once: whether it is sent again is decided by those who know what
 * it is for. Over HTTP/1.1, which everything that speaks for Kinesis understands. An endpoint of the
 * environment (`AWS_ENDPOINT_URL_KINESIS`) counts where the module names none.
 */
export function kinesisClient(access: KinesisAccess): KinesisClient {
  const { region, endpoint, credentials, properties } = access;
  const count = (name: string, otherwise: number): number => Number(properties[name] ?? otherwise);
  const maxSockets = count('MaxConnections', socketsMax);
  return new KinesisClient({
    maxAttempts: 1,
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint }),
    ...credentialsOf(credentials),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: count('ConnectionTimeout', connectMs),
      requestTimeout: count('SocketTimeout', requestMs),
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets },
      httpsAgent: { keepAlive: true, maxSockets },
    }),
  });
}

function credentialsOf(credentials: KinesisAccess['credentials']): object {
  if (credentials.type === 'basic') {
    const { accessKeyId, secretAccessKey } = credentials;
    return { credentials: { accessKeyId, secretAccessKey } };
  }
  if (credentials.type === 'default') return {};
  const { name: profile, path } = credentials;
  return { credentials: fromIni({ profile, ...(path === null ? {} : { filepath: path }) }) };
}
