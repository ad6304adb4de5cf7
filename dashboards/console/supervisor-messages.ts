/** The parts of the application; each is a process of its own. */
export type PartName = 'runtime' | 'functions' | 'generator' | 'console';

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
  | { readonly type: 'killed'; readonly request: number; readonly pid: number }
  | { readonly type: 'refused'; readonly request: number; readonly reason: string };

/** What the console tells the supervisor. */
export type FromConsole =
  | { readonly type: 'kill'; readonly request: number; readonly part: PartName }
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'first-score'; readonly transactionId: string; readonly score: number };
