import type { Frame } from '../console/frame.ts';

const reconnectMsMin = 500;
const reconnectMsMax = 10_000;
/** The server sends at least a comment every 15 s; the browser does not tell us of those. */
const silenceMsMax = 45_000;

/** `open` receiving · `lost` trying to connect again */
export type Connection = 'opening' | 'open' | 'lost';

/**
 * The server's events. It reconnects by itself with growing delays: a browser gives up for good
 * when a server answers with an error, as a restarting one may.
 */
export class Stream {
  connection: Connection = 'opening';
  private readonly onFrame: (frame: Frame, isWhole: boolean) => void;
  private readonly onConnection: () => void;
  private source: EventSource | undefined;
  private delayMs = reconnectMsMin;
  private heardAtMs = Date.now();

  constructor(onFrame: (frame: Frame, isWhole: boolean) => void, onConnection: () => void) {
    this.onFrame = onFrame;
    this.onConnection = onConnection;
    this.connect();
    setInterval(() => this.checkSilence(), 5_000);
    // A laptop that slept, or a network that is back: don't wait for the delay to pass.
    addEventListener('online', () => this.source?.readyState === 2 && this.connect());
  }

  private connect(): void {
    this.source?.close();
    const source = new EventSource('/api/events');
    this.source = source;
    this.heardAtMs = Date.now();
    source.addEventListener('whole', (event) => this.take(event, true));
    source.addEventListener('changes', (event) => this.take(event, false));
    source.addEventListener('error', () => {
      if (this.source !== source) return;
      source.close();
      this.change('lost');
      setTimeout(() => this.source === source && this.connect(), this.delayMs);
      this.delayMs = Math.min(this.delayMs * 2, reconnectMsMax);
    });
  }

  private take(event: MessageEvent, isWhole: boolean): void {
    this.heardAtMs = Date.now();
    this.delayMs = reconnectMsMin;
    this.onFrame(JSON.parse(String(event.data)) as Frame, isWhole);
    this.change('open');
  }

  private checkSilence(): void {
    // While anything runs the figures change many times a minute; silence is a dead connection.
    if (this.connection === 'open' && Date.now() - this.heardAtMs > silenceMsMax) this.connect();
  }

  private change(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    this.onConnection();
  }
}
