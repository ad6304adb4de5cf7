import { modelColours as colours } from '../model-colours.ts';
import type { BoardSpec } from './panel-spec.ts';

export const fraudBoard: BoardSpec = {
  uid: 'weir-fraud',
  title: 'Weir · Fraud',
  description: 'Is the scoring good, what should be looked at, and who serves whom.',
  rows: [
    {
      title: 'Scores',
      panels: [
        {
          kind: 'lines',
          title: 'Average fraud score',
          description:
            'Mean of all scores, and of each model’s. A jump within minutes is no wave of fraud: a ' +
            'model or a feature is broken. Look at which model jumped and at what was deployed then; ' +
            'put the image before back, or pin another model.',
          unit: 'percentunit',
          width: 16,
          min: 0,
          colours,
          queries: [
            {
              expr: 'sum(rate(weir_fraud_score_sum[$__rate_interval])) / sum(rate(weir_fraud_score_count[$__rate_interval]))',
              legend: 'all',
            },
            {
              expr: 'sum by (model) (rate(weir_fraud_score_sum[$__rate_interval])) / (sum by (model) (rate(weir_fraud_score_count[$__rate_interval])) > 0)',
              legend: '{{model}}',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Transactions scored',
          description:
            'Scores a second. If it falls while transactions come in, look at *Runtime*: something ' +
            'is parked, down, or under back-pressure.',
          unit: 'reqps',
          width: 4,
          queries: [
            { expr: 'sum(rate(weir_fraud_scores_total[$__rate_interval]))', legend: 'scores' },
          ],
        },
        {
          kind: 'stat',
          title: 'Alerts',
          description:
            'Alerts an hour. Far more than usual: see whether the average score jumped. None at all: ' +
            'see whether there are scores, and the rule of `--alerts`.',
          unit: 'short',
          width: 4,
          queries: [
            { expr: 'sum(increase(weir_fraud_alerts_total[1h]))', legend: 'in the last hour' },
          ],
        },
        {
          kind: 'heatmap',
          title: 'Distribution of scores',
          description:
            'How many scores lie between two bounds. Most are near 0. A second band in the middle is ' +
            'a model that has lost its features, one at a single value a model that answers a constant.',
          unit: 'percentunit',
          width: 12,
          queries: [
            {
              expr: 'sum by (le) (rate(weir_fraud_score_bucket[$__rate_interval]))',
              legend: '{{le}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Alerts by persona',
          description:
            'Alerts a second. One persona alone: a habit has changed, or its model has. All at once: ' +
            'see the average score.',
          unit: 'reqps',
          width: 12,
          stacked: true,
          min: 0,
          queries: [
            {
              expr: 'sum by (persona) (rate(weir_fraud_alerts_total[$__rate_interval]))',
              legend: '{{persona}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Who serves whom',
      panels: [
        {
          kind: 'lines',
          title: 'Scores by the model that gave them',
          description:
            'Share of each model. The selector changes it by evidence, over days of event time. A ' +
            'change within minutes comes from a pin, or from a model that answers nothing any more.',
          unit: 'percentunit',
          width: 12,
          stacked: true,
          min: 0,
          max: 1,
          colours,
          queries: [
            {
              expr: 'sum by (model) (rate(weir_fraud_scores_total[$__rate_interval])) / ignoring(model) group_left sum(rate(weir_fraud_scores_total[$__rate_interval]))',
              legend: '{{model}}',
            },
          ],
        },
        {
          kind: 'table',
          title: 'Which model serves which persona',
          description:
            'Scores of the last ten minutes by persona and model. A persona that one expects to be ' +
            'served by another model: look at its regret and at the evidence behind the choice.',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: 'sum by (persona, model) (increase(weir_fraud_scores_total[10m])) > 0',
              legend: '{{persona}} {{model}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Regret by persona',
          description:
            'Mean loss of what served above that of the best single model in hindsight, on known ' +
            'labels. Above 0 for weeks: the choice costs more than it brings; try another `--policy`.',
          unit: 'short',
          width: 12,
          queries: [{ expr: 'max by (persona) (weir_fraud_regret)', legend: '{{persona}}' }],
        },
        {
          kind: 'lines',
          title: 'Evidence by persona',
          description:
            'Discounted transactions behind the choice. Small: the choice still rests on what was ' +
            'known before; a persona that never grows has too few transactions to be one.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            { expr: 'max by (persona) (weir_fraud_evidence_transactions)', legend: '{{persona}}' },
          ],
        },
      ],
    },
    {
      title: 'Labels and value',
      panels: [
        {
          kind: 'stat',
          title: 'Label coverage',
          description:
            'Known frauds for each score. Near 0 for days: labels do not come, and nobody learns; ' +
            'look at the feedback ingress.',
          unit: 'percentunit',
          width: 6,
          queries: [
            {
              expr: 'sum(weir_fraud_known_frauds_total) / sum(weir_fraud_scores_total)',
              legend: 'known frauds per score',
            },
          ],
        },
        {
          kind: 'bars',
          title: 'Age of labels',
          description:
            'Labels by the age of their transaction, in days of event time. If they come later than ' +
            'they did, figures on young transactions are too good; wait longer before trusting them.',
          unit: 'short',
          width: 6,
          min: 0,
          queries: [
            {
              expr: 'sum by (up_to_days) (weir_fraud_fraud_labels_total)',
              legend: 'up to {{up_to_days}} days',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Value detected',
          description:
            'Amounts of known frauds, by whether they had raised an alert. Much that was missed: ' +
            'lower the threshold (`--alerts cost:…`), or see which persona it is of.',
          unit: 'short',
          width: 6,
          min: 0,
          stacked: true,
          colours: { detected: '#009E73', missed: '#D55E00' },
          queries: [
            {
              expr: 'sum(rate(weir_fraud_known_fraud_amount_total{alerted="yes"}[$__rate_interval]))',
              legend: 'detected',
            },
            {
              expr: 'sum(rate(weir_fraud_known_fraud_amount_total{alerted="no"}[$__rate_interval]))',
              legend: 'missed',
            },
          ],
        },
        {
          kind: 'bars',
          title: 'Reasons of alerts',
          description:
            'The reasons given most, over the last hour. One that was rare and leads now: look ' +
            'whether the feature behind it is computed right before believing it.',
          unit: 'short',
          width: 6,
          min: 0,
          queries: [
            {
              expr: 'topk(8, sum by (reason) (increase(weir_fraud_alert_reasons_total[1h])))',
              legend: '{{reason}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'What no longer looks as it did',
          description:
            'Population stability index of features and scores against the weeks of calibration; ' +
            'above 0.25 something has changed a lot. Find out what, before labels say so: a broken ' +
            'source looks like this, and so does a new habit.',
          unit: 'short',
          width: 12,
          min: 0,
          warnAt: [0.1, 0.25],
          queries: [
            {
              expr: 'topk(6, max by (kind, name) (weir_fraud_stability_index))',
              legend: '{{kind}} {{name}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Expected frauds for each that there was',
          description:
            'On days whose labels are mature. 1 is right. Far from it for a model that serves: its ' +
            'calibration is old; train again (`npm run train`).',
          unit: 'short',
          width: 12,
          min: 0,
          colours,
          queries: [{ expr: 'avg by (model) (weir_fraud_calibration_ratio)', legend: '{{model}}' }],
        },
      ],
    },
  ],
};
