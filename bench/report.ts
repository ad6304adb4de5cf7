/** One measured figure. Units: per second, milliseconds, bytes, seconds, ratio. */
export interface Figure {
  readonly bench: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly context: Readonly<Record<string, string | number>>;
}

/** A JSON line per figure on stdout; a line for people on stderr. */
export function report(figure: Figure): void {
  const { bench, metric, value, unit, context } = figure;
  console.log(JSON.stringify({ ...figure, value: rounded(value) }));
  const details = Object.entries(context).map(([key, of]) => `${key}=${of}`);
  console.error(
    `${bench.padEnd(22)} ${metric.padEnd(18)} ${rounded(value)} ${unit}  ${details.join(' ')}`,
  );
}

function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 1000) / 1000;
}

/** Quantiles of samples, which are sorted in place. */
export function quantile(samples: number[], q: number): number {
  samples.sort((a, b) => a - b);
  return samples[Math.min(samples.length - 1, Math.floor(samples.length * q))] ?? NaN;
}
