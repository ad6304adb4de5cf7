import type { Kafka } from 'kafkajs';
import { encoderOf } from './kafkajs.ts';

/*
 * Metadata, version 10: the first that tells the id which a topic has from its creation on. The
 * client's own requests stop at version 6. From version 9 on the messages are "flexible": lengths
 * are unsigned varints of one more, and every structure ends with tagged fields, the headers too.
 */
const apiKey = 3;
const apiVersion = 10;
const idBytes = 16;

/** The parts of the client that its types do not show; they are those of version 2.2.4. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Of the bootstrap addresses; connected by `connect`. */
  readonly brokerPool: { readonly seedBroker: ConnectedBroker };
}
interface ConnectedBroker {
  readonly connectionPool: {
    send(exchange: { readonly request: object; readonly response: object }): Promise<unknown>;
  };
}

/**
 * The ids of topics, as hex. A topic that was deleted and created again has another one, while its
 * name and perhaps its offsets look the same. Topics that are not there are not in the answer; a
 * broker before 3.1 knows no ids, and then the answer is empty.
 */
export async function topicIds(
  kafka: Kafka,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (symbol === undefined) return new Map();
  const create = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[symbol];
  const cluster = create?.({ metadataMaxAge: 300_000, allowAutoTopicCreation: false });
  if (cluster === undefined) return new Map();
  await cluster.connect();
  try {
    const response = {
      decode: (body: Buffer) => Promise.resolve(decodeIds(body)),
      parse: (ids: ReadonlyMap<string, string>) => Promise.resolve(ids),
    };
    const encode = () => Promise.resolve(encoderOf(encodeRequest(topics)));
    const request = { apiKey, apiVersion, apiName: 'Metadata', encode };
    const { connectionPool } = cluster.brokerPool.seedBroker;
    return (await connectionPool.send({ request, response })) as Map<string, string>;
  } catch (error) {
    if ((error as { readonly type?: string }).type === 'UNSUPPORTED_VERSION') return new Map();
    throw error;
  } finally {
    await cluster.disconnect();
  }
}

function encodeRequest(topics: readonly string[]): Buffer {
  // The end of the flexible request header comes first: the client writes the one before it.
  const parts = [Buffer.from([0]), varint(topics.length + 1)];
  for (const topic of topics) {
    const name = Buffer.from(topic);
    // No id is asked for; name; tagged fields.
    parts.push(Buffer.alloc(idBytes), varint(name.length + 1), name, Buffer.from([0]));
  }
  // Do not create topics; no authorised operations of the cluster, nor of topics; tagged fields.
  parts.push(Buffer.from([0, 0, 0, 0]));
  return Buffer.concat(parts);
}

function decodeIds(body: Buffer): Map<string, string> {
  const reader = new FlexibleReader(body);
  reader.tags();
  reader.skip(4); // throttle time
  reader.array(() => {
    reader.skip(4); // broker id
    reader.text(); // host
    reader.skip(4); // port
    reader.text(); // rack
    reader.tags();
  });
  reader.text(); // cluster id
  reader.skip(4); // controller
  const ids = new Map<string, string>();
  reader.array(() => {
    const error = reader.int16();
    const name = reader.text();
    const id = reader.hex(idBytes);
    reader.skip(1); // internal
    reader.array(() => {
      reader.skip(2 + 4 + 4 + 4); // error, partition, leader, leader epoch
      for (let list = 0; list < 3; list++) reader.array(() => reader.skip(4));
      reader.tags();
    });
    reader.skip(4); // authorised operations
    reader.tags();
    if (error === 0 && name !== null && !/^0*$/.test(id)) ids.set(name, id);
  });
  return ids;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  bytes.push(value);
  return Buffer.from(bytes);
}

class FlexibleReader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  skip(bytes: number): void {
    this.#at += bytes;
    if (this.#at > this.#body.length) throw new Error('the answer with topic ids is cut off');
  }

  int16(): number {
    this.skip(2);
    return this.#body.readInt16BE(this.#at - 2);
  }

  hex(bytes: number): string {
    this.skip(bytes);
    return this.#body.toString('hex', this.#at - bytes, this.#at);
  }

  text(): string | null {
    const length = this.#varint() - 1;
    if (length < 0) return null;
    this.skip(length);
    return this.#body.toString('utf8', this.#at - length, this.#at);
  }

  array(each: () => void): void {
    const count = this.#varint() - 1;
    for (let i = 0; i < count; i++) each();
  }

  tags(): void {
    const count = this.#varint();
    for (let i = 0; i < count; i++) {
      this.#varint();
      this.skip(this.#varint());
    }
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      this.skip(1);
      const byte = this.#body[this.#at - 1] as number;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    throw new Error('the answer with topic ids is malformed');
  }
}
