import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordCommand,
  SplitShardCommand,
  type KinesisClient,
  type Shard,
} from '@aws-sdk/client-kinesis';
import kinesalite from 'kinesalite';
import { kinesisClient } from '#runtime/kinesis/client.ts';
import { injected } from '../fault-table/injected.ts';
import { until } from '../chaos/processes.ts';

const account = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'weir',
  AWS_SECRET_ACCESS_KEY: 'weirsecret',
};

export interface ReadRecord {
  readonly key: string;
  readonly value: string;
}

/** A Kinesis server on loopback, in memory, that ends with its test; shards are quick to change. */
export class KinesisServer {
  readonly client: KinesisClient;
  readonly endpoint: string;
  readonly #server: Server;
  /** Share of requests that are refused as too many, for the operations that are named. */
  throttle: { readonly share: number; readonly operations: readonly string[] } | null = null;
  throttled = 0;
  #random = 1;

  private constructor(server: Server, setThrottle: (self: KinesisServer) => void) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // As outside of tests: the environment says where it is, and who asks.
    Object.assign(process.env, account, { AWS_ENDPOINT_URL_KINESIS: this.endpoint });
    setThrottle(this);
    this.client = kinesisClient({
      ...{ region: null, endpoint: null, credentials: { type: 'default' }, properties: {} },
    });
  }

  static async start(): Promise<KinesisServer> {
    const behind = kinesalite({
      createStreamMs: 0,
      updateStreamMs: 0,
      deleteStreamMs: 0,
      shardLimit: 100,
    });
    let self: KinesisServer | null = null;
    const front = createServer((request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      if (self?.refuses(operation) !== true) {
        behind.emit('request', request, response);
        return;
      }
      request.resume();
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify({ __type: 'ProvisionedThroughputExceededException', message: 'slow down' }),
      );
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    return new KinesisServer(front, (made) => (self = made));
  }

  async newStream(name: string, shards = 1): Promise<string> {
    await this.client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
    await this.#settled(name);
    return name;
  }

  async deleteStream(name: string): Promise<void> {
    await this.client.send(new DeleteStreamCommand({ StreamName: name }));
    await until('the end of the stream', () =>
      this.shards(name).then(
        () => false,
        () => true,
      ),
    );
  }

  async put(stream: string, key: string, value: string | Uint8Array): Promise<void> {
    const Data = typeof value === 'string' ? Buffer.from(value) : value;
    await this.client.send(new PutRecordCommand({ StreamName: stream, PartitionKey: key, Data }));
  }

  /** Splits an open shard in two halves. */
  async split(stream: string): Promise<void> {
    injected(18);
    const shard = (await this.shards(stream)).find(isOpen) as Shard;
    const { StartingHashKey = '0', EndingHashKey = '0' } = shard.HashKeyRange ?? {};
    const middle = (BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n + 1n;
    const where = { ShardToSplit: shard.ShardId, NewStartingHashKey: String(middle) };
    await this.client.send(new SplitShardCommand({ StreamName: stream, ...where }));
    await this.#settled(stream);
  }

  /** Merges two open shards that lie beside each other. */
  async merge(stream: string): Promise<void> {
    injected(18);
    const open = (await this.shards(stream)).filter(isOpen);
    const next = (shard: Shard) =>
      open.find(
        ({ HashKeyRange: range }) =>
          BigInt(range?.StartingHashKey ?? 0) ===
          BigInt(shard.HashKeyRange?.EndingHashKey ?? 0) + 1n,
      );
    const first = open.find((shard) => next(shard) !== undefined) as Shard;
    const both = { ShardToMerge: first.ShardId, AdjacentShardToMerge: next(first)?.ShardId };
    await this.client.send(new MergeShardsCommand({ StreamName: stream, ...both }));
    await this.#settled(stream);
  }

  async shards(stream: string): Promise<Shard[]> {
    return (await this.client.send(new ListShardsCommand({ StreamName: stream }))).Shards ?? [];
  }

  /** Everything that a stream holds, shard by shard. */
  async read(stream: string): Promise<ReadRecord[]> {
    const found: ReadRecord[] = [];
    for (const { ShardId } of await this.shards(stream)) {
      const from = { StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      let { ShardIterator } = await this.client.send(new GetShardIteratorCommand(from));
      while (ShardIterator !== undefined) {
        const page = await this.client.send(new GetRecordsCommand({ ShardIterator }));
        for (const { PartitionKey = '', Data } of page.Records ?? []) {
          found.push({ key: PartitionKey, value: Buffer.from(Data ?? []).toString() });
        }
        if (page.Records?.length === 0 && page.MillisBehindLatest === 0) break;
        ShardIterator = page.NextShardIterator;
      }
    }
    return found;
  }

  /** Whether this request is refused, as the service does under load. */
  refuses(operation: string): boolean {
    const { throttle } = this;
    if (throttle?.operations.includes(operation) !== true) return false;
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    if (this.#random / 2_147_483_647 >= throttle.share) return false;
    injected(18);
    this.throttled++;
    return true;
  }

  async stop(): Promise<void> {
    this.client.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #settled(stream: string): Promise<void> {
    await until('the stream', () =>
      this.shards(stream).then(
        ({ length }) => length > 0,
        () => false,
      ),
    );
  }
}

export function isOpen({ SequenceNumberRange: range }: Shard): boolean {
  return range?.EndingSequenceNumber === undefined;
}
