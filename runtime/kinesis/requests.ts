import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  type GetRecordsCommandOutput,
  type GetShardIteratorCommandInput,
  type KinesisClient,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { messageOf } from '#protocol/errors.ts';
import { isNamed, kinesisErrors } from './errors.ts';
import type { ShardPosition } from './position.ts';
import type { ListedShard } from './shards.ts';

/** What an ingress asks of the service; each call is sent once. */
export class StreamRequests {
  readonly #client: KinesisClient;
  readonly #stream: string;
  readonly #ended: AbortSignal;

  /** `ended` gives up what is under way. */
  constructor(client: KinesisClient, stream: string, ended: AbortSignal) {
    this.#client = client;
    this.#stream = stream;
    this.#ended = ended;
  }

  /** When the stream was made, milliseconds since 1970. Throws UNKNOWN_STREAM. */
  async createdMs(): Promise<number> {
    const command = new DescribeStreamSummaryCommand({ StreamName: this.#stream });
    try {
      const { StreamDescriptionSummary } = await this.#client.send(command, this.#options);
      return StreamDescriptionSummary?.StreamCreationTimestamp?.getTime() ?? 0;
    } catch (error) {
      if (!isNamed(error, ['ResourceNotFoundException', 'AccessDeniedException'])) throw error;
      throw kinesisErrors.UNKNOWN_STREAM(`the stream ${this.#stream}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** All shards whose records have not expired, over pages. */
  async shards(): Promise<ListedShard[]> {
    const found: ListedShard[] = [];
    let next: string | undefined;
    do {
      const page = await this.#client.send(
        new ListShardsCommand(
          next === undefined ? { StreamName: this.#stream } : { NextToken: next },
        ),
        this.#options,
      );
      for (const shard of page.Shards ?? []) found.push(listed(shard));
      next = page.NextToken;
    } while (next !== undefined);
    return found;
  }

  /** Where `records` goes on from a position. Throws POSITION_OUT_OF_RANGE. */
  async iterator(shard: string, position: ShardPosition): Promise<string> {
    const input = { StreamName: this.#stream, ShardId: shard, ...iteratorFrom(position) };
    try {
      const command = new GetShardIteratorCommand(input);
      const { ShardIterator } = await this.#client.send(command, this.#options);
      return ShardIterator as string;
    } catch (error) {
      if (!isNamed(error, ['InvalidArgumentException'])) throw error;
      throw kinesisErrors.POSITION_OUT_OF_RANGE(
        `${this.#stream}: ${shard} can't be read on: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  records(iterator: string, limit: number): Promise<GetRecordsCommandOutput> {
    const command = new GetRecordsCommand({ ShardIterator: iterator, Limit: limit });
    return this.#client.send(command, this.#options);
  }

  get #options(): { abortSignal: AbortSignal } {
    return { abortSignal: this.#ended };
  }
}

type IteratorFrom = Pick<
  GetShardIteratorCommandInput,
  'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'
>;

function iteratorFrom(position: ShardPosition): IteratorFrom {
  if (position.type === 'time') {
    return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(position.ms) };
  }
  if (position.type === 'after') {
    const StartingSequenceNumber = position.sequence;
    return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber };
  }
  return { ShardIteratorType: 'TRIM_HORIZON' };
}

function listed(shard: Shard): ListedShard {
  const parents = [shard.ParentShardId, shard.AdjacentParentShardId];
  return {
    id: shard.ShardId as string,
    parents: parents.filter((id): id is string => id !== undefined && id !== ''),
    open: shard.SequenceNumberRange?.EndingSequenceNumber === undefined,
  };
}
