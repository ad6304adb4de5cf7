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
}

/** Labels come within 60 days; this leaves room for some that are later still. */
export const defaultRememberFor = '90 days';
export const defaultPolicy = 'follow-the-leader';
export const defaultAlerts = 'model';

/**
 * Every function of the application. Throws WEIR_MODELS_* if a model can't be served,
 * WEIR_FUNCTIONS_BAD_OPTION for a policy or a rule for alerts that there is not.
 */
export function application(
  options: ApplicationOptions = {},
  metrics: Metrics = new Metrics(),
): AnyFunction[] {
  const models = loadModels(options.modelFolder);
  const selecting = selectorOptions(models, options);
  const rule = alertRule(options.alerts ?? defaultAlerts);
  return [
    account(loadPersonas(options.modelFolder)),
    merchant,
    classifier(models, rule),
    selector(models, selecting, rule, metrics),
    selectorParent(selecting.prior),
    decision(options.rememberFor ?? defaultRememberFor),
    monitor(loadReference(options.modelFolder), metrics),
  ];
}

/** A persona begins with how the models did on the weeks that none was trained on. */
function selectorOptions(
  models: readonly TrainedModel[],
  { policy: name = defaultPolicy, bandit = false, modelFolder }: ApplicationOptions,
): SelectorOptions {
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
  const names = models.map(({ classifier: { name } }) => name);
  const { knownShare, prior, personas } = loadWarmStart(names, modelFolder);
  return { ...selectorDefaults, policy, bandit, knownShare, prior, warmStart: personas };
}

function alertRule(text: string): AlertRule {
  const rule = parseAlertRule(text);
  if (rule !== null) return rule;
  throw functionsErrors.BAD_OPTION(
    `--alerts: "${text}" is none of model, cost:REVIEW_COST (such as cost:3.50) and ` +
      'budget:PER_DAY (such as budget:40)',
  );
}
