import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { killed } from '../toolchain.ts';
import type { Addresses } from './addresses.ts';
import type { Service } from './compose-file.ts';
import { assemble, readDockerfile, resolveStage, type Stage } from './dockerfile.ts';
import { foreignPrograms } from './programs.ts';

const linesKept = 500;
const checkTimeoutMs = 20_000;

export interface ContainerOptions {
  /** The folder of the compose file. */
  readonly project: string;
  readonly name: string;
  readonly replica: number;
  readonly service: Service;
  readonly addresses: Addresses;
  /** Folder of this container; all of it but the volumes is begun anew at each start. */
  readonly folder: string;
  /** The text of a config of the compose file. */
  readonly config: (name: string) => string;
  /** The folder of a named volume. */
  readonly volume: (name: string) => string;
}

/** A replica of a service as a process of this machine. */
export class Container {
  readonly lines: string[] = [];
  readonly #options: ContainerOptions;
  #child: ChildProcess | null = null;
  #root = '';
  #env: Record<string, string> = {};
  /** What is mounted, and where it is on this machine. */
  #mounts: readonly (readonly [target: string, path: string])[] = [];

  constructor(options: ContainerOptions) {
    this.#options = options;
  }

  get title(): string {
    return `${this.#options.name}-${this.#options.replica + 1}`;
  }

  /** The exit code, -1 if a signal ended it; null while it runs. */
  get exit(): number | null {
    const child = this.#child;
    if (child === null) return null;
    return child.exitCode ?? (child.signalCode === null ? null : -1);
  }

  /** Starts it on nothing but its volumes. */
  async start(): Promise<void> {
    const { folder, service } = this.#options;
    rmSync(folder, { recursive: true, force: true });
    this.#root = join(folder, 'image');
    mkdirSync(this.#root, { recursive: true });
    const stage = this.#stage();
    const own = stage !== null && foreignPrograms[imageName(stage.base)] === undefined;
    this.#mounts = await this.#mounted();
    if (own) assemble(stage, this.#options.project, this.#root);
    const entrypoint = service.entrypoint ?? stage?.entrypoint ?? [];
    // An entry point of the compose file leaves the command of the image out.
    const command =
      service.command ?? (service.entrypoint === undefined ? stage?.command : undefined) ?? [];
    const env = (this.#env = await this.#environment(stage?.env ?? {}));
    const args = await this.#localised([...entrypoint, ...command]);
    const foreign = foreignPrograms[imageName(stage?.base ?? service.image ?? '')];
    const [program = '', ...rest] = own
      ? nodeOf(args)
      : (foreign?.({ command: args, env, folder }) ?? []);
    if (program === '') throw new Error(`${this.title}: nothing is known to run ${service.image}`);
    const child = spawn(program, rest, { cwd: this.#root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        if (this.lines.length > linesKept) this.lines.shift();
      });
    }
  }

  /** Runs the health check of the compose file once; true for a service that has none. */
  async healthy(): Promise<boolean> {
    const { test, disable } = this.#options.service.healthcheck ?? {};
    if (disable === true || test === undefined) return true;
    const args = await this.#localised(test.slice(1));
    const [program = '', ...rest] = nodeOf(args);
    const check = spawn(program, rest, { cwd: this.#root, env: this.#env, stdio: 'ignore' });
    const timer = setTimeout(() => check.kill('SIGKILL'), checkTimeoutMs);
    const code = await new Promise<number | null>((resolve) => {
      check.once('error', () => resolve(null));
      check.once('exit', resolve);
    });
    clearTimeout(timer);
    return code === 0;
  }

  /** Asks it to end, as `docker compose stop` does; the exit code. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (child === null || this.exit !== null) return this.exit;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    return this.exit;
  }

  /** As `docker compose pause` and `unpause` do. */
  freeze(frozen: boolean): void {
    this.#child?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  /** `kill -9`. */
  kill(): Promise<void> {
    return killed(this.#child);
  }

  tail(): string {
    return `${this.title}, exit ${this.exit}:\n${this.lines.slice(-15).join('\n')}`;
  }

  #stage(): Stage | null {
    const { build } = this.#options.service;
    if (build === undefined) return null;
    const file = join(this.#options.project, build.context, build.dockerfile ?? 'Dockerfile');
    return resolveStage(readDockerfile(file), build.target);
  }

  async #environment(image: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const { service, name, replica, addresses } = this.#options;
    const env: Record<string, string> = { ...image, PATH: process.env['PATH'] ?? '' };
    for (const [key, value] of Object.entries(service.environment ?? {})) {
      const [text = ''] = await this.#localised([String(value)]);
      // A port that stands alone has no host before it.
      const port = /(^|_)PORT$/.test(key) && /^\d+$/.test(text);
      env[key] = port ? String(await addresses.ownOf(name, replica, Number(text))) : text;
    }
    return env;
  }

  /** Texts with the addresses and the folders of this machine. */
  async #localised(texts: readonly string[]): Promise<string[]> {
    const { name, replica, addresses } = this.#options;
    return Promise.all(
      texts.map(async (text) => {
        let local = await addresses.localised(text, name, replica);
        for (const [target, path] of this.#mounts) {
          const pattern = new RegExp(`(?<![\\w/.])${target}(?=[/\\s]|$)`, 'g');
          local = local.replaceAll(pattern, path);
        }
        return local;
      }),
    );
  }

  /** Folders of this machine, and copies of files with its addresses. */
  async #mounted(): Promise<[target: string, path: string][]> {
    const { service, volume, config, project, folder, name, replica, addresses } = this.#options;
    const paths: [string, string][] = [];
    // Where they are in the container, below a folder: they may refer to each other.
    const put = async (target: string, text: string): Promise<void> => {
      const path = join(folder, 'mounted', target);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, await addresses.localised(text, name, replica));
      paths.push([target, path]);
    };
    for (const { type, source, target } of service.volumes ?? []) {
      if (type === 'volume') {
        paths.push([target, volume(source)]);
        continue;
      }
      await put(target, readFileSync(join(project, source), 'utf8'));
    }
    for (const { source, target } of service.configs ?? []) await put(target, config(source));
    for (const entry of service.tmpfs ?? []) {
      const target = entry.split(':')[0]!;
      if (target === '/tmp') continue;
      const path = join(folder, target.replaceAll('/', '-'));
      mkdirSync(path, { recursive: true });
      paths.push([target, path]);
    }
    return paths;
  }
}

function imageName(image: string): string {
  return image.replace(/:[^/]*$/, '');
}

function nodeOf([program = '', ...rest]: readonly string[]): string[] {
  return [program === 'node' ? process.execPath : program, ...rest];
}
