import { type BoardSpec, orZero } from './panel-spec.ts';

const quantile = (q: number): string =>
  `histogram_quantile(${q}, sum by (le, function_type) (rate(weir_attempt_duration_seconds_bucket[$__rate_interval])))`;

export const functionsBoard: BoardSpec = {
  uid: 'weir-functions',
  title: 'Weir · Functions',
  description: 'How the function processes answer, by function type.',
  rows: [
    {
      title: 'Latency',
      panels: [
        {
          kind: 'lines',
          title: 'Median of single attempts',
          description:
            'Half of the attempts are quicker. One type that rises alone: its code, or what it calls. ' +
            'All together: their process is short of processors.',
          unit: 's',
          width: 12,
          min: 0,
          queries: [{ expr: quantile(0.5), legend: '{{function_type}}' }],
        },
        {
          kind: 'lines',
          title: '99th percentile of single attempts',
          description:
            'One in a hundred takes longer. Far above the median: pauses of the process (garbage ' +
            'collection, a dependency), or a few very large batches.',
          unit: 's',
          width: 12,
          min: 0,
          queries: [{ expr: quantile(0.99), legend: '{{function_type}}' }],
        },
        {
          kind: 'lines',
          title: 'Messages in one request',
          description:
            'Mean batch of one address. It grows by itself when functions are slow; near the bound ' +
            '(`maxNumBatchRequests`) an address can’t keep up with what comes for it.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            {
              expr: 'sum by (function_type) (rate(weir_batch_messages_sum[$__rate_interval])) / (sum by (function_type) (rate(weir_batch_messages_count[$__rate_interval])) > 0)',
              legend: '{{function_type}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Messages with functions',
          description:
            'In flight now, by function type. At its bound all the time: more function processes, or a larger pool.',
          unit: 'short',
          width: 12,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: 'sum by (function_type) (weir_in_flight_messages)',
              legend: '{{function_type}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Failures',
      panels: [
        {
          kind: 'lines',
          title: 'Failed attempts by class',
          description:
            'Attempts a second that failed. `connection`: nobody listens; `timeout`: too slow; ' +
            '`status-5xx`, `function`: the code throws; `undecodable`, `content-type`: another program answers there.',
          unit: 'reqps',
          width: 8,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: orZero('sum by (class) (rate(weir_attempt_failures_total[$__rate_interval]))'),
              legend: '{{class}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Retries, given-up requests, dead letters',
          description:
            'Retries cost time only. Given-up requests are tried again or park their address. Dead ' +
            'letters left by the policy of their endpoint: look into that egress.',
          unit: 'reqps',
          width: 8,
          min: 0,
          queries: [
            { expr: orZero('sum(rate(weir_retries_total[$__rate_interval]))'), legend: 'retries' },
            {
              expr: orZero('sum(rate(weir_request_failures_total[$__rate_interval]))'),
              legend: 'given up',
            },
            {
              expr: orZero('sum(rate(weir_dead_letters_total[$__rate_interval]))'),
              legend: 'dead letters',
            },
          ],
        },
        {
          kind: 'bars',
          title: 'Parked by type',
          description:
            'Addresses that stopped, by function type. Many of one type at once: its image is broken; ' +
            'put the one before back, then `weir parked retry --type …`.',
          unit: 'short',
          width: 8,
          min: 0,
          queries: [
            { expr: 'sum by (function_type) (weir_parked_by_type)', legend: '{{function_type}}' },
          ],
        },
      ],
    },
    {
      title: 'Versions',
      panels: [
        {
          kind: 'lines',
          title: 'Scores by version of the classifier',
          description:
            'Scores a second, by the version that gave them (`--release`). A swap passes from one colour to the ' +
            'next; two of them for minutes: it is half done, or an old process still answers. Beside a jump of ' +
            'the average score on *Fraud* it says which version to put back.',
          unit: 'reqps',
          width: 12,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: 'sum by (version) (rate(weir_fraud_classifier_scores_total[$__rate_interval]))',
              legend: '{{version}}',
            },
          ],
        },
        {
          kind: 'table',
          title: 'Models in service',
          description:
            'The models that the function processes serve, and the period that each was trained on. ' +
            'Two periods of one model: an upgrade is half done.',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: 'count by (model, trained_until) (weir_fraud_model_info)',
              legend: '{{model}} {{trained_until}}',
            },
          ],
        },
      ],
    },
  ],
};
