import type { ServerResponse } from 'node:http';
import { ConsoleError } from './errors.ts';

const keepAliveMs = 15_000;
const stalledMs = 30_000;

interface Client {
  readonly response: ServerResponse;
  /** It has to be sent the whole picture: it is new, or it missed changes while it was slow. */
  whole: boolean;
  /** When its socket became full; 0 while it takes everything. */
  fullSinceMs: number;
  sentAtMs: number;
}

export interface EventHubOptions {
  /** Streams open at the same time. */
  readonly clientsMax: number;
  /** The shortest time between two events of a stream. */
  readonly intervalMs: number;
  readonly now: () => number;
  /** The whole picture, as JSON. */
  readonly whole: () => string;
  /** What changed since the last call, as JSON; null if nothing did. */
  readonly changes: () => string | null;
}

/**
 * Server-sent events to a bounded number of pages: at most one event per interval and page,
 * whatever the load. A page that reads too slowly is skipped, not buffered for; it gets the whole
 * picture once it can take it, and is cut off if it never can.
 */
export class EventHub {
  private readonly options: EventHubOptions;
  private readonly clients = new Set<Client>();
  private timer: NodeJS.Timeout | undefined;

  constructor(options: EventHubOptions) {
    this.options = options;
  }

  get size(): number {
    return this.clients.size;
  }

  start(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.tick();
      this.start();
    }, this.options.intervalMs);
  }

  /** Adds a page. Throws WEIR_CONSOLE_CLIENTS if there are too many already. */
  add(response: ServerResponse): void {
    if (this.clients.size >= this.options.clientsMax) {
      throw new ConsoleError(
        'WEIR_CONSOLE_CLIENTS',
        `${this.clients.size} event streams are open, which is the limit.`,
      );
    }
    const client: Client = { response, whole: true, fullSinceMs: 0, sentAtMs: 0 };
    this.clients.add(client);
    response.on('close', () => this.clients.delete(client));
    response.on('error', () => this.clients.delete(client));
    response.on('drain', () => (client.fullSinceMs = 0));
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write('retry: 1000\n\n');
  }

  /** Sends what changed; called once per interval. */
  tick(): void {
    const now = this.options.now();
    const changes = this.options.changes();
    let whole: string | undefined;
    for (const client of this.clients) {
      if (client.fullSinceMs > 0) {
        client.whole = true;
        if (now - client.fullSinceMs > stalledMs) client.response.destroy();
      } else if (client.whole) {
        whole ??= this.options.whole();
        client.whole = false;
        this.send(client, `event: whole\ndata: ${whole}\n\n`, now);
      } else if (changes !== null) {
        this.send(client, `event: changes\ndata: ${changes}\n\n`, now);
      } else if (now - client.sentAtMs > keepAliveMs) {
        this.send(client, ': still here\n\n', now);
      }
    }
  }

  /** Ends every stream. */
  close(): void {
    clearTimeout(this.timer);
    for (const { response } of this.clients) response.end();
    this.clients.clear();
  }

  private send(client: Client, text: string, now: number): void {
    client.sentAtMs = now;
    if (!client.response.write(text)) client.fullSinceMs = now;
  }
}
