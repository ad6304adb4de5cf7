#!/usr/bin/env node
// Only what every Node can load may be imported here: the first thing is to say which Node is needed.
import { nodeVersionFault } from './cli/node-version.ts';

const fault = nodeVersionFault(process.versions.node);
if (fault === null) {
  const { main } = await import('./cli/program.ts');
  await main(process.argv.slice(2));
} else {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 69;
}
