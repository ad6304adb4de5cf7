/** What alerts are worth: fraud that they stop, against what looking at them costs. */

/** One transaction, with what it turned out to be. */
export interface Settled {
  readonly amount: number;
  readonly alert: boolean;
  readonly fraud: boolean;
}

/** Amounts in the currency's main unit. */
export interface Money {
  readonly transactions: number;
  readonly frauds: number;
  readonly fraudValue: number;
  readonly alerts: number;
  /** Frauds among the alerts, and their amounts. */
  readonly caught: number;
  readonly caughtValue: number;
  /** Share of the fraud's value that was caught; NaN without fraud. */
  readonly valueDetection: number;
  /** Of alerts, for each one that was right; NaN without any. */
  readonly falsePerTrue: number;
  /** What was caught less the reviews' cost. */
  readonly netSavings: number;
}

/** Every alert is reviewed, and stops its transaction if it is a fraud. */
export function moneyOf(settled: Iterable<Settled>, reviewCost: number): Money {
  let [transactions, frauds, alerts, caught] = [0, 0, 0, 0];
  let [fraudValue, caughtValue] = [0, 0];
  for (const { amount, alert, fraud } of settled) {
    transactions++;
    if (fraud) {
      frauds++;
      fraudValue += amount;
    }
    if (!alert) continue;
    alerts++;
    if (fraud) {
      caught++;
      caughtValue += amount;
    }
  }
  return {
    ...{ transactions, frauds, fraudValue, alerts, caught, caughtValue },
    valueDetection: caughtValue / fraudValue,
    falsePerTrue: (alerts - caught) / caught,
    netSavings: caughtValue - alerts * reviewCost,
  };
}
