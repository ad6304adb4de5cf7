/**
 * Generates static modules from `protocol/proto/*.proto` into `protocol/generated/`. Run it after
 * a change of a .proto file and commit the result: `npm run generate:protocol`.
 */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const protocolDirectory = fileURLToPath(new URL('../protocol/', import.meta.url));

/** The modules, each with the .proto files that it holds. */
export const generatedModules = {
  'request-reply': ['request-reply.proto', 'types.proto'],
  'egress-records': ['kafka-egress.proto', 'kinesis-egress.proto'],
} as const;

// What nothing here uses is left out.
const pbjsOptions = [
  '--target=static-module',
  '--wrap=es6',
  '--es6',
  '--no-verify',
  '--no-convert',
  '--no-delimited',
  '--no-typeurl',
  '--no-service',
];

/** Writes `<module>.js` and `<module>.d.ts` of every module to `directory`. */
export async function generateProtocol(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  for (const [name, protos] of Object.entries(generatedModules)) {
    const module = join(directory, `${name}.js`);
    const files = protos.map((proto) => join(protocolDirectory, 'proto', proto));
    await runTool('pbjs', [...pbjsOptions, `--root=weir-${name}`, `--out=${module}`, ...files]);
    await runTool('pbts', [`--out=${join(directory, `${name}.d.ts`)}`, module]);
  }
}

async function runTool(tool: 'pbjs' | 'pbts', args: readonly string[]): Promise<void> {
  const script = fileURLToPath(import.meta.resolve(`protobufjs-cli/bin/${tool}`));
  await run(process.execPath, [script, ...args], { timeout: 60_000 });
}

if (import.meta.main) await generateProtocol(join(protocolDirectory, 'generated'));
