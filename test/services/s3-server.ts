import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort, until } from '../chaos/processes.ts';
import { cached, cacheFolder, commandOf, killed, must } from './toolchain.ts';

/**
 * The S3 servers of the tests. versitygw is pinned: this release lets exactly one of many
 * conditional writers win, which earlier ones did not. moto is the second implementation.
 */
export const versitygw = 'v1.8.0';
const moto = '5.2.5';
/**
 * moto with one thread: its own server has many, and its conditions are not atomic among them (two of
 * 32 writers won once in a few hundred rounds).
 */
const motoOfOneThread = `
import sys
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
`;
import { injected } from '../fault-table/injected.ts';
const keys = { AWS_ACCESS_KEY_ID: 'weir', AWS_SECRET_ACCESS_KEY: 'weirsecret' };
const bucket = 'weir';

export type S3Kind = 'versitygw' | 'moto';

/** The server's program, built if need be (minutes). Throws `MissingService`. */
export function installS3(kind: S3Kind): string {
  if (kind === 'moto') {
    const venv = join(cacheFolder, `moto-${moto}`);
    const program = join(venv, 'bin', 'python');
    if (hasS3Program('moto')) return program;
    const python = commandOf('python3', 'moto needs Python 3 with venv and pip');
    console.log(`installing moto ${moto}`);
    // In its place from the start: a virtual environment can't be moved.
    must('making a virtual environment', python, ['-m', 'venv', '--clear', venv]);
    must('installing moto', join(venv, 'bin', 'pip'), ['install', '-q', `moto[server]==${moto}`]);
    return program;
  }
  return cached(`s3/versitygw-${versitygw}`, (folder) => {
    const go = commandOf('go', 'the S3 server (versitygw) is built with Go >= 1.26');
    console.log(`building versitygw ${versitygw} (a few minutes, once)`);
    const from = `github.com/versity/versitygw/cmd/versitygw@${versitygw}`;
    must('building versitygw', go, ['install', '-ldflags=-s -w', from], { GOBIN: folder });
    return join(folder, 'versitygw');
  });
}

/** Whether it can be started here; `install.ts` says why not. In CI it must. */
export function hasS3(kind: S3Kind = 'versitygw'): boolean {
  return process.env['CI'] !== undefined || hasS3Program(kind);
}

function hasS3Program(kind: S3Kind): boolean {
  // pip writes a package's commands last: an environment left half made has none.
  const path = kind === 'moto' ? `moto-${moto}/bin/moto_server` : `s3/versitygw-${versitygw}`;
  return existsSync(join(cacheFolder, path));
}

/** A real S3 server on loopback, with an empty bucket, that ends with its test. */
export class S3Server {
  readonly port: number;
  readonly #program: string;
  readonly #kind: S3Kind;
  readonly #folder = mkdtempSync(join(tmpdir(), 'weir-s3-'));
  #process: ChildProcess | null = null;
  #places = 0;

  private constructor(program: string, kind: S3Kind, port: number) {
    this.#program = program;
    this.#kind = kind;
    this.port = port;
    // The store's client takes them from the environment, as it does outside of tests.
    Object.assign(process.env, keys);
  }

  static async start(kind: S3Kind = 'versitygw'): Promise<S3Server> {
    const server = new S3Server(installS3(kind), kind, await freePort());
    await server.resume();
    const client = new S3Client({
      ...{ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true },
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The URL of a new, empty place; through a proxy if its endpoint is given. */
  newPlace(endpoint = this.endpoint): string {
    return `s3://${bucket}/place-${++this.#places}?endpoint=${endpoint}`;
  }

  /** Starts it, again if it was killed, on the data that it had. */
  async resume(): Promise<void> {
    const listen = `127.0.0.1:${this.port}`;
    const data = join(this.#folder, 'data');
    mkdirSync(data, { recursive: true });
    const args =
      this.#kind === 'moto'
        ? ['-c', motoOfOneThread, String(this.port)]
        : ['--port', listen, '--health', '/healthz', '--keep-alive', '--quiet', 'posix', data];
    const env = {
      ...process.env,
      ROOT_ACCESS_KEY_ID: keys.AWS_ACCESS_KEY_ID,
      ROOT_SECRET_ACCESS_KEY: keys.AWS_SECRET_ACCESS_KEY,
    };
    const child = spawn(this.#program, args, { env, stdio: 'ignore' });
    this.#process = child;
    await until('the S3 server', async () => {
      if (child.exitCode !== null) throw new Error(`the S3 server ended with ${child.exitCode}`);
      const path = this.#kind === 'moto' ? '/moto-api/data.json' : '/healthz';
      return fetch(this.endpoint + path).then(
        (response) => response.arrayBuffer().then(() => response.ok),
        () => false,
      );
    });
  }

  /** `kill -9`, as a crash of the server. */
  kill(): Promise<void> {
    injected(5);
    return killed(this.#process);
  }

  async stop(): Promise<void> {
    await killed(this.#process);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
