import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModule } from '#runtime/module/load.ts';
import { kafkaVersion } from '../../services/kafka-broker.ts';
import { versitygw } from '../../services/s3-server.ts';
import {
  readComposeFile,
  servicesOf,
  variablesIn,
  type Service,
} from '../../services/compose-local/compose-file.ts';
import { readDockerfile, resolveStage } from '../../services/compose-local/dockerfile.ts';
import { releases } from '../../../deploy/local/releases.ts';

const releaseTargets = [...releases.keys()].map((version) => `classifier-${version}`);

const project = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const file = readComposeFile(join(project, 'docker-compose.yml'));
const services = Object.entries(file.services);
const each = it.each(services);
const runsOnce = ({ restart }: Service): boolean => restart?.startsWith('on-failure') === true;
const dockerfileOf = ({ build }: Service): string | null =>
  build === undefined ? null : join(project, build.context, build.dockerfile ?? 'Dockerfile');

describe('what docker-compose.yml refers to', () => {
  it('is one application without a profile, and more of it with one', () => {
    const names = (...profiles: string[]): string[] =>
      servicesOf(file, profiles).map(([name]) => name);
    const minimal = ['kafka', 's3', 'prepare', 'functions', 'classifier'];
    minimal.push('runtime', 'generator', 'console');
    expect(names()).toEqual(minimal);
    expect(names('full')).toEqual([...minimal, 'prometheus', 'grafana']);
    expect(names('flink')).toEqual([...minimal, 'flink-jobmanager', 'flink-taskmanager']);
  });

  each('%s depends on services that run whenever it does, and can be waited for', (_, service) => {
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      const other = file.services[name];
      expect(other, name).toBeDefined();
      const always = other?.profiles === undefined;
      expect(always || service.profiles?.every((one) => other.profiles?.includes(one))).toBe(true);
      expect(condition === 'service_completed_successfully', name).toBe(runsOnce(other!));
    }
  });

  it('is declared where it has to be, and nothing else is', () => {
    const mounts = services.flatMap(([, service]) => service.volumes ?? []);
    const volumes = mounts.filter(({ type }) => type === 'volume').map(({ source }) => source);
    expect(volumes.sort()).toEqual(Object.keys(file.volumes ?? {}).sort());
    const configs = services.flatMap(([, service]) => service.configs ?? []);
    expect(configs.map(({ source }) => source)).toEqual(Object.keys(file.configs ?? {}));
    expect(file.networks).toBeUndefined();
  });

  each('%s mounts what is there', (_, service) => {
    for (const { type, source } of service.volumes ?? []) {
      if (type === 'volume') continue;
      expect(existsSync(join(project, source)), source).toBe(true);
    }
  });

  it('finds every address of a service at a port that the service has', () => {
    const texts = services.flatMap(([, service]) => [
      ...Object.values(service.environment ?? {}).map(String),
      ...(service.command ?? []),
      ...(service.volumes ?? []).flatMap(({ type, source }) =>
        type === 'bind' && source.endsWith('.yaml') ? [read(source)] : [],
      ),
    ]);
    const names = Object.keys(file.services).join('|');
    const found = texts.flatMap((text) => [
      ...text.matchAll(new RegExp(`(?<![\\w.-])(${names}):(\\d+)`, 'g')),
    ]);
    expect(found.length).toBeGreaterThan(8);
    for (const [address, name = '', port] of found) {
      const { expose = [], ports = [] } = file.services[name]!;
      const own = [...expose.map(String), ...ports.map((one) => one.split(':').at(-1))];
      expect(own, address).toContain(port);
    }
  });

  it('has a key with its default in .env.example, and the other way round', () => {
    const used = variablesIn(read('docker-compose.yml'));
    const explained = new Map<string, string>();
    for (const line of read('.env.example').split('\n')) {
      const [, name, value = ''] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
      if (name !== undefined) explained.set(name, value);
    }
    // Of docker compose itself.
    expect(explained.get('COMPOSE_PROFILES')).toBe('');
    explained.delete('COMPOSE_PROFILES');
    expect(Object.fromEntries(explained)).toEqual(Object.fromEntries(used));
  });

  it('lets both runtimes read and write the same', () => {
    const shape = (path: string) => {
      const { ingresses, egresses, endpoints } = loadModule(join(project, path));
      return {
        // What people say by HTTP is for our runtime alone: Flink has no such ingress.
        ingresses: ingresses.map(({ id }) => id).filter((id) => id !== 'weir.http/ingress'),
        egresses: egresses.map(({ id }) => id),
        endpoints: endpoints.map(({ functions, urlPathTemplate }) => [functions, urlPathTemplate]),
      };
    };
    expect(shape('deploy/compose/flink/module.yaml')).toEqual(shape('deploy/compose/module.yaml'));
  });
});

describe('what docker-compose.yml runs', () => {
  each('%s is pinned, bounded, without rights, and watched', (name, service) => {
    const own = service.build !== undefined;
    const tag = name === 'classifier' ? 'v1' : 'local';
    if (own) expect(service).toMatchObject({ image: `weir/${nameOf(name)}:${tag}` });
    if (own) expect(service).toMatchObject({ pull_policy: 'build' });
    else expect(service.image).toMatch(/:v?\d+\.\d+\.\d+$/);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.user).toMatch(/^(?!root|0)/);
    for (const limit of ['cpus', 'memory', 'pids'] as const) {
      expect(service.deploy?.resources?.limits?.[limit], limit).toBeDefined();
    }
    if (!runsOnce(service)) expect(service.healthcheck?.test?.[0]).toBe('CMD');
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('keeps data in Kafka and S3 alone, and lets none of ours write to its image', () => {
    for (const [name, service] of services) {
      const kept = (service.volumes ?? []).some(({ type }) => type === 'volume');
      expect(kept, name).toBe(['kafka', 's3'].includes(name));
      if (service.build !== undefined) expect(service.read_only, name).toBe(true);
    }
  });

  it('is what the tests run', () => {
    expect(file.services['kafka']?.image).toBe(`apache/kafka:${kafkaVersion}`);
    const [s3] = readDockerfile(join(project, 'deploy/compose/s3.Dockerfile'));
    expect(s3?.base).toBe(`versity/versitygw:${versitygw}`);
    const { devDependencies } = JSON.parse(read('package.json')) as {
      devDependencies: Record<string, string>;
    };
    const { base } = resolveStage(
      readDockerfile(join(project, 'deploy/compose/Dockerfile')),
      'base',
    );
    expect(base).toBe(`node:${devDependencies['node']}-bookworm-slim`);
  });
});

describe('the Dockerfiles', () => {
  const ignored = read('.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));

  it.each(services.filter(([, service]) => service.build !== undefined))(
    'have the target of %s, end as a user without rights, and copy what is there',
    (_, service) => {
      const stages = readDockerfile(dockerfileOf(service)!);
      const { copies, user } = resolveStage(stages, service.build!.target);
      expect(user).toBe('1000:1000');
      for (const { from, sources } of copies) {
        if (from !== null) {
          expect(stages.map(({ name }) => name)).toContain(from);
          continue;
        }
        for (const source of sources) {
          expect(existsSync(join(project, source)), source).toBe(true);
          const reaches = ignored.some((kept) => `${source}/`.startsWith(`${kept}/`));
          expect(reaches, `${source} is not left out by .dockerignore`).toBe(true);
        }
      }
    },
  );

  it('put nothing of the runtime into an image of functions', () => {
    for (const target of ['functions', ...releaseTargets]) {
      const stages = readDockerfile(join(project, 'deploy/compose/Dockerfile'));
      const sources = resolveStage(stages, target).copies.flatMap((copy) => copy.sources);
      expect(sources.filter((source) => source.startsWith('runtime'))).toEqual([]);
    }
  });
});

describe('the releases of the classifier', () => {
  it('are the same in docker compose and on one machine', () => {
    const stages = readDockerfile(join(project, 'deploy/compose/Dockerfile'));
    expect(stages.map(({ name }) => name)).toEqual(expect.arrayContaining(releaseTargets));
    for (const [version, args] of releases) {
      const { entrypoint = [], command = [] } = resolveStage(stages, `classifier-${version}`);
      const shown = version === 'hanging' ? entrypoint : [...entrypoint, ...command];
      expect(shown, version).toEqual(['node', ...args]);
    }
  });
});

/** The generator is the image `datagen`; others are called as their service. */
function nameOf(service: string): string {
  return service === 'generator' ? 'datagen' : service;
}
