/**
 * What travels from the console server to the page. Times ending in `AtMs` are wall clock,
 * `simulatedMs` and `atMs` of a score event time; both in ms since 1970 UTC.
 */

/** The answer of `GET /api/overview`; docs/console.md defines each figure. */
export interface Overview {
  /** Scores in the scores log since the data folder was made. */
  readonly scored: number;
  /** Scores per second, mean of the last 10 s. */
  readonly transactionsPerSecond: number;
  /** Mean score of the last 60 s, of all if there was none; null before the first score. */
  readonly averageScore: number | null;
  /** Scores that raised an alert. */
  readonly alerts: number;
  /** Labels in the feedback log. */
  readonly feedback: number;
  /** Committed cuts. */
  readonly commits: number;
  /** Addresses that are parked now. */
  readonly parked: number;
}

/** A score as the decision function wrote it to the egress. */
export interface Score {
  readonly transactionId: string;
  readonly accountId: string;
  readonly merchantId: string;
  readonly amount: number;
  /** Event time. */
  readonly atMs: number;
  /** Between 0 and 1. */
  readonly score: number;
  readonly model: string;
  readonly alert: boolean;
  /** What raised the score most, up to three, in plain words. */
  readonly reasons: readonly string[];
  /** Whom the account behaves like; empty if the record does not say. */
  readonly persona: string;
  /** Why this model: discounted transactions behind it, z of its lead over the next best. */
  readonly evidence: {
    readonly count: number;
    readonly z: number | null;
    readonly regret: number | null;
  };
}

/** Which model serves a persona. */
export interface PersonaRow {
  readonly name: string;
  readonly scored: number;
  /** The model that gave most of the newest scores, and its share of them. */
  readonly model: string;
  readonly share: number;
  /** Event time since which it is this one. */
  readonly sinceMs: number;
  /** Of the newest scores. */
  readonly average: number;
  readonly evidence: Score['evidence'];
}

/** A feature, or a model's score, that is not distributed as it was. */
export interface Shift {
  readonly kind: 'feature' | 'score';
  readonly name: string;
  /** Population stability index. */
  readonly index: number;
}

/** What a day of event time looks like against the weeks of the calibration. */
export interface Drift {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  readonly samples: number;
  /** How many have changed a lot; the first of them, scores before features, are in `shifted`. */
  readonly count: number;
  readonly shifted: readonly Shift[];
}

/** An alert with its place in the sequence of all alerts. */
export interface Alert extends Score {
  readonly number: number;
}

/** One second of the series: `[second since 1970, scores, sum of the scores, alerts]`. */
export type SecondRow = readonly [number, number, number, number];

/** One function of the flow line. */
export interface FlowNode {
  readonly name: string;
  /** Invocations per second since the poll before. */
  readonly rate: number;
  /** Messages in its mailboxes. */
  readonly waiting: number;
}

/** What the runtime's admin port says; null where it does not say. */
export interface RuntimeStatus {
  readonly state: 'ready' | 'starting' | 'down';
  readonly epoch: number | null;
  /** Committed cuts of all runtimes on this state. */
  readonly commits: number;
  readonly committedAtMs: number | null;
  readonly parked: number;
  /** Messages in mailboxes, of all functions. */
  readonly waiting: number;
  readonly flow: readonly FlowNode[];
}

/** In, out, and whether each transaction has exactly one score. */
export interface Proof {
  /** Transactions in the log. */
  readonly in: number;
  /** Transactions with a score. */
  readonly out: number;
  /** In, but without a score yet. */
  readonly waiting: number;
  /** Without a score although ones written 30 s (of scoring) later have theirs. */
  readonly late: number;
  /** Late, and not waiting in a mailbox of the runtime either. */
  readonly lost: number;
  /** Scores beyond the first of a transaction. */
  readonly doubled: number;
  /** False if files vanished before they were read, so that the counts are lower bounds. */
  readonly exact: boolean;
}

/** What is known about the last kill of the runtime. */
export interface KillReport {
  /**
   * `killing` the signal is on its way · `down` the process is gone · `proving` scores come again,
   * and those of before are counted · `proved` every transaction that was in at the kill has
   * exactly one score · `failed` some have none, or more than one
   */
  readonly state: 'killing' | 'down' | 'proving' | 'proved' | 'failed';
  readonly pid: number | null;
  readonly killedAtMs: number;
  /** From the last score before the kill to the first one after it; null until then. */
  readonly pauseMs: number | null;
  /** Transactions in the log at the kill. */
  readonly in: number;
  /** Of those, the ones without a score; null if transaction ids are not numbered. */
  readonly open: number | null;
  /** Those still open when the proof ended; null until then. */
  readonly lost: number | null;
  /** Scores that came once too often since the kill. */
  readonly doubled: number;
}

/** Something that happened to the running system, shown on the chart. */
export interface Marker {
  readonly number: number;
  readonly atMs: number;
  readonly kind: 'killed' | 'lost' | 'recovered' | 'given-up';
  readonly part: string;
  readonly text: string;
}

/** The sections of the board that are sent whole whenever they changed. */
export interface Sections {
  readonly figures: Overview & {
    /** Alerts of the current simulated day (UTC). */
    readonly alertsToday: number;
    /** Mean score of the last 15 minutes. */
    readonly baseline: number | null;
  };
  readonly clock: {
    readonly simulatedMs: number;
    /** Simulated ms per wall-clock ms. */
    readonly speed: number | null;
  };
  readonly runtime: Omit<RuntimeStatus, 'flow'> & { readonly reason: string | null };
  readonly flow: {
    readonly nodes: readonly FlowNode[];
    readonly transactionsRate: number;
    readonly feedbackRate: number;
    readonly scoresRate: number;
  };
  readonly personas: readonly PersonaRow[];
  /** Null before the first report. */
  readonly drift: Drift | null;
  readonly proof: Proof | null;
  readonly kill: KillReport | null;
  /** Whether there is a runtime process that the supervisor could kill. */
  readonly canKill: boolean;
}

/** A whole picture, or, with some sections left out, what changed since the last one. */
export type Frame = Partial<Sections> & {
  readonly nowMs: number;
  readonly series?: readonly SecondRow[];
  readonly alerts?: readonly Alert[];
  readonly markers?: readonly Marker[];
};
