import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Of the requests of the Kafka protocol. */
export const endTransaction = 26;

/**
 * A proxy in front of a broker that sees the frames of the Kafka protocol, and can cut a
 * connection after a request of some kind has arrived and before its answer is passed on.
 */
export class FrameProxy {
  /** Requests of this kind lose their answer, so many times. */
  dropAnswersOf: { apiKey: number; times: number } | null = null;
  dropped = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #upstream = 0;

  private constructor() {
    this.#server = createServer((client) => this.#serve(client));
  }

  static async start(): Promise<FrameProxy> {
    const proxy = new FrameProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  passTo(port: number): void {
    this.#upstream = port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(client: Socket): void {
    const broker = connect(this.#upstream, '127.0.0.1');
    /** Correlation ids of the requests whose answer is lost. */
    const lost = new Set<number>();
    const both = [client, broker];
    const end = (): void => {
      for (const socket of both) {
        socket.destroy();
        this.#sockets.delete(socket);
      }
    };
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.on('error', end);
      socket.on('close', end);
    }
    const requests = frames((frame) => {
      const drop = this.dropAnswersOf;
      if (drop !== null && drop.times > 0 && frame.readInt16BE(4) === drop.apiKey) {
        drop.times--;
        lost.add(frame.readInt32BE(8));
      }
      broker.write(frame);
    });
    const answers = frames((frame) => {
      if (lost.has(frame.readInt32BE(4))) {
        this.dropped++;
        end();
      } else client.write(frame);
    });
    client.on('data', requests);
    broker.on('data', answers);
  }
}

/** Puts the pieces of a stream together into frames: four bytes with the length, then the rest. */
function frames(each: (frame: Buffer) => void): (piece: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      each(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}
