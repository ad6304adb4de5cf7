import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * One address in front of several replicas: a connection goes to the next one that takes it, as
 * with a name that stands for several addresses.
 */
export class Balancer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #next = 0;

  private constructor(targets: () => readonly number[]) {
    this.#server = createServer((client) => {
      this.#keep(client);
      const now = targets();
      if (now.length === 0) client.destroy();
      else this.#connect(client, now, now.length);
    });
  }

  static async start(port: number, targets: () => readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(targets);
    await new Promise<void>((resolve) => balancer.#server.listen(port, '127.0.0.1', resolve));
    return balancer;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connect(client: Socket, targets: readonly number[], tries: number): void {
    const target = targets[this.#next++ % targets.length]!;
    const server = connect(target, '127.0.0.1');
    this.#keep(server);
    let connected = false;
    server.once('connect', () => {
      connected = true;
      client.pipe(server).pipe(client);
    });
    server.once('error', () => {
      if (connected || tries <= 1) client.destroy();
      else this.#connect(client, targets, tries - 1);
    });
    client.once('close', () => server.destroy());
    server.once('close', () => connected && client.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
