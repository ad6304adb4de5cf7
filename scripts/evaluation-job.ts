/** One part of an evaluation, in a process of its own: the parts do not need each other. */
import { type ReferenceEvaluation, evaluateReference } from './reference-evaluation.ts';
import type { FeatureChoice } from './reference-protocol.ts';
import { type MechanismFigures, evaluateMechanism } from './reference-selector.ts';
import type { Overrides } from './persona-stream.ts';
import { type WorldEvaluation, evaluateWorld } from './selector-evaluation.ts';

export interface Results {
  readonly world: WorldEvaluation;
  readonly reference: ReferenceEvaluation;
  readonly mechanism: readonly MechanismFigures[];
}

/** `name` begins its progress lines. */
export type Job = { readonly name: string } & (
  | { readonly kind: 'world'; readonly overrides: Overrides }
  | {
      readonly kind: 'reference';
      readonly file: string;
      readonly trainFromMs: number;
      readonly choices: readonly FeatureChoice[];
    }
  | { readonly kind: 'mechanism'; readonly file: string; readonly seeds: readonly number[] }
);

/** What a job's process says at its end. */
export type JobEnd = { readonly result: Results[Job['kind']] } | { readonly error: string };

async function work(job: Job): Promise<Results[Job['kind']]> {
  const say = (line: string): void => {
    process.stderr.write(`evaluate: ${job.name}: ${line}\n`);
  };
  switch (job.kind) {
    case 'world':
      return evaluateWorld(job.overrides, say);
    case 'reference':
      return evaluateReference(job.file, job.trainFromMs, job.choices, say);
    case 'mechanism':
      return evaluateMechanism(job.file, job.seeds, say);
  }
}

if (import.meta.main) {
  process.once('message', (job: Job) => {
    void work(job)
      .then((result): JobEnd => ({ result }))
      .catch((error: unknown): JobEnd => ({
        error: error instanceof Error ? error.message : String(error),
      }))
      .then((end) => {
        process.send!(end, () => process.disconnect());
      });
  });
}
