/**
 * What becomes of each command on a page. `test/docs/commands.test.ts` demands that none is missing
 * here, and that nothing is said here of a command that no page has.
 *
 * The tests in `test/e2e/pages` take the words from the page and give them to a shell;
 * `test/e2e/pages/stand-ins.ts` says which words are replaced for it.
 */

const pagesFolder = 'test/e2e/pages';

/** Pages whose blocks are all run, in their order, by one test: one block more, and it fails. */
export const wholePages: Readonly<Record<string, string>> = {
  'docs/tutorial.md': 'test/e2e/tutorial.test.ts',
  'docs/replace-a-model.md': `${pagesFolder}/replace-a-model.test.ts`,
  'docs/replace-the-source.md': `${pagesFolder}/replace-the-source.test.ts`,
  'docs/replace-the-sink.md': `${pagesFolder}/replace-the-source.test.ts`,
  'docs/operations.md': `${pagesFolder}/weir-command.test.ts`,
  'docs/module.md': `${pagesFolder}/weir-command.test.ts`,
};

/** By test: the commands that stand in it, as they do on the page. */
export const ranBy: Readonly<Record<string, readonly string[]>> = {
  [`${pagesFolder}/parts.test.ts`]: [
    'npm start',
    'npm start -- --help',
    'npm start -- --rate 6000',
    'node dashboards/console/main.ts',
    'node datagen/main.ts --to file:.weir',
    'node functions/main.ts --help',
    'node functions/main.ts --only classifier',
    'node functions/main.ts --without classifier',
    'node runtime/main.ts run module.yaml …',
    'npm run generate -- --help',
    'npm run generate -- --to file:./data --customers 50000 --days 7 --dry-run',
    'weir run module.yaml',
  ],
  [`${pagesFolder}/weir-command.test.ts`]: [
    'weir check MODULE.yaml',
    'weir check module.yaml',
    'weir run --help',
    'weir run MODULE.yaml',
    'weir parked list',
    'weir parked retry --all',
    'weir state get NS/TYPE ID',
  ],
  [`${pagesFolder}/replace-features.test.ts`]: ['npm run train'],
  [`${pagesFolder}/replace-the-policy.test.ts`]: [
    'WEIR_POLICY=two-best npm start',
    'npx vitest run test/contract/policy.test.ts',
    'npm start -- --keep',
    'npm run replay -- --with policy=learned-blend,alerts=cost:3',
    'npm run replay -- --with policy=two-best',
  ],
  // Benches, training and evaluation take minutes: some are stopped once they do what the page
  // says, some do it with a small world.
  [`${pagesFolder}/tools.test.ts`]: [
    'npm run bench -- NAME',
    'npm run bench -- first-paint',
    'npx node bench/codec.ts',
    'npx node bench/snapshot.ts',
    'npx node bench/transport.ts',
    'npm run evaluate',
    'npm run evaluate -- --seeds 5 --variants --reference FILE --page docs/quality.md',
    'npm run generate:admin-api',
    'npm run generate:dashboards',
    'npm run generate:errors',
    'npm run sim -- --seed 42',
    'npm run train:release-2',
  ],
};

/** By test: the commands that it makes of a list, `WORDS` of which stand in it. */
export const ranFromLists: Readonly<
  Record<string, { readonly command: string; readonly words: readonly string[] }[]>
> = {
  'test/e2e/demo.test.ts': [
    {
      command: 'npm run demo -- WORDS',
      words: ['break', 'fix', 'kill', 'poison', 'slow', 'scale 0', 'scale 1', 'scale 4'],
    },
  ],
  'test/services/compose-local/compose-local.test.ts': [
    {
      command: 'npm run demo -- WORDS --compose',
      words: ['break', 'fix', 'kill', 'pause', 'poison', 'slow', 'scale 4'],
    },
  ],
  [`${pagesFolder}/weir-command.test.ts`]: [
    { command: 'weir parked WORDS NS/TYPE ID', words: ['retry', 'drop', 'dead-letter'] },
    { command: 'weir snapshots WORDS', words: ['list', 'show', 'verify'] },
  ],
};

/** What `.ci/run` does with every change, and the words that it does it by. */
export const ranInCi: Readonly<Record<string, string>> = {
  'npm ci': 'npm ci && npm test',
  'npm test': 'npm ci && npm test',
  'npm run check': 'npm run --silent types',
  'npm run lint': 'npm run --silent lint',
  'npm run test:integration': 'npm run --silent test:integration',
  'npm run sim -- --seeds 10000': 'npm run --silent sim -- --seeds 10000',
};

const docker = 'needs Docker; test/services/compose-local starts the same services without it';
const takesHours = 'takes hours; its parts are the suites of every change, with more tries';

/** What no test runs, and why. */
export const notRun: Readonly<Record<string, string>> = {
  'docker compose up': docker,
  'docker compose up -d': docker,
  'docker compose restart runtime': docker,
  'docker compose stop': docker,
  'docker compose start': docker,
  'docker compose down --volumes': docker,
  'docker build -f examples/python-classifier/Dockerfile -t weir/python-classifier .':
    'needs Docker; hadolint reads the file, and test/deploy/compose what it copies',
  'git pull': 'changes the checkout that is being tested',
  'npm run test:nightly': takesHours,
  'WEIR_NIGHTLY=1 WEIR_SUITE=integration npx vitest run test/e2e/swaps.test.ts': takesHours,
  'npm run bench -- hanging-neighbours':
    'measures for some minutes before its first figure; a test knows the name as that of a bench',
  'npm run bench -- parked-throughput':
    'measures for some minutes before its first figure; a test knows the name as that of a bench',
  'npm run bench -- scoring': '`npm run bench -- NAME` is run with this name',
  'WEIR_REFERENCE_DATA=FILE npx vitest run test/models/features/reference-parity.test.ts':
    "needs the Handbook's transactions, which are not ours to give",
};
