/**
 * What travels from the console server to the page. Times ending in `AtMs` are wall clock,
 * `simulatedMs` and `atMs` of a score event time; both in ms since 1970 UTC.
 */

import type { ReliabilityBin } from '#models/reliability.ts';
import type { SupervisorTask } from './supervisor-messages.ts';

/** The answer of `GET /api/overview`; docs/console.md defines each figure. */
export interface Overview {
  /** Scores in the scores log since the data folder was made. */
  readonly scored: number;
  /** Scores per second, mean of the last 10 s. */
  readonly transactionsPerSecond: number;
  /** Mean score of the last 10 s, of all if there was none; null before the first score. */
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
  /** Of the classifier; empty if the record does not say. */
  readonly version: string;
  /** What each model said; empty if the record does not say. */
  readonly byModel: Readonly<Record<string, number>>;
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

/** A version of the classifier. Wall clock, ms since 1970 UTC. */
export interface VersionRow {
  readonly version: string;
  readonly scored: number;
  /** Since when it scores, this time. */
  readonly sinceMs: number;
  readonly lastMs: number;
}

/** How long one request of the runtime to a version of the classifier took, since this start. */
export interface VersionLatency {
  readonly version: string;
  readonly requests: number;
  /** Estimated from the runtime's histogram. */
  readonly p50Ms: number;
  readonly p99Ms: number;
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

/** An alert that waits for somebody's decision. */
export interface ReviewItem extends Alert {
  /** Score × amount. */
  readonly expectedLoss: number;
}

/** What somebody decided about an alert. */
export interface ReviewDecision {
  readonly alert: Alert;
  readonly fraud: boolean;
  /** Wall clock. */
  readonly decidedAtMs: number;
  /** `held` it can still be taken back · `written` it is a label · `failed` back in the queue */
  readonly state: 'held' | 'written' | 'failed';
  readonly problem: string | null;
  /** What the label costs each model in its persona's selector: 0..1, the least is the best. */
  readonly losses: Readonly<Record<string, number>>;
}

/** What an account's packed state says, for people. Times are event time, ms since 1970 UTC. */
export interface AccountSummary {
  /** Of the last 30 days. */
  readonly transactions: number;
  readonly meanAmount: number;
  readonly largestAmount: number;
  readonly newestMs: number | null;
  readonly knownFrauds: number;
  readonly devices: number;
  readonly countries: number;
  /** Share of its purchases, fading by half in 30 days; null before the first. */
  readonly onlineShare: number | null;
  readonly awayShare: number | null;
  readonly sinceMs: number | null;
}

/** The addresses with the most undelivered messages, the most first. */
export interface WaitingAddresses {
  readonly addresses: readonly {
    readonly type: string;
    readonly id: string;
    /** Those in flight included. */
    readonly messages: number;
    readonly inFlight: number;
    readonly parked: boolean;
  }[];
  readonly lookedAt: number;
  /** False if there are so many addresses that some were not looked at. */
  readonly complete: boolean;
}

/** How good a model is on days whose labels are mature; null where there are too few frauds. */
export interface ModelQuality {
  readonly name: string;
  readonly days: number;
  readonly transactions: number;
  readonly frauds: number;
  readonly averagePrecision: number | null;
  readonly brier: number | null;
  readonly calibrationError: number | null;
  /** What it said against what came; fixed bins, the empty ones left out. */
  readonly curve: readonly ReliabilityBin[] | null;
}

/** How the models stand with a persona, as its selector last said. */
export interface PersonaStanding {
  readonly persona: string;
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** The model that a person has chosen; null: the policy chooses. */
  readonly pinned: string | null;
  readonly regret: number | null;
  readonly models: readonly {
    readonly name: string;
    /** Discounted transactions behind its loss. */
    readonly count: number;
    /** Mean log loss as a share of the worst, 0..1. */
    readonly loss: number;
    /** Behind the best one, in standard errors; null for the best, and while nobody knows. */
    readonly behind: number | null;
    readonly hold: 'shadow' | 'quarantine' | null;
    /** Its scores are on a level that can't be right, so it is not served. */
    readonly offLevel: boolean;
    readonly expected: number;
    readonly seen: number;
  }[];
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
  /** Addresses that stopped for good. */
  readonly parked: number;
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

/** What somebody has to do to the running processes for an experiment. */
export type ExperimentTask =
  | SupervisorTask
  | { readonly kind: 'pause'; readonly service: 'kafka' }
  | { readonly kind: 'resume'; readonly service: 'kafka' };

/** Something that should be true, and whether it was. */
export interface Check {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly ok: boolean;
}

/** The last experiment: something is done to the running system, and what comes of it is measured. */
export interface ExperimentReport {
  readonly number: number;
  readonly name: string;
  /**
   * `acting` it is being done · `watching` its effect is waited for · `settling` every transaction
   * that was in by then has to get its score · `proved` all checks hold · `failed` one does not
   */
  readonly state: 'acting' | 'watching' | 'settling' | 'proved' | 'failed';
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly steps: readonly { readonly atMs: number; readonly text: string }[];
  readonly checks: readonly Check[];
  /** What the one who began it has to do now, where no supervisor does. */
  readonly todo: ExperimentTask | null;
  /** Transactions in the log when its effect was there; those before are what is proved. */
  readonly in: number;
  /** Of those, the ones without a score; null if transaction ids are not numbered. */
  readonly open: number | null;
  readonly lost: number | null;
  /** Scores that came once too often since the start. */
  readonly doubled: number;
  /** Longest time without any score. */
  readonly pauseMs: number;
  /** Mean score of ten seconds: at the start, and now or at the end. */
  readonly averageBefore: number | null;
  readonly averageNow: number | null;
  /** From the log to the score, of the ten seconds before. */
  readonly p99BeforeMs: number | null;
  /** From the start until it had settled. */
  readonly p99DuringMs: number | null;
  /** Of the last five seconds. */
  readonly p99AfterMs: number | null;
  /** Seconds whose p99 was more than twice that of before. */
  readonly slowSeconds: number;
  /** Scores by version of the classifier since the start. */
  readonly versions: Readonly<Record<string, number>>;
}

/** Something that happened to the running system, shown on the chart. */
export interface Marker {
  readonly number: number;
  readonly atMs: number;
  readonly kind: 'killed' | 'lost' | 'recovered' | 'given-up' | 'swapped';
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
  readonly versions: readonly VersionRow[];
  /** Goes up when a decision was made, so that a page looks again. */
  readonly review: { readonly version: number; readonly waiting: number };
  readonly experiment: ExperimentReport | null;
  /** Names of the experiments that can be begun on this page. */
  readonly experiments: readonly string[];
}

/** A whole picture, or, with some sections left out, what changed since the last one. */
export type Frame = Partial<Sections> & {
  readonly nowMs: number;
  readonly series?: readonly SecondRow[];
  readonly alerts?: readonly Alert[];
  readonly markers?: readonly Marker[];
};
