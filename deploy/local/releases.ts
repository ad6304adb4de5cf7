const classifier = ['functions/main.ts', '--only', 'classifier'];

/**
 * The releases of the classifier that can be swapped while the application runs, by name: each has
 * its own artifacts and its own command line, arguments of Node with the script first.
 */
export const releases: ReadonlyMap<string, readonly string[]> = new Map([
  // The five models of `npm run train`.
  ['v1', [...classifier, '--release', 'v1']],
  // One model for all, with a feature in the wrong unit (scripts/train-release-2.ts).
  ['v2', [...classifier, '--release', 'v2', '--models', 'models/releases/v2']],
  // The five models again.
  ['v3', [...classifier, '--release', 'v3']],
  // Takes each request and answers none.
  ['hanging', ['deploy/local/hanging-classifier.ts']],
]);
