/**
 * Metrics of the function process: what its functions saw last, and what they decided. Series are
 * bounded by features, models, personas, versions and kinds of reasons. A function that runs again,
 * after an answer that was lost, counts again: these are for looking at, not for accounts.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type DayReport, labelAges } from '#models/monitoring/day-counts.ts';
import type { Decided } from './messages.ts';

/** Personas come with the models; more than that would be a mistake. */
const seriesMax = 500;
const reasonsMax = 200;
/** A name comes with each score from the classifier, which may be anybody's. */
const versionsMax = 50;
const versionLengthMax = 40;
const scoreBounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
/** A reason without its numbers: that of another transaction counts as the same. */
const numbers = /\d[\d.,]*/g;

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
  readonly #score = new Histogram({
    name: 'weir_fraud_score',
    help: 'Fraud scores, by the model that gave them.',
    labelNames: ['model'] as const,
    buckets: scoreBounds,
    registers: [this.registry],
  });
  readonly #served = new Counter({
    name: 'weir_fraud_scores_total',
    help: 'Scores, by persona and the model that served it.',
    labelNames: ['persona', 'model'] as const,
    registers: [this.registry],
  });
  readonly #byVersion = new Counter({
    name: 'weir_fraud_classifier_scores_total',
    help: 'Scores, by version of the classifier; those of one without a name are `unnamed`.',
    labelNames: ['version'] as const,
    registers: [this.registry],
  });
  readonly #alerts = new Counter({
    name: 'weir_fraud_alerts_total',
    help: 'Scores that raised an alert, by persona.',
    labelNames: ['persona'] as const,
    registers: [this.registry],
  });
  readonly #alertAmount = new Counter({
    name: 'weir_fraud_alert_amount_total',
    help: 'Amounts of transactions that raised an alert.',
    registers: [this.registry],
  });
  readonly #reasons = new Counter({
    name: 'weir_fraud_alert_reasons_total',
    help: 'Reasons of alerts, without their numbers.',
    labelNames: ['reason'] as const,
    registers: [this.registry],
  });
  readonly #regret = new Gauge({
    name: 'weir_fraud_regret',
    help: 'Mean loss of what served above that of the best single model, by persona, on known labels.',
    labelNames: ['persona'] as const,
    registers: [this.registry],
  });
  readonly #evidence = new Gauge({
    name: 'weir_fraud_evidence_transactions',
    help: 'Discounted transactions behind the choice of the model, by persona.',
    labelNames: ['persona'] as const,
    registers: [this.registry],
  });
  readonly #frauds = new Counter({
    name: 'weir_fraud_known_frauds_total',
    help: 'Transactions whose label says fraud, by whether they had raised an alert.',
    labelNames: ['alerted'] as const,
    registers: [this.registry],
  });
  readonly #fraudAmount = new Counter({
    name: 'weir_fraud_known_fraud_amount_total',
    help: 'Amounts of transactions whose label says fraud, by whether they had raised an alert.',
    labelNames: ['alerted'] as const,
    registers: [this.registry],
  });
  readonly #models = new Gauge({
    name: 'weir_fraud_model_info',
    help: '1 for each model in service, with the end of the period that it was trained on.',
    labelNames: ['model', 'trained_until'] as const,
    registers: [this.registry],
  });
  readonly #versions = new Set<string>();
  #series = 0;
  #kindsOfReasons = 0;
  readonly #known = new Set<string>();

  constructor() {
    // There from the first scrape on: a rate needs a first value to grow from.
    this.#alertAmount.inc(0);
    for (const alerted of ['yes', 'no']) {
      this.#frauds.inc({ alerted }, 0);
      this.#fraudAmount.inc({ alerted }, 0);
    }
  }

  inService(model: string, trainedUntil: string): void {
    this.#models.set({ model, trained_until: trainedUntil }, 1);
  }

  scored(decided: Decided): void {
    this.#byVersion.inc({ version: this.#versionOf(decided) });
    const { persona, model, score, alert, reasons, transaction, evidence } = decided;
    if (!this.#isKnown(persona, model)) return;
    this.#score.observe({ model }, score);
    this.#served.inc({ persona, model });
    this.#alerts.inc({ persona }, alert ? 1 : 0);
    this.#evidence.set({ persona }, evidence.count);
    if (evidence.regret !== null) this.#regret.set({ persona }, evidence.regret);
    if (!alert) return;
    this.#alertAmount.inc(transaction.amount);
    for (const text of reasons) {
      const reason = text.replaceAll(numbers, 'N');
      if (!this.#known.has(`reason ${reason}`)) {
        if (this.#kindsOfReasons >= reasonsMax) continue;
        this.#kindsOfReasons++;
        this.#known.add(`reason ${reason}`);
      }
      this.#reasons.inc({ reason });
    }
  }

  #versionOf({ version }: Decided): string {
    const name = version === undefined ? 'unnamed' : String(version).slice(0, versionLengthMax);
    if (this.#versions.size < versionsMax) this.#versions.add(name);
    return this.#versions.has(name) ? name : 'other';
  }

  /** A label says for the first time that a scored transaction is a fraud. */
  fraud(amount: number, alerted: boolean): void {
    this.#frauds.inc({ alerted: alerted ? 'yes' : 'no' });
    this.#fraudAmount.inc({ alerted: alerted ? 'yes' : 'no' }, amount);
  }

  stability({ features, scores }: DayReport): void {
    for (const [kind, values] of Object.entries({ feature: features, score: scores })) {
      for (const [name, value] of Object.entries(values)) {
        this.#stability.set({ kind, name }, value);
      }
    }
  }

  calibration(persona: string, model: string, ratio: number, error: number): void {
    if (!this.#isKnown(persona, model)) return;
    this.#calibration.set({ persona, model }, ratio);
    this.#error.set({ persona, model }, error);
  }

  /** False beyond the bound of series. */
  #isKnown(persona: string, model: string): boolean {
    const key = `${persona}\n${model}`;
    if (this.#known.has(key)) return true;
    if (this.#series >= seriesMax) return false;
    this.#series++;
    this.#known.add(key);
    return true;
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
