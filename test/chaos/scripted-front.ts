import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How the front answers while it is bad; `good`: as the functions behind it do. */
export type Manner =
  'good' | 'hangs' | 'status 500' | 'garbage' | 'wrong content type' | 'cut body' | 'resets';

/**
 * Stands between the runtime and the real functions: passes everything on, or answers as a broken
 * server would. What it passes on and then spoils was done by the function, so that its effects
 * would be doubled if the runtime took a part of such an answer.
 */
export class ScriptedFront {
  manner: Manner = 'good';
  /** Requests that were answered badly since the manner was changed. */
  spoiled = 0;
  readonly #server = createServer((incoming, response) => void this.#handle(incoming, response));
  readonly #sockets = new Set<Socket>();
  readonly #agent = new Agent({ keepAlive: true });
  #behind = 0;

  constructor() {
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async listen(port: number, functionsPort: number): Promise<void> {
    this.#behind = functionsPort;
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', 4096, resolve));
  }

  become(manner: Manner): void {
    this.manner = manner;
    this.spoiled = 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await bodyOf(incoming);
      const answer = await this.#pass(incoming, body);
      if (this.manner === 'good') {
        response.writeHead(answer.status, answer.headers).end(answer.body);
        return;
      }
      this.spoiled++;
      this.#spoil(this.manner, answer, response);
    } catch {
      response.destroy();
    }
  }

  #spoil(manner: Manner, { headers, body }: Answer, response: ServerResponse): void {
    switch (manner) {
      case 'hangs':
        return; // The runtime gives up first.
      case 'status 500':
        response.writeHead(500, { 'content-type': 'text/plain' }).end('no');
        return;
      case 'garbage':
        response.writeHead(200, { 'content-type': headers['content-type'] }).end(spoilt(body));
        return;
      case 'wrong content type':
        response.writeHead(200, { 'content-type': 'text/html' }).end(body);
        return;
      case 'cut body':
        response.writeHead(200, { ...headers, 'content-length': String(body.length) });
        response.write(body.subarray(0, Math.max(1, body.length >> 1)), () => response.destroy());
        return;
      default:
        response.destroy();
    }
  }

  #pass(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const { url = '/', method = 'POST', headers } = incoming;
    const options = { host: '127.0.0.1', port: this.#behind, path: url, method, headers };
    return new Promise((resolve, reject) => {
      const passed = request({ ...options, agent: this.#agent }, (answer) => {
        bodyOf(answer).then((bytes) => {
          const kept = { ...answer.headers } as Headers;
          delete kept['transfer-encoding']; // The whole body is sent at once.
          resolve({ status: answer.statusCode ?? 0, headers: kept, body: bytes });
        }, reject);
      });
      passed.on('error', reject).end(body);
    });
  }
}

type Headers = Record<string, string>;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Bytes that no decoder takes for an answer: the first field has a wire type that is not used. */
function spoilt(body: Buffer): Buffer {
  return Buffer.from(body.map((byte) => byte ^ 0xff));
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
