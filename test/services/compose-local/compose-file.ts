import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface Mount {
  readonly type: 'bind' | 'volume';
  readonly source: string;
  readonly target: string;
}

export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/** A service, as far as a process can be started from it. */
export interface Service {
  readonly image?: string;
  readonly build?: {
    readonly context: string;
    readonly dockerfile?: string;
    readonly target?: string;
  };
  readonly profiles?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly Mount[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly tmpfs?: readonly string[];
  readonly ports?: readonly string[];
  readonly expose?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>;
  readonly healthcheck?: {
    readonly test?: readonly string[];
    readonly interval?: string;
    readonly disable?: boolean;
  };
  readonly deploy?: {
    readonly replicas?: number | string;
    readonly resources?: {
      readonly limits?: {
        readonly memory?: string;
        readonly cpus?: string;
        readonly pids?: number;
      };
    };
  };
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly user?: string;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly configs?: Readonly<Record<string, { readonly content: string }>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a compose file as docker compose does: merge keys, and `${NAME:-default}` in values. */
export function readComposeFile(path: string, env: Environment = {}): ComposeFile {
  const parsed: unknown = parse(readFileSync(path, 'utf8'), { merge: true });
  return interpolated(parsed, env) as ComposeFile;
}

/** The services that run with these profiles. */
export function servicesOf(file: ComposeFile, profiles: readonly string[]): [string, Service][] {
  return Object.entries(file.services).filter(
    ([, service]) => service.profiles?.some((one) => profiles.includes(one)) ?? true,
  );
}

/** The variables in a text, with their defaults; null for one that has none. */
export function variablesIn(text: string): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const [whole, name, fallback] of text.matchAll(variable)) {
    if (whole !== '$$') found.set(name!, fallback ?? null);
  }
  return found;
}

const variable = /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

function interpolated(value: unknown, env: Environment): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(variable, (whole, name: string, fallback: string | undefined) => {
      if (whole === '$$') return '$';
      const text = env[name] || fallback;
      if (text === undefined) throw new Error(`${name} has neither a value nor a default`);
      return text;
    });
  }
  if (Array.isArray(value)) return value.map((one) => interpolated(one, env));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, interpolated(of, env)]));
}
