import type { Metric, Registry } from 'prom-client';

/** The observations of one label value; observing is an addition and a short search. */
export class Buckets {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let i = 0;
    while (i < bounds.length && value > (bounds[i] as number)) i++;
    (this.#counts[i] as number)++;
    this.#sum += value;
  }

  /** Cumulative counts per upper bound, as Prometheus wants them; the last one is the total. */
  cumulative(): { counts: number[]; sum: number } {
    let total = 0;
    return { counts: Array.from(this.#counts, (count) => (total += count)), sum: this.#sum };
  }
}

/**
 * A histogram by function type for the hot path. prom-client renders it, but does not fill it: its
 * own `observe` hashes labels and allocates, and three of them took 9 % of a runtime's thread at
 * 50,000 requests a second.
 */
export class BucketHistogram {
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #byType = new Map<string, Buckets>();

  constructor(name: string, help: string, bounds: readonly number[], registry: Registry) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
    registry.registerMetric(this as unknown as Metric);
  }

  /** The buckets of a label value; the caller keeps them, and keeps their number bounded. */
  of(functionType: string): Buckets {
    let buckets = this.#byType.get(functionType);
    if (buckets === undefined) {
      buckets = new Buckets(this.#bounds);
      this.#byType.set(functionType, buckets);
    }
    return buckets;
  }

  /** What prom-client asks a metric for when it is scraped. */
  get(): Promise<object> {
    const values = [...this.#byType].flatMap(([type, buckets]) => {
      const { counts, sum } = buckets.cumulative();
      const labels = { function_type: type };
      const bounds = [...this.#bounds, '+Inf'];
      return [
        ...bounds.map((le, i) => ({
          metricName: `${this.name}_bucket`,
          labels: { le, ...labels },
          value: counts[i],
        })),
        { metricName: `${this.name}_sum`, labels, value: sum },
        { metricName: `${this.name}_count`, labels, value: counts.at(-1) },
      ];
    });
    const { name, help } = this;
    return Promise.resolve({ name, help, type: 'histogram', values, aggregator: 'sum' });
  }
}
