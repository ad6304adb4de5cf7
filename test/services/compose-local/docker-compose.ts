import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Stack } from './stack.ts';

const forwarder = join(import.meta.dirname, 'forward-process.ts');

/**
 * A command that stands in for `docker compose`: it has its arguments and its environment done to
 * the stack, by this process. Knows what the demo asks for, and refuses everything else.
 */
export class DockerCompose {
  readonly #server: Server;
  readonly asked: string[] = [];

  private constructor(stack: Stack) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { args, env } = JSON.parse(Buffer.concat(chunks).toString()) as {
          args: string[];
          env: Record<string, string>;
        };
        this.asked.push(args.join(' '));
        carryOut(stack, args, env).then(
          () => response.end('done'),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
      });
    });
  }

  static async start(stack: Stack): Promise<DockerCompose> {
    const compose = new DockerCompose(stack);
    await new Promise<void>((resolve) => compose.#server.listen(0, '127.0.0.1', resolve));
    return compose;
  }

  /** What to call in place of `docker compose`. */
  get command(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${process.execPath} ${forwarder} ${port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

async function carryOut(
  stack: Stack,
  [verb = '', ...rest]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const name = rest.at(-1) ?? '';
  if (!stack.services.includes(name)) throw new Error(`no such service: ${name}`);
  const scale = rest.find((_, i) => rest[i - 1] === '--scale');
  if (verb === 'kill') return stack.kill(name);
  if (verb === 'pause' || verb === 'unpause') return stack.freeze(name, verb === 'pause');
  if (verb !== 'up') throw new Error(`unknown: ${verb}`);
  if (scale !== undefined) await stack.scale(name, Number(scale.split('=')[1]));
  else await stack.recreate(name, env);
  if (rest.includes('--wait')) await stack.reaches(name, 'service_healthy');
}
