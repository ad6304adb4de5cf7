/**
 * What stands in for words of a page when a test runs its commands. This is all: the rest of each
 * command is executed as it is written there.
 */

/** What a page leaves open, in capitals. */
const placeholders: readonly (readonly [RegExp, string])[] = [
  [/\bMODULE\.yaml\b/g, 'my-module.yaml'],
  [/\bNS\/TYPE ID\b/g, 'shop/customer bad'],
  [/-- NAME\b/g, '-- scoring'],
];

/** What takes minutes, or data of others, is done on a small world and says the same words. */
const smaller: readonly (readonly [RegExp, string])[] = [
  [/^npm run train$/, 'npm run train -- --customers 200'],
  [/--customers 400\b/, '--customers 200'],
  [/--seeds 5 --variants --reference FILE\b/, '--seeds 1 --customers 200 --workers 1'],
];

/** A checkout has no `weir` on the path, docs/cli.md says so, and packages are there already. */
const commands: readonly (readonly [RegExp, string])[] = [
  [/^weir\b/gm, 'npx weir'],
  [/^npm ci$\n?/gm, ''],
  // "And so on" of a command line.
  [/ …$/, ''],
];

/**
 * Ports of the pages are taken on a machine that does other things. Those that are no option or
 * variable of the application (`Checkout` gives these) are named here.
 */
export interface Ports {
  /** The page of the application; its other ports follow. */
  readonly page: number;
  /** A classifier of one's own: 9000. */
  readonly classifier: number;
}

export function withStandIns(command: string, { page, classifier }: Ports): string {
  return [...placeholders, ...smaller, ...commands]
    .reduce((text, [words, instead]) => text.replaceAll(asGlobal(words), instead), command)
    .replace(/\bnpm start\b(?! -- --help)(?: --)?/, `npm start -- --ports-from ${page}`)
    .replaceAll('127.0.0.1:9000', `127.0.0.1:${classifier}`)
    .replaceAll('--port 9000', `--port ${classifier}`);
}

function asGlobal(words: RegExp): RegExp {
  return words.global ? words : new RegExp(words, `${words.flags}g`);
}
