/**
 * Copies topics into the event log folders that the console follows. It keeps nothing: at each
 * start the folders are begun anew, and the topics are read from the beginning of what Kafka still
 * has of them. Only committed records are copied, so what is counted is what everybody else gets.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaIngress } from '#runtime/kafka/kafka-ingress.ts';
import { systemClock } from '#runtime/ports/system-clock.ts';
import { TopicFolder } from './topic-folder.ts';
import { TopicSink } from './topic-sink.ts';

/** Folders of the data folder, which are also the names of the topics. */
const logs = ['transactions', 'feedback', 'scores', 'monitoring'] as const;
type Log = (typeof logs)[number];
/** Records of an egress are written with their type, as a file egress does. */
const typenames: Readonly<Record<Log, string>> = {
  transactions: '',
  feedback: '',
  scores: 'weir.fraud/Score',
  monitoring: 'weir.fraud/Monitoring',
};
const tidyEveryMs = 100;
const lookEveryMs = 50;
const firstRecordsMs = 30_000;
const startBudgetMs = 60_000;

export interface TopicFeedOptions {
  /** `host:port` of a broker, or several with commas. */
  readonly brokers: string;
  /** The console's data folder; what is in it is removed. */
  readonly data: string;
  readonly log: (text: string) => void;
}

export class TopicFeed {
  readonly #options: TopicFeedOptions;
  readonly #folders: ReadonlyMap<string, TopicFolder>;
  readonly #sink: TopicSink;
  readonly #ingresses: KafkaIngress[] = [];
  readonly #tidying: NodeJS.Timeout;

  private constructor(options: TopicFeedOptions) {
    this.#options = options;
    for (const name of [...logs, 'console']) {
      rmSync(join(options.data, name), { recursive: true, force: true });
    }
    const folder = (name: Log): TopicFolder => new TopicFolder(join(options.data, name));
    this.#folders = new Map(logs.map((name) => [`folder/${name}`, folder(name)]));
    this.#sink = new TopicSink(this.#folders);
    this.#tidying = setInterval(() => this.#tidy(), tidyEveryMs);
  }

  /**
   * Reads until it is behind nothing, or for a while; then it goes on beside the console. Throws
   * WEIR_KAFKA_*.
   */
  static async open(options: TopicFeedOptions): Promise<TopicFeed> {
    const feed = new TopicFeed(options);
    try {
      // No score may be counted before its transaction: numbers begin with the first transaction.
      await feed.#follow('transactions', 'feedback');
      await feed.#until(() => feed.#folders.get('folder/transactions')!.end > 0);
      await feed.#follow('scores', 'monitoring');
      await feed.#until(() => feed.#ingresses.every((one) => one.lag() === 0));
      feed.#tidy();
      return feed;
    } catch (error) {
      await feed.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#ingresses.map((one) => one.close()));
    clearInterval(this.#tidying);
    for (const folder of this.#folders.values()) folder.close();
  }

  async #follow(...names: readonly Log[]): Promise<void> {
    const ingress = new KafkaIngress({
      id: `console/${names[0]}`,
      address: this.#options.brokers,
      groupId: 'weir-console',
      topics: names.map((topic) => ({
        ...{ topic, valueType: typenames[topic], targets: [`folder/${topic}`] },
      })),
      reset: 'earliest',
      start: { type: 'earliest' },
      properties: {},
      deadLetter: null,
      clock: systemClock,
      startBudgetMs,
      onRejected: ({ path, offset, reason }) =>
        this.#options.log(`${path} ${offset}: ${reason.message}`),
      onFailure: (error) => this.#options.log(`${error.code}: ${error.message}`),
      log: () => undefined,
    });
    this.#ingresses.push(ingress);
    await ingress.open(this.#sink, new Map());
  }

  async #until(condition: () => boolean): Promise<void> {
    const end = performance.now() + firstRecordsMs;
    while (!condition() && !this.#sink.full && performance.now() < end) await sleep(lookEveryMs);
  }

  #tidy(): void {
    const positions = readPositions(join(this.#options.data, 'console', 'checkpoint.json'));
    // The console itself removes scores and reports, all but the newest.
    for (const name of ['transactions', 'feedback', 'scores'] as const) {
      this.#sink.read.set(`folder/${name}`, positions?.[name] ?? 0);
    }
    this.#sink.tidy();
  }
}

/** How far the console has counted, as it writes it down once a second; null before. */
function readPositions(checkpoint: string): Readonly<Record<string, number>> | null {
  try {
    const text = readFileSync(checkpoint, 'utf8');
    return (JSON.parse(text) as { positions?: Record<string, number> }).positions ?? null;
  } catch {
    return null;
  }
}
