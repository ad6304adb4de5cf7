/** One version of the classifier: its own artifacts, its own command line. */
interface Release {
  /** Arguments of Node: the script first. */
  readonly args: readonly string[];
  readonly about: string;
}

const classifier = ['functions/main.ts', '--only', 'classifier'];

/** The versions of the classifier that can be swapped while the application runs, by name. */
export const releases: ReadonlyMap<string, Release> = new Map([
  ['v1', { args: [...classifier, '--release', 'v1'], about: 'the five models of `npm run train`' }],
  [
    'v2',
    {
      args: [...classifier, '--release', 'v2', '--models', 'models/releases/v2'],
      about: 'one model for all, with a feature in the wrong unit (scripts/train-release-2.ts)',
    },
  ],
  ['v3', { args: [...classifier, '--release', 'v3'], about: 'the five models again' }],
  [
    'hanging',
    { args: ['deploy/local/hanging-classifier.ts'], about: 'takes each request, answers none' },
  ],
]);
