/**
 * The topology:
 *
 *     transactions -> account -> merchant -> classifier -> selector -> decision -> scores
 *     feedback -----------------------------------------------------> decision
 *                     account <- merchant <------- known frauds ------'  |
 *                                            selector <---- credits -----'
 *     a tenth of all: classifier -> monitor -> monitoring; selector -> monitoring, once a day
 */
import { type AlertRule, parseAlertRule } from '#models/alerts/rule.ts';
import { type TrainedModel, loadModels } from '#models/artifact.ts';
import { loadReference } from '#models/monitoring/reference.ts';
import { loadPersonas } from '#models/persona-artifact.ts';
import { policies } from '#models/selector/policy.ts';
import { type SelectorOptions, selectorDefaults } from '#models/selector/selector.ts';
import { loadWarmStart } from '#models/selector/warm-start.ts';
import type { AnyFunction, Duration } from '#sdk/index.ts';
import { account } from './account.ts';
import { classifier } from './classifier.ts';
import { decision } from './decision.ts';
import { functionsErrors } from './errors.ts';
import { merchant } from './merchant.ts';
import { Metrics } from './metrics.ts';
import { monitor } from './monitor.ts';
import { type Topics, outputTo } from './output.ts';
import { selector } from './selector.ts';
import { selectorParent } from './selector-parent.ts';

export interface ApplicationOptions {
  /** Folder of model artifacts; the project's own by default. */
  readonly modelFolder?: string;
  /** How long a transaction waits for its label, by the wall clock. */
  readonly rememberFor?: Duration;
  /** How the serving model is chosen: a name of `policies`. */
  readonly policy?: string;
  /** Credits only the model that served. */
  readonly bandit?: boolean;
  /** What is an alert: `model`, `cost:REVIEW_COST` or `budget:PER_DAY`. */
  readonly alerts?: string;
  /** Topics of the scores and of the reports, where their egresses are of Kafka. */
  readonly topics?: Topics;
  /** Name of this version of the classifier, as it goes with each score. */
  readonly version?: string;
  /** The functions that this process serves, by the name in their type; all by default. */
  readonly served?: Served;
}

/** Some are served by images of their own: those that need more machines, or change more often. */
export interface Served {
  readonly kind: 'only' | 'without';
  readonly names: readonly string[];
}

/** Labels come within 60 days; this leaves room for some that are later still. */
export const defaultRememberFor = '90 days';
export const defaultPolicy = 'follow-the-leader';
export const defaultAlerts = 'model';

/**
 * The functions of the application. Throws WEIR_MODELS_* if a model can't be served,
 * WEIR_FUNCTIONS_BAD_OPTION for a policy, a rule for alerts or a function that there is not.
 */
export function application(
  options: ApplicationOptions = {},
  metrics: Metrics = new Metrics(),
): AnyFunction[] {
  const { modelFolder } = options;
  const models = loadModels(modelFolder);
  const rule = alertRule(options.alerts ?? defaultAlerts);
  for (const { classifier: model, card } of models) metrics.inService(model.name, card.training.to);
  const output = outputTo(options.topics ?? { scores: null, monitoring: null });
  const choosing = choosingOf(options);
  let known: SelectorOptions | undefined;
  const selecting = (): SelectorOptions => (known ??= warmStarted(choosing, models, modelFolder));
  // Made only where it is served: a release of the classifier is a folder of models and no more.
  const all: Record<string, () => AnyFunction> = {
    account: () => account(loadPersonas(modelFolder)),
    merchant: () => merchant,
    classifier: () => classifier(models, rule, options.version ?? null),
    selector: () => selector(models, selecting(), rule, metrics, output),
    'selector-parent': () => selectorParent(selecting().prior),
    decision: () => decision(options.rememberFor ?? defaultRememberFor, output, metrics),
    monitor: () => monitor(loadReference(modelFolder), metrics, output),
  };
  return servedOf(Object.keys(all), options.served).map((name) => all[name]!());
}

function servedOf(known: readonly string[], served: Served | undefined): readonly string[] {
  if (served === undefined) return known;
  const { kind, names } = served;
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) {
    throw functionsErrors.BAD_OPTION(`--${kind}: "${wrong}" is none of ${known.join(', ')}`);
  }
  const left = known.filter((name) => names.includes(name) === (kind === 'only'));
  if (left.length > 0) return left;
  throw functionsErrors.BAD_OPTION(`--${kind}: no function is left to serve`);
}

/** A persona begins with how the models did on the weeks that none was trained on. */
function warmStarted(
  choosing: Choosing,
  models: readonly TrainedModel[],
  modelFolder: string | undefined,
): SelectorOptions {
  const names = models.map(({ classifier: { name } }) => name);
  const { knownShare, prior, personas } = loadWarmStart(names, modelFolder);
  return { ...selectorDefaults, ...choosing, knownShare, prior, warmStart: personas };
}

type Choosing = Pick<SelectorOptions, 'policy' | 'bandit'>;

/** Checked whatever is served: a mistake in the options of all images is one in each. */
function choosingOf({
  policy: name = defaultPolicy,
  bandit = false,
}: ApplicationOptions): Choosing {
  const policy = policies.get(name);
  if (policy === undefined) {
    const known = [...policies.keys()].join(', ');
    throw functionsErrors.BAD_OPTION(`--policy: "${name}" is none of ${known}`);
  }
  if (bandit && !policy.explores) {
    throw functionsErrors.BAD_OPTION(
      `--bandit: ${name} explores nothing, so it would never learn of another model`,
    );
  }
  return { policy, bandit };
}

function alertRule(text: string): AlertRule {
  const rule = parseAlertRule(text);
  if (rule !== null) return rule;
  throw functionsErrors.BAD_OPTION(
    `--alerts: "${text}" is none of model, cost:REVIEW_COST (such as cost:3.50) and ` +
      'budget:PER_DAY (such as budget:40)',
  );
}
