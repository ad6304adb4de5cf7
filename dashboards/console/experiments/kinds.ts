import type { Check, ExperimentTask } from '../frame.ts';
import type { View } from './view.ts';

/** Something done on purpose, what it should do, and how one sees that. */
export interface ExperimentKind {
  readonly name: string;
  /** One sentence for people, before anything is done. */
  readonly promise: string;
  /** Null: it writes a record and touches no process. */
  readonly task: ExperimentTask | null;
  /** What is seen once it has had its effect; until then it is watched, for a minute at most. */
  reached(view: View): boolean;
  /** What should be true when it is reached, or the minute is over. */
  findings(view: View): readonly Check[];
  /** Where the effect is left standing for so long, and then taken back. */
  readonly undo?: {
    readonly afterMs: number;
    readonly text: string;
    /** Null: what was written is taken back. */
    readonly task: ((view: View) => ExperimentTask) | null;
  };
  /** The system stands still afterwards, so nothing can settle. */
  readonly stops?: boolean;
  /** Whether scores are meant to go on as quickly as before. */
  readonly seamless?: boolean;
}

const brokenFrom = 0.7;
const backWithin = 0.02;
/** A model that finds a fraud in fifty is not the broken one. */
const healthyAtMost = 0.05;
const stillMs = 3_000;

const scoresAgain = (view: View): boolean => view.scoredSinceGone > 0;
const standsStill = (view: View): boolean => view.silentMs >= stillMs;
/** What is seen where nothing is scored any more. */
const standstill = {
  reached: standsStill,
  findings: (view: View): readonly Check[] => [stoodStill(view)],
};

export const experimentKinds: readonly ExperimentKind[] = [
  {
    name: 'break',
    promise:
      'A release of the classifier with a defect takes over (one feature in the wrong unit). The average fraud score climbs to about 0.9; nothing is lost, nothing pauses.',
    task: { kind: 'swap', version: 'v2' },
    seamless: true,
    reached: (view) => view.averageIsNew && (view.average ?? 0) >= brokenFrom,
    findings: (view) => [
      {
        what: 'average fraud score of 10 s',
        wanted: `at least ${brokenFrom}`,
        measured: score(view.average),
        ok: (view.average ?? 0) >= brokenFrom,
      },
    ],
  },
  {
    name: 'fix',
    promise:
      'The repaired release takes over. The average fraud score falls back to what it was before the defect.',
    task: { kind: 'swap', version: 'v3' },
    seamless: true,
    reached: (view) => view.averageIsNew && isBack(view),
    findings: (view) => [
      {
        what: 'average fraud score of 10 s',
        wanted:
          view.healthyAverage === null
            ? `at most ${healthyAtMost}`
            : `${score(view.healthyAverage)} as before the defect, give or take ${backWithin}`,
        measured: score(view.average),
        ok: isBack(view),
      },
    ],
  },
  {
    name: 'kill',
    promise:
      'The runtime gets SIGKILL: no clean-up, no last commit. It starts again from the last committed cut, and sends again what was on its way.',
    task: { kind: 'kill', part: 'runtime' },
    reached: scoresAgain,
    findings: (view) => [
      {
        what: 'scores come again',
        wanted: 'yes',
        measured: scoresAgain(view) ? 'yes' : 'no',
        ok: scoresAgain(view),
      },
    ],
  },
  {
    name: 'slow',
    promise:
      'A release of the classifier takes over that hangs: it takes each request and answers none. Scores stop and transactions wait; after ten seconds the one before takes over again.',
    task: { kind: 'swap', version: 'hanging' },
    ...standstill,
    undo: {
      afterMs: 10_000,
      text: 'the version before takes over again',
      task: (view) => ({ kind: 'swap', version: view.versionBefore ?? 'v1' }),
    },
  },
  {
    name: 'poison',
    promise:
      'One account gets a transaction that its function can never do: its amount is a text. That account is parked after its retries, all others go on; then the message is dropped.',
    task: null,
    reached: (view) => view.parked > view.parkedBefore,
    findings: (view) => [
      {
        what: 'addresses parked by it',
        wanted: '1',
        measured: String(view.parked - view.parkedBefore),
        ok: view.parked - view.parkedBefore === 1,
      },
      {
        what: 'scores while it is parked',
        wanted: 'go on',
        measured: view.silentMs < stillMs ? 'go on' : `none for ${seconds(view.silentMs)}`,
        ok: view.silentMs < stillMs,
      },
    ],
    undo: { afterMs: 3_000, text: 'the message is dropped', task: null },
  },
  {
    name: 'pause',
    promise:
      'The broker is frozen for ten seconds. Nothing comes in and nothing leaves; then it goes on where it was.',
    task: { kind: 'pause', service: 'kafka' },
    ...standstill,
    undo: {
      afterMs: 10_000,
      text: 'the broker goes on',
      task: () => ({ kind: 'resume', service: 'kafka' }),
    },
  },
  scale(0, 'All function processes stop. Scores stop, the runtime keeps everything and waits.'),
  scale(1, 'One function process serves. What has waited is worked off.'),
  scale(4, 'Four function processes share the port. Nothing pauses.'),
];

function scale(processes: number, promise: string): ExperimentKind {
  const common = {
    name: `scale-${processes}`,
    promise,
    task: { kind: 'scale', processes } as const,
  };
  if (processes === 0) return { ...common, ...standstill, stops: true };
  const enough = (view: View): boolean => view.silentMs < stillMs && view.scored > 0;
  return {
    ...common,
    reached: enough,
    findings: (view) => [
      {
        what: 'scores',
        wanted: 'come',
        measured: enough(view) ? 'come' : 'none',
        ok: enough(view),
      },
    ],
  };
}

function stoodStill(view: View): Check {
  const ok = standsStill(view);
  const measured = ok ? `none for ${seconds(view.silentMs)}` : 'still come';
  return { what: 'scores meanwhile', wanted: 'stop', measured, ok };
}

function isBack({ average, healthyAverage }: View): boolean {
  if (average === null) return false;
  if (healthyAverage === null) return average <= healthyAtMost;
  return Math.abs(average - healthyAverage) <= backWithin;
}

function score(value: number | null): string {
  return value === null ? 'none yet' : value.toFixed(3);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
