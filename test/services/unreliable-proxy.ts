import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { injected } from '../fault-table/injected.ts';

export interface Unreliability {
  /** Share of requests that are answered 503 and never passed on. */
  readonly refused: number;
  /** Share of requests that are passed on and whose answer is lost: the connection breaks. */
  readonly lost: number;
  /** Share of answers that are cut off in the middle of their body. */
  readonly torn: number;
  /** Longest delay of a request, milliseconds. */
  readonly delayMs: number;
}

export const reliable: Unreliability = { refused: 0, lost: 0, torn: 0, delayMs: 0 };

/** An HTTP proxy in front of a service, that fails as networks and overloaded services do. */
export class UnreliableProxy {
  behaviour: Unreliability = reliable;
  readonly counts = { passed: 0, refused: 0, lost: 0, torn: 0 };
  readonly #server: Server;
  readonly #upstream: number;
  readonly #random: () => number;

  private constructor(upstream: number, random: () => number) {
    this.#upstream = upstream;
    this.#random = random;
    this.#server = createServer((incoming, outgoing) => {
      const { refused, lost, torn, delayMs } = this.behaviour;
      const draw = this.#random();
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', () => undefined);
      incoming.on('end', () => {
        setTimeout(() => {
          if (draw < refused) {
            this.counts.refused++;
            injected(5);
            outgoing.writeHead(503, { 'retry-after': '0' }).end('<Error/>');
            return;
          }
          this.#pass(incoming, Buffer.concat(chunks), (answer, body) => {
            if (draw < refused + lost) {
              this.counts.lost++;
              injected(6);
              outgoing.socket?.destroy();
              return;
            }
            outgoing.writeHead(answer?.statusCode ?? 502, answer?.headers);
            if (draw < refused + lost + torn && body.length > 1) {
              this.counts.torn++;
              injected(5);
              outgoing.write(body.subarray(0, body.length >> 1));
              outgoing.socket?.end();
              return;
            }
            this.counts.passed++;
            outgoing.end(body);
          });
        }, this.#random() * delayMs);
      });
    });
  }

  static async start(upstream: number, random: () => number): Promise<UnreliableProxy> {
    const proxy = new UnreliableProxy(upstream, random);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** As it came, its headers and their Host included: the signature covers them. */
  #pass(
    incoming: IncomingMessage,
    body: Buffer,
    done: (answer: IncomingMessage | null, body: Buffer) => void,
  ): void {
    const { method, url, headers } = incoming;
    const options = { host: '127.0.0.1', port: this.#upstream, method, path: url, headers };
    const passed = request({ ...options, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => done(answer, Buffer.concat(chunks)));
      answer.on('error', () => done(null, Buffer.alloc(0)));
    });
    passed.on('error', () => done(null, Buffer.alloc(0)));
    passed.end(body);
  }
}
