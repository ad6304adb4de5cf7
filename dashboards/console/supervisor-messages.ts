/** The parts of the application; each is a process of its own, or several of the same kind. */
export type PartName = 'runtime' | 'functions' | 'classifier' | 'generator' | 'console';

/** What the console may ask for; the supervisor alone owns the processes. */
export type SupervisorTask =
  /** SIGKILL; it is started again. */
  | { readonly kind: 'kill'; readonly part: PartName }
  /** Another version of the classifier takes the place of the one that runs. */
  | { readonly kind: 'swap'; readonly version: string }
  /** So many function processes, 0 to 8. */
  | { readonly kind: 'scale'; readonly processes: number };

/** What the supervisor tells the console over the channel between parent and child. */
export type FromSupervisor =
  | {
      readonly type: 'part';
      readonly part: PartName;
      readonly state: 'running' | 'exited' | 'given-up';
      readonly pid: number | null;
      /** Wall clock, ms since 1970 UTC. */
      readonly atMs: number;
      /** How it ended, in words, for `exited` and `given-up`. */
      readonly reason?: string;
    }
  /** `pids`: of the killed process, of the new ones, or of all that serve functions now. */
  | { readonly type: 'done'; readonly request: number; readonly pids: readonly number[] }
  | { readonly type: 'refused'; readonly request: number; readonly reason: string };

/** What the console tells the supervisor. */
export type FromConsole =
  | { readonly type: 'task'; readonly request: number; readonly task: SupervisorTask }
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'first-score'; readonly transactionId: string; readonly score: number };
