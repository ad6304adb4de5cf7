/** Metrics of the function process: what its functions saw last. Bounded by features and models. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Registry } from 'prom-client';
import { type DayReport, labelAges } from '#models/monitoring/day-counts.ts';

/** Personas come with the models; more than that would be a mistake. */
const seriesMax = 500;

export class Metrics {
  readonly registry = new Registry();
  readonly #stability = new Gauge({
    name: 'weir_fraud_stability_index',
    help: 'Population stability index of the last complete day, by feature or model score.',
    labelNames: ['kind', 'name'] as const,
    registers: [this.registry],
  });
  readonly #calibration = new Gauge({
    name: 'weir_fraud_calibration_ratio',
    help: 'Frauds that a model expected for each one that there was, on days whose labels are mature.',
    labelNames: ['persona', 'model'] as const,
    registers: [this.registry],
  });
  readonly #error = new Gauge({
    name: 'weir_fraud_calibration_error',
    help: 'Difference between the mean score of a model and the share of frauds, on days whose labels are mature.',
    labelNames: ['persona', 'model'] as const,
    registers: [this.registry],
  });
  readonly #labels = new Counter({
    name: 'weir_fraud_fraud_labels_total',
    help: 'Labels of frauds, by the age of the transaction in days at which they came.',
    labelNames: ['up_to_days'] as const,
    registers: [this.registry],
  });
  #series = 0;
  readonly #known = new Set<string>();

  stability({ features, scores }: DayReport): void {
    for (const [kind, values] of Object.entries({ feature: features, score: scores })) {
      for (const [name, value] of Object.entries(values)) {
        this.#stability.set({ kind, name }, value);
      }
    }
  }

  calibration(persona: string, model: string, ratio: number, error: number): void {
    const key = `${persona}\n${model}`;
    if (!this.#known.has(key)) {
      if (this.#series >= seriesMax) return;
      this.#series++;
      this.#known.add(key);
    }
    this.#calibration.set({ persona, model }, ratio);
    this.#error.set({ persona, model }, error);
  }

  label(ageDays: number): void {
    const age = labelAges.find((one) => ageDays <= one);
    this.#labels.inc({ up_to_days: age === undefined ? '+Inf' : String(age) });
  }
}

/** Serves `/metrics`; answers the port that it listens on. */
export async function serveMetrics(
  { registry }: Metrics,
  port: number,
  host: string,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /metrics is here\n');
      return;
    }
    void registry.metrics().then((text) => {
      response.writeHead(200, { 'content-type': registry.contentType }).end(text);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
