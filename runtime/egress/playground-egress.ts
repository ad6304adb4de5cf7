/**
 * `GET /<topic>` pops one committed record.
 *
 * - E4: records come here committed, and a batch counts as published when all of it was popped.
 *   Until then it is part of the cut, and is given again after a restart: nothing that was not
 *   popped is lost. A record is marked as popped before it is answered (popped-journal.ts), so
 *   none is popped twice; one whose answer was cut off by a crash is not repeated.
 * - Batches come one at a time. When a topic is empty while another one holds up the batch, the
 *   batch is let go so that the next one comes; what is left of it stays here in memory, and only
 *   that is lost if the process dies.
 * - E7: what stays in memory is bounded; at the bound publishing waits and nothing is dropped.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, type WeirError } from '#protocol/errors.ts';
import type { Egress, EgressBatch } from '../ports/egress.ts';
import { listenPatiently } from '../ports/system-listen.ts';
import { egressErrors } from './errors.ts';
import { parsePlaygroundRecord } from './playground-record.ts';
import { PoppedJournal } from './popped-journal.ts';

interface PlaygroundEgressOptions {
  readonly id: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly topics: readonly string[];
  /** Where to remember what was popped; null (default): in memory, so a crash may repeat pops. */
  readonly folder?: string | null;
  /** Records in memory at most; default 100,000. */
  readonly maxRecords?: number;
  /** How long a request waits for the next batch before it answers 404; default 100 ms. */
  readonly waitMs?: number;
  /** How long to wait for a port that another process still holds; default 10 s. */
  readonly listenPatienceMs?: number;
}

interface Queued {
  readonly sequence: number;
  readonly payload: string;
  readonly batch: { left: number };
}

export class PlaygroundEgress implements Egress {
  readonly id: string;
  readonly waitsForReader = true;
  readonly #options: PlaygroundEgressOptions;
  readonly #maxRecords: number;
  readonly #queues: ReadonlyMap<string, Queued[]>;
  readonly #journal: PoppedJournal;
  readonly #server: Server;
  #queued = 0;
  #batch: { left: number } = { left: 0 };
  /** Set while a batch waits to be popped. */
  #waiting: { resolve: () => void; reject: (error: WeirError) => void } | null = null;
  /** Requests that wait for a record to arrive. */
  readonly #arrivals = new Set<() => void>();
  #closed = false;

  constructor(options: PlaygroundEgressOptions) {
    this.id = options.id;
    this.#options = options;
    this.#maxRecords = options.maxRecords ?? 100_000;
    this.#queues = new Map(options.topics.map((topic) => [topic, []]));
    this.#journal = new PoppedJournal(options.folder ?? null);
    const timeouts = { headersTimeout: 10_000, requestTimeout: 10_000 };
    this.#server = createServer(timeouts, (request, response) => {
      this.#get(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  /** The port it listens on, once open. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? this.#options.port;
  }

  async open(): Promise<void> {
    const { host, port, listenPatienceMs } = this.#options;
    try {
      await listenPatiently(this.#server, { host, port }, listenPatienceMs);
    } catch (error) {
      throw egressErrors.LISTEN_FAILED(`${host}:${port}: ${messageOf(error)}`, { cause: error });
    }
  }

  validate(typename: string, value: Uint8Array, start: number, end: number): void {
    parsePlaygroundRecord(typename, value.subarray(start, end), this.#options.topics);
  }

  async publish(batch: EgressBatch): Promise<string> {
    await this.#journal.begin(batch.lineage);
    const records: [string, Queued][] = [];
    const mine = { left: 0 };
    let sequence = batch.firstSequence;
    for (const { typename, value } of batch.records()) {
      const { topic, payload } = parsePlaygroundRecord(typename, value, this.#options.topics);
      if (!this.#journal.has(sequence)) records.push([topic, { sequence, payload, batch: mine }]);
      sequence++;
    }
    mine.left = records.length;
    this.#batch = mine;
    for (const [topic, record] of records) this.#queues.get(topic)!.push(record);
    this.#queued += records.length;
    for (const arrived of this.#arrivals) arrived();
    if (mine.left > 0) {
      if (this.#closed) throw this.#closing();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#waiting = { resolve, reject };
      await promise;
    }
    if (this.#queued === 0) await this.#journal.compact(sequence);
    else if (this.#journal.size > 2 * this.#maxRecords) {
      // Only what no committed position covers yet is ever given again: the latest batches.
      await this.#journal.compact(batch.firstSequence - this.#maxRecords);
    }
    return String(sequence);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#waiting?.reject(this.#closing());
    this.#waiting = null;
    this.#server.closeAllConnections();
    await closed;
    await this.#journal.close();
  }

  #closing(): WeirError {
    return egressErrors.NOT_OPEN(`egress ${this.id} is closing; ${this.#queued} records wait`);
  }

  async #get(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const topic = topicOf(request.url ?? '');
    const queue = topic === null ? undefined : this.#queues.get(topic);
    if (queue === undefined) {
      const known = `Known topics: ${this.#options.topics.slice(0, 20).join(', ')}.`;
      const error = egressErrors.UNKNOWN_TOPIC(JSON.stringify(topic), { hint: known });
      return refuse(response, 404, error);
    }
    if (request.method !== 'GET') {
      response.setHeader('allow', 'GET');
      return refuse(response, 405, egressErrors.METHOD_NOT_ALLOWED(`${request.method}`));
    }
    if (queue.length === 0) await this.#nextBatch(queue);
    const record = queue.shift();
    if (record === undefined || response.destroyed) {
      // Nobody would read it: the client is gone.
      if (record !== undefined) queue.unshift(record);
      return refuse(response, 404, egressErrors.EMPTY_TOPIC(`topic ${topic} is empty`));
    }
    try {
      await this.#journal.add(record.sequence);
    } catch (error) {
      queue.unshift(record);
      throw error;
    }
    this.#queued--;
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.end(record.payload);
    record.batch.left--;
    if (this.#batch.left === 0) this.#release();
  }

  /** Lets the batch go that other topics hold up, and gives the next one a moment to come. */
  async #nextBatch(queue: readonly Queued[]): Promise<void> {
    const deadline = performance.now() + (this.#options.waitMs ?? 100);
    while (queue.length === 0 && !this.#closed) {
      const remainingMs = deadline - performance.now();
      if (remainingMs <= 0) return;
      if (this.#waiting !== null && this.#queued < this.#maxRecords) this.#release();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, remainingMs);
      this.#arrivals.add(resolve);
      await promise;
      clearTimeout(timer);
      this.#arrivals.delete(resolve);
    }
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve();
  }
}

function topicOf(url: string): string | null {
  try {
    return decodeURIComponent(url.split('?', 1)[0]!.slice(1));
  } catch {
    return null;
  }
}

function refuse(response: ServerResponse, status: number, error: WeirError): void {
  const { code, message, hint } = error;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ code, message, hint }) + '\n');
}
