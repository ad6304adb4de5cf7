import type { Token } from '../admin/tokens.ts';

/** What `weir run` hands to `runModule` (runtime/run.ts), with every default filled in. */
export interface RunOptions {
  /** The module file, absolute. */
  readonly modulePath: string;
  /** `file:` URL of the state folder, absolute, or `s3://…`. */
  readonly state: string;
  /** Milliseconds between the starts of two commits; 250 by default. */
  readonly commitEveryMs: number;
  /** Where the admin API listens; port 0 takes any free one. 127.0.0.1:8081 by default. */
  readonly admin: { readonly host: string; readonly port: number };
  /** Who may use the admin API; null for everybody, on a loopback address. */
  readonly adminTokens: readonly Token[] | null;
  /** The file that they come from; null if they come from elsewhere. */
  readonly adminTokensFile: string | null;
  /** The application's name; by default that of the module file's folder. */
  readonly name: string;
  /** Whether to take over from a writer that is alive. */
  readonly takeover: boolean;
  /** How long a writer may be silent before a standby tries to take over; 5,000 by default. */
  readonly leaseMs: number;
  /** How long a service that is needed may be out of reach at start; 60,000 by default. */
  readonly startBudgetMs: number;
}
