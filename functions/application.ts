/**
 * The topology:
 *
 *     transactions -> account -> merchant -> classifier -> decision -> scores
 *     feedback -------------------------------------------> decision
 *                     account <- merchant <- known frauds ----'
 *
 * A selector goes between classifier and decision: it is what `next` of the classifier names, takes
 * `Scores`, chooses `served` and passes them on to the decision.
 */
import { type TrainedModel, loadModels } from '#models/artifact.ts';
import type { AnyFunction, Duration } from '#sdk/index.ts';
import { account } from './account.ts';
import { classifier } from './classifier.ts';
import { decision } from './decision.ts';
import { merchant } from './merchant.ts';
import { decisionType } from './names.ts';

export interface ApplicationOptions {
  /** Folder of model artifacts; the project's own by default. */
  readonly modelFolder?: string;
  /** How long a transaction waits for its label, by the wall clock. */
  readonly rememberFor?: Duration;
}

/** Labels come within 60 days; this leaves room for some that are later still. */
export const defaultRememberFor = '90 days';

/** Every function of the application. Throws WEIR_MODELS_* if a model can't be served. */
export function application(options: ApplicationOptions = {}): AnyFunction[] {
  const models = loadModels(options.modelFolder) as [TrainedModel, ...TrainedModel[]];
  return [
    account,
    merchant,
    classifier({ models, next: decisionType }),
    decision(options.rememberFor ?? defaultRememberFor),
  ];
}
