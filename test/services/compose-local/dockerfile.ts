import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Copy {
  readonly from: string | null;
  readonly sources: readonly string[];
  readonly target: string;
}

/** A stage of a Dockerfile, as far as a process can be started from it. */
export interface Stage {
  readonly name: string;
  /** An image, or the name of an earlier stage. */
  readonly base: string;
  readonly copies: Copy[];
  readonly env: Record<string, string>;
  entrypoint?: readonly string[];
  command?: readonly string[];
  user?: string;
}

/** The stages by name, in order. Instructions over several lines are not used here, nor read. */
export function readDockerfile(path: string): Stage[] {
  const args: Record<string, string> = {};
  const stages: Stage[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [, instruction = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    const text = rest.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? '');
    const stage = stages.at(-1);
    if (instruction === 'ARG') {
      const [name = '', value = ''] = text.split('=');
      args[name] = value;
    } else if (instruction === 'FROM') {
      const [base = '', , name = ''] = text.split(/\s+/);
      stages.push({ name, base, copies: [], env: {} });
    } else if (stage !== undefined) take(stage, instruction, text);
  }
  return stages;
}

function take(stage: Stage, instruction: string, text: string): void {
  const words = text.split(/\s+/);
  if (instruction === 'COPY') {
    const from = /^--from=(.*)$/.exec(words[0] ?? '')?.[1] ?? null;
    const paths = words.slice(from === null ? 0 : 1);
    stage.copies.push({ from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' });
  } else if (instruction === 'ENV') {
    const [name = '', value = ''] = text.split('=');
    stage.env[name] = value;
  } else if (instruction === 'ENTRYPOINT') stage.entrypoint = JSON.parse(text) as string[];
  else if (instruction === 'CMD') stage.command = JSON.parse(text) as string[];
  else if (instruction === 'USER') stage.user = text;
}

/** A stage with what it has of those that it is built on; `base` is an image then. */
export function resolveStage(stages: readonly Stage[], name: string | undefined): Stage {
  const stage = name === undefined ? stages.at(-1) : stages.find((one) => one.name === name);
  if (stage === undefined) throw new Error(`there is no target ${name}`);
  if (!stages.some((one) => one.name === stage.base)) return stage;
  const base = resolveStage(stages, stage.base);
  return {
    ...base,
    ...stage,
    base: base.base,
    copies: [...base.copies, ...stage.copies],
    env: { ...base.env, ...stage.env },
  };
}

/**
 * Puts into `folder` what the working folder of an image would hold, and nothing else: a file that
 * the Dockerfile forgets is missing here too. Packages are links to those of this project, without
 * those of its development.
 */
export function assemble(stage: Stage, context: string, folder: string): void {
  for (const { from, sources, target } of stage.copies) {
    for (const source of sources) {
      const into = target === './' ? join(folder, source) : join(folder, target);
      mkdirSync(dirname(into), { recursive: true });
      if (from !== null) linkPackages(context, into);
      else cpSync(join(context, source), into, { recursive: true });
    }
  }
}

/** What `npm ci --omit=dev` installs, as far as it is at the top. */
function linkPackages(context: string, folder: string): void {
  const { packages } = JSON.parse(readFileSync(join(context, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; peer?: boolean; optional?: boolean }>;
  };
  for (const [path, { dev, peer, optional }] of Object.entries(packages)) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1];
    if (name === undefined || dev || peer || optional) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    symlinkSync(join(context, path), join(folder, name));
  }
}
