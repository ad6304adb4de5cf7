import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause, until } from '../../chaos/processes.ts';
import { Addresses } from './addresses.ts';
import { Balancer } from './balancer.ts';
import { readComposeFile, servicesOf, type Condition, type Service } from './compose-file.ts';
import { Container } from './container.ts';

const checkEveryMs = 300;

export interface StackOptions {
  /** The folder of docker-compose.yml. */
  readonly project: string;
  readonly profiles?: readonly string[];
  /** Services whose program there is not outside of its image. */
  readonly without?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The services of a compose file as processes of this machine: their own commands, environments,
 * mounted files and health checks, started in the order that their conditions ask for.
 */
export class Stack {
  readonly addresses: Addresses;
  readonly #folder = mkdtempSync(join(tmpdir(), 'weir-compose-'));
  readonly #options: StackOptions;
  readonly #services: Map<string, Service>;
  readonly #containers = new Map<string, Container[]>();
  readonly #balancers = new Map<string, Balancer>();
  /** By `service:port`, where its replicas listen now. */
  readonly #targets = new Map<string, number[]>();
  readonly #configs: Readonly<Record<string, { readonly content: string }>>;

  constructor(options: StackOptions) {
    this.#options = options;
    const { project, profiles = [], without = [], env = {} } = options;
    const file = readComposeFile(join(project, 'docker-compose.yml'), env);
    const services = servicesOf(file, profiles).filter(([name]) => !without.includes(name));
    this.#services = new Map(services);
    const replicas = (name: string): number =>
      Number(this.#services.get(name)?.deploy?.replicas ?? 1);
    this.addresses = new Addresses(Object.keys(file.services), replicas);
    this.#configs = file.configs ?? {};
    for (const name of this.#services.keys()) {
      const containers = Array.from({ length: replicas(name) }, (_, i) => this.#container(name, i));
      this.#containers.set(name, containers);
    }
  }

  /** Another value of a variable: what then is another service is stopped, and started as that. */
  async recreate(name: string, env: Readonly<Record<string, string>>): Promise<void> {
    const { project, env: before = {} } = this.#options;
    const file = readComposeFile(join(project, 'docker-compose.yml'), { ...before, ...env });
    const service = file.services[name]!;
    const changed = JSON.stringify(service) !== JSON.stringify(this.#services.get(name));
    if (changed) {
      this.#services.set(name, service);
      await Promise.all(this.containersOf(name).map((one) => one.stop()));
      const fresh = this.containersOf(name).map((_, i) => this.#container(name, i));
      this.#containers.set(name, fresh);
    }
    for (const container of this.containersOf(name)) {
      if (changed || container.exit !== null) await container.start();
    }
  }

  /** So many replicas, where there were two or more at the start. */
  async scale(name: string, replicas: number): Promise<void> {
    const running = this.containersOf(name);
    await Promise.all(running.slice(replicas).map((one) => one.stop()));
    const kept = running.slice(0, replicas);
    for (let i = kept.length; i < replicas; i++) {
      const fresh = this.#container(name, i);
      await fresh.start();
      kept.push(fresh);
    }
    this.#containers.set(name, kept);
    for (const [key, targets] of this.#targets) {
      const [service = '', port = ''] = key.split(':');
      if (service !== name) continue;
      targets.splice(0, targets.length, ...(await this.#ownPorts(name, Number(port))));
    }
  }

  #container(name: string, replica: number): Container {
    const folder = join(this.#folder, 'containers', `${name}-${replica}`);
    return new Container({
      ...{ project: this.#options.project, name, replica, folder, addresses: this.addresses },
      service: this.#services.get(name)!,
      config: (of) => this.#configs[of]?.content ?? '',
      volume: (of) => this.#volume(of),
    });
  }

  #ownPorts(name: string, port: number): Promise<number[]> {
    return Promise.all(this.containersOf(name).map((_, i) => this.addresses.ownOf(name, i, port)));
  }

  get services(): readonly string[] {
    return [...this.#services.keys()];
  }

  containersOf(service: string): Container[] {
    return this.#containers.get(service) ?? [];
  }

  /** Starts all, each when what it depends on is as its condition says; ends when all are healthy. */
  async up(): Promise<void> {
    const started = new Map<string, Promise<void>>();
    const start = (name: string): Promise<void> => {
      const before = started.get(name);
      if (before !== undefined) return before;
      const ready = (async () => {
        const needed = Object.entries(this.#services.get(name)?.depends_on ?? {});
        await Promise.all(
          needed.map(async ([other, { condition }]) => {
            await start(other);
            await this.reaches(other, condition);
          }),
        );
        await this.start(name);
      })();
      started.set(name, ready);
      return ready;
    };
    await Promise.all(this.services.map(start));
    for (const name of this.services) {
      const once = this.#services.get(name)!.restart?.startsWith('on-failure') === true;
      await this.reaches(name, once ? 'service_completed_successfully' : 'service_healthy');
    }
  }

  /** Starts the replicas of a service, on nothing but their volumes. */
  async start(name: string): Promise<void> {
    for (const container of this.containersOf(name)) await container.start();
    await this.#balance(name);
  }

  async reaches(name: string, condition: Condition): Promise<void> {
    for (const container of this.containersOf(name)) {
      await until(`${container.title}: ${condition}`, async () => {
        if (condition === 'service_started') return true;
        const { exit } = container;
        if (condition === 'service_completed_successfully' && exit === 0) return true;
        if (exit !== null) throw new Error(`ended early: ${container.tail()}`);
        if (condition === 'service_healthy' && (await container.healthy())) return true;
        await pause(checkEveryMs);
        return false;
      }).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${container.tail()}`, { cause: error });
      });
    }
  }

  /** `kill -9` of all replicas of a service. */
  async kill(name: string): Promise<void> {
    await Promise.all(this.containersOf(name).map((one) => one.kill()));
  }

  /** Frozen processes answer nothing, and lose nothing. */
  freeze(name: string, frozen: boolean): void {
    for (const container of this.containersOf(name)) container.freeze(frozen);
  }

  async down(): Promise<void> {
    for (const name of this.services) await this.kill(name);
    for (const balancer of this.#balancers.values()) await balancer.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Several replicas are behind one address for every port that they are asked for. */
  async #balance(name: string): Promise<void> {
    const replicas = this.containersOf(name).length;
    if (replicas < 2) return;
    for (const port of (this.#services.get(name)?.expose ?? []).map(Number)) {
      const key = `${name}:${port}`;
      if (this.#balancers.has(key)) continue;
      const targets = await this.#ownPorts(name, port);
      this.#targets.set(key, targets);
      const at = await this.addresses.frontOf(name, port);
      this.#balancers.set(key, await Balancer.start(at, () => targets));
    }
  }

  #volume(name: string): string {
    const folder = join(this.#folder, 'volumes', name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}
