/**
 * What a labelled holdout shows of the models, by persona: with it a selector begins, instead of
 * waiting for the first labels. It chooses nobody: the policy does, by the same rules as later. The same evidence as in service, from the transactions on which the
 * models were calibrated.
 */
import path from 'node:path';
import { artifactFolder, warmStartFile } from '../artifact.ts';
import { checkedText, parseChecked, readArtifactFile } from '../checked-json.ts';
import { modelsErrors } from '../errors.ts';
import {
  type Sums,
  add,
  addOutcome,
  correctOutcome,
  emptySums,
  settleUpTo,
  sumKeys,
} from './evidence.ts';
import { type Means, equalMeans, shrunk } from './means.ts';
import { addToLevels, emptyLevels } from './quarantine.ts';
import { emptyTotals } from './regret.ts';
import type { SelectorOptions, SelectorState } from './selector.ts';

const format = 2;

export interface WarmStart {
  /** Of the frauds, the share whose label comes before their day is mature. */
  readonly knownShare: number;
  /** Over all personas. */
  readonly prior: Means;
  readonly personas: ReadonlyMap<string, SelectorState>;
}

export interface HoldoutTransaction {
  readonly persona: string;
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** By model, calibrated. */
  readonly scores: readonly number[];
  /** As far as known by `untilDay`. */
  readonly fraud: boolean;
  /** Of a fraud: how many it stands for, those included that are not known yet. */
  readonly weight: number;
}

/** `untilDay`: by then all of them are settled, and fade until then. */
export function warmStartOf(
  holdout: readonly HoldoutTransaction[],
  untilDay: number,
  models: number,
  options: Pick<SelectorOptions, 'maturityDays' | 'discount' | 'knownShare'>,
): WarmStart {
  const evidence = { models, ...options };
  const states = new Map<string, SelectorState>();
  for (const { persona, day, scores, fraud, weight } of holdout) {
    const state = states.get(persona) ?? emptyFor(models);
    states.set(persona, state);
    addToLevels(state.levels, scores);
    addOutcome(state.evidence, evidence, { day, scores, only: null });
    if (fraud) correctOutcome(state.evidence, evidence, { day, scores, only: null }, true, weight);
  }
  const all = emptySums(models);
  for (const { evidence: own } of states.values()) {
    settleUpTo(own, evidence, untilDay);
    own.open.clear();
    // Its days are past: what is counted begins to fade with the first transaction in service.
    own.newestDay = null;
    add(all, own.settled, 1);
  }
  const prior = shrunk(all, equalMeans(models), 0);
  for (const state of states.values()) state.parent = prior;
  return { knownShare: options.knownShare, prior, personas: states };
}

function emptyFor(models: number): SelectorState {
  const evidence = { newestDay: null, settled: emptySums(models), open: new Map() };
  const [levels, totals] = [emptyLevels(models), emptyTotals(models)];
  const parent = equalMeans(models);
  const chosen = { incumbent: null, sinceDay: 0, pinned: null, held: parent.loss.map(() => null) };
  return { evidence, ...chosen, parent, levels, totals };
}

/** A persona's part of the file. */
interface SavedStart {
  readonly levels: { readonly count: number; readonly means: readonly number[] };
  /** By key of `Sums`. */
  readonly settled: Readonly<Record<keyof Sums, readonly number[]>>;
}

/** `models`: their names, in the order of the scores. */
export function warmStartText(
  { knownShare, prior, personas }: WarmStart,
  models: readonly string[],
): string {
  const saved = [...personas].map(([name, { levels, evidence }]) => {
    const { count, means } = levels;
    const sums = sumKeys.map((key) => [key, [...evidence.settled[key]]]);
    const settled = Object.fromEntries(sums) as SavedStart['settled'];
    return [name, { levels: { count, means: [...means] }, settled } satisfies SavedStart];
  });
  return checkedText({ format, models, knownShare, prior, personas: Object.fromEntries(saved) });
}

/**
 * Of a folder of models with these names. Throws WEIR_MODELS_BAD_ARTIFACT if it is of others, or
 * unreadable.
 */
export function loadWarmStart(
  models: readonly string[],
  folder: string = artifactFolder,
): WarmStart {
  const file = path.join(folder, warmStartFile);
  const content = parseChecked(readArtifactFile(file), file, format);
  if (JSON.stringify(content['models']) !== JSON.stringify(models)) {
    throw modelsErrors.BAD_ARTIFACT(
      `${file} is of the models ${String(content['models'])}, not ${models.join(', ')}`,
      { hint: 'Train all models of the folder together: `npm run train -- FOLDER`.' },
    );
  }
  const prior = content['prior'] as Means;
  const knownShare = Number(content['knownShare']);
  if (!(knownShare > 0 && knownShare <= 1)) {
    throw modelsErrors.BAD_ARTIFACT(`${file}: knownShare is not a share`);
  }
  const saved = content['personas'] as Readonly<Record<string, SavedStart>>;
  const states = Object.entries(saved).map(([name, start]): [string, SelectorState] => {
    const state = emptyFor(models.length);
    const { levels, settled } = start;
    for (const key of sumKeys) state.evidence.settled[key].set(settled[key]);
    state.levels.count = levels.count;
    state.levels.means.set(levels.means);
    return [name, { ...state, parent: prior }];
  });
  return { knownShare, prior, personas: new Map(states) };
}
