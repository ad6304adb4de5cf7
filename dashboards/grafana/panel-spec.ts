/** What a panel shows, before it is laid out and built. */
export interface PanelSpec {
  readonly kind: 'lines' | 'stat' | 'heatmap' | 'bars' | 'table';
  readonly title: string;
  /** What it shows, and what to do when it looks wrong. */
  readonly description: string;
  /** Of Grafana: `short`, `s`, `bytes`, `percentunit`, … */
  readonly unit: string;
  readonly queries: readonly QuerySpec[];
  /** Of 24 columns. */
  readonly width: number;
  /** Whether series are stacked. */
  readonly stacked?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** From these values on it is yellow, and red. */
  readonly warnAt?: readonly [yellow: number, red: number];
  /** Series name to colour. */
  readonly colours?: Readonly<Record<string, string>>;
}

export interface QuerySpec {
  /** PromQL; `$__rate_interval` and the board's variables are Grafana's. */
  readonly expr: string;
  /** `{{label}}` is replaced. */
  readonly legend: string;
}

export interface BoardSpec {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelSpec[] }[];
}

/** A series that is there only once something has gone wrong reads as 0 before. */
export const orZero = (expr: string): string => `(${expr}) or vector(0)`;
