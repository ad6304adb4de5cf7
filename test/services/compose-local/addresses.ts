import { freePort } from '../../chaos/processes.ts';

/**
 * Where the ports of containers are on this machine: `service:port` for the others, and for a
 * container itself the ports that it listens on, all of them free ones of the loopback interface.
 */
export class Addresses {
  readonly #services: readonly string[];
  /** Asked for by several at once: the first one settles it. */
  readonly #ports = new Map<string, Promise<number>>();
  readonly #replicas: (service: string) => number;

  constructor(services: readonly string[], replicas: (service: string) => number) {
    this.#services = services;
    this.#replicas = replicas;
  }

  /** Where others reach a port of a service. */
  async frontOf(service: string, port: number): Promise<number> {
    if (this.#replicas(service) === 1) return this.ownOf(service, 0, port);
    return this.#at(`${service}:${port}`);
  }

  /** Where a replica listens for it. */
  ownOf(service: string, replica: number, port: number): Promise<number> {
    return this.#at(`${service} ${replica}:${port}`);
  }

  /** A text of a container (an argument, a value, a file) with the addresses of this machine. */
  async localised(text: string, service: string, replica: number): Promise<string> {
    const names = this.#services.join('|');
    const pattern = new RegExp(
      // A shell's `/dev/tcp/host/port` is an address too.
      `(?<![\\w.-])(${names}|127\\.0\\.0\\.1|0\\.0\\.0\\.0)(:|(?<=/dev/tcp/[\\w.-]+)/)(\\d+)(?![\\w.])`,
      'g',
    );
    let result = '';
    let from = 0;
    for (const match of text.matchAll(pattern)) {
      const [whole, name = '', mark, port] = match;
      const own = /^[\d.]+$/.test(name) || name === service;
      const at = own
        ? await this.ownOf(service, replica, Number(port))
        : await this.frontOf(name, Number(port));
      result += `${text.slice(from, match.index)}127.0.0.1${mark}${at}`;
      from = match.index + whole.length;
    }
    result += text.slice(from);
    return result === '0.0.0.0' ? '127.0.0.1' : result;
  }

  #at(key: string): Promise<number> {
    const known = this.#ports.get(key);
    if (known !== undefined) return known;
    const port = freePort();
    this.#ports.set(key, port);
    return port;
  }
}
