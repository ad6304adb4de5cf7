import { type BoardSpec, orZero } from './panel-spec.ts';

export const runtimeBoard: BoardSpec = {
  uid: 'weir-runtime',
  title: 'Weir · Runtime',
  description: 'Is it working: what comes in, what waits, what is committed, what leaves.',
  rows: [
    {
      title: 'Is it working',
      panels: [
        {
          kind: 'stat',
          title: 'Up',
          description:
            '1 while the ingresses are open. 0: it starts, stands by, or stops; its log and ' +
            '`/health/ready` say which.',
          unit: 'short',
          width: 4,
          queries: [{ expr: 'max(weir_up)', legend: 'up' }],
        },
        {
          kind: 'stat',
          title: 'Back-pressure',
          description:
            '1 while the ingresses are paused because a queue is full. Short spells are what it is ' +
            'for. Lasting: functions are slower than what comes in; add processes, or look at *Functions*.',
          unit: 'short',
          width: 4,
          warnAt: [1, 1],
          queries: [{ expr: 'max(weir_backpressure)', legend: 'paused' }],
        },
        {
          kind: 'stat',
          title: 'Parked addresses',
          description:
            'Addresses that stopped because their function can’t do what is first in their mailbox. ' +
            '`weir parked list` says why; mend the image and `weir parked retry`, or `drop`, or `dead-letter`.',
          unit: 'short',
          width: 4,
          warnAt: [1, 100],
          queries: [{ expr: 'max(weir_parked_addresses)', legend: 'parked' }],
        },
        {
          kind: 'stat',
          title: 'Age of the last commit',
          description:
            'Acknowledgements and records wait for commits. Growing: the store does not answer; see ' +
            'its failures below, and `commit delayed` in the log.',
          unit: 's',
          width: 4,
          warnAt: [5, 30],
          queries: [{ expr: 'max(weir_commit_age_seconds)', legend: 'age' }],
        },
        {
          kind: 'stat',
          title: 'Epoch',
          description:
            'Grows by one with each start or takeover. Growing by itself: it is restarted again and again; its log says why.',
          unit: 'short',
          width: 4,
          queries: [{ expr: 'max(weir_epoch)', legend: 'epoch' }],
        },
        {
          kind: 'stat',
          title: 'Event loop, longest delay',
          description:
            'Longest time that the loop stood still since the scrape before. Above a tenth of a second: ' +
            'embedded functions that compute for long, very large messages, or a machine without free processors.',
          unit: 's',
          width: 4,
          warnAt: [0.1, 1],
          queries: [{ expr: 'max(weir_event_loop_delay_max_seconds)', legend: 'delay' }],
        },
      ],
    },
    {
      title: 'Throughput',
      panels: [
        {
          kind: 'lines',
          title: 'Messages done',
          description:
            'Messages whose effects are applied, a second. Falling while records come in: see where ' +
            'they wait in *Mailboxes*.',
          unit: 'reqps',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'sum by (function_type) (rate(weir_invocations_total[$__rate_interval]))',
              legend: '{{function_type}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Records in',
          description:
            'Records taken from each ingress, a second. 0 where there should be some: see ' +
            '`/health/ready`, which says what hinders an ingress.',
          unit: 'reqps',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'sum by (ingress) (rate(weir_ingress_records_total[$__rate_interval]))',
              legend: '{{ingress}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Records out',
          description:
            'Records published by each egress, a second, and failed publications. Failures: the ' +
            'destination does not take them; nothing is lost, they wait.',
          unit: 'reqps',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'sum by (egress) (rate(weir_egress_published_total[$__rate_interval]))',
              legend: '{{egress}}',
            },
            {
              expr: 'sum by (egress) (rate(weir_egress_failures_total[$__rate_interval]))',
              legend: '{{egress}} failures',
            },
          ],
        },
        {
          kind: 'heatmap',
          title: 'Time from request to applied answer',
          description:
            'Requests by duration, retries included. A band at the top: some addresses are slow or ' +
            'retried; see *Functions* for which type.',
          unit: 's',
          width: 12,
          queries: [
            {
              expr: 'sum by (le) (rate(weir_request_duration_seconds_bucket[$__rate_interval]))',
              legend: '{{le}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Ingress lag',
          description:
            'Records known to wait in the sources, and for sources that tell time how far behind the ' +
            'newest record reading is. Growing: more comes in than is done.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            { expr: 'sum by (ingress) (weir_ingress_lag_records)', legend: '{{ingress}} records' },
            { expr: orZero('max(weir_ingress_lag_seconds)'), legend: 'seconds' },
          ],
        },
      ],
    },
    {
      title: 'What waits',
      panels: [
        {
          kind: 'lines',
          title: 'Mailboxes',
          description:
            'Undelivered messages by function type. One type that grows alone is the one that is slow ' +
            'or down.',
          unit: 'short',
          width: 8,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: 'sum by (function_type) (weir_mailbox_messages)',
              legend: '{{function_type}}',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Delayed messages, parked messages, pending records',
          description:
            'What waits for its time, for a person, and for a destination. Pending records that grow: ' +
            'an egress fails, or no commit goes through.',
          unit: 'short',
          width: 8,
          min: 0,
          queries: [
            { expr: 'sum(weir_delayed_messages)', legend: 'delayed' },
            { expr: 'sum(weir_parked_messages)', legend: 'parked' },
            { expr: 'sum(weir_egress_pending_records)', legend: 'pending records' },
          ],
        },
        {
          kind: 'lines',
          title: 'Memory',
          description:
            'Resident memory, state pages, heap. State that grows without end: keys that never ' +
            'expire; give states an expiry, or the machine more memory.',
          unit: 'bytes',
          width: 8,
          min: 0,
          queries: [
            { expr: 'sum(weir_process_resident_memory_bytes)', legend: 'resident' },
            { expr: 'sum(weir_state_bytes)', legend: 'state' },
            { expr: 'sum(weir_nodejs_heap_size_used_bytes)', legend: 'heap' },
          ],
        },
      ],
    },
    {
      title: 'Commits',
      panels: [
        {
          kind: 'lines',
          title: 'Duration of commits',
          description:
            'From taking a cut to its commit: median and 99th percentile. Rising: the store is slow, ' +
            'or cuts are large; see their bytes.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'histogram_quantile(0.5, sum by (le) (rate(weir_commit_duration_seconds_bucket[$__rate_interval])))',
              legend: 'p50',
            },
            {
              expr: 'histogram_quantile(0.99, sum by (le) (rate(weir_commit_duration_seconds_bucket[$__rate_interval])))',
              legend: 'p99',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Bytes of commits',
          description:
            'Bytes written for commits, a second. Much more than what changes: compaction; it is ' +
            'bounded by what changed since the last one.',
          unit: 'Bps',
          width: 8,
          min: 0,
          queries: [
            { expr: 'sum(rate(weir_commit_bytes_sum[$__rate_interval]))', legend: 'commits' },
            {
              expr: 'sum(rate(weir_store_bytes_total{direction="written"}[$__rate_interval]))',
              legend: 'store',
            },
          ],
        },
        {
          kind: 'lines',
          title: 'Cost: requests to the store',
          description:
            'Requests a second by kind, and failed ones. Each write costs money in object storage: a ' +
            'longer `--commit-every` makes fewer. Failures that last: see the store’s own status.',
          unit: 'reqps',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'sum by (operation) (rate(weir_store_requests_total[$__rate_interval]))',
              legend: '{{operation}}',
            },
            { expr: 'sum(rate(weir_store_failures_total[$__rate_interval]))', legend: 'failures' },
          ],
        },
      ],
    },
  ],
};
