/** How Kinesis is reached. */
export interface KinesisAccess {
  /** Null: as the environment says. */
  readonly region: string | null;
  readonly endpoint: string | null;
  readonly credentials: KinesisCredentials;
  /** Settings of the client by their names in the module; only those that are known. */
  readonly properties: Readonly<Record<string, string>>;
}

export type KinesisCredentials =
  | { readonly type: 'default' }
  | { readonly type: 'basic'; readonly accessKeyId: string; readonly secretAccessKey: string }
  | { readonly type: 'profile'; readonly name: string; readonly path: string | null };

/** Where a state that is new begins to read a stream. */
export type KinesisStart =
  | { readonly type: 'earliest' | 'latest' }
  /** Milliseconds since 1970. */
  | { readonly type: 'date'; readonly dateMs: number };
