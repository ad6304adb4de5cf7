import { describe, expect, it } from 'vitest';
import { Metrics } from '#dashboards/console/metrics-text.ts';

describe('a Prometheus exposition', () => {
  const metrics = new Metrics(
    [
      '# HELP weir_mailbox_messages Waiting.',
      '# TYPE weir_mailbox_messages gauge',
      'weir_mailbox_messages{function_type="weir.fraud/account",shard="0"} 3',
      'weir_mailbox_messages{function_type="weir.fraud/account",shard="1"} 4 1522540831000',
      'weir_mailbox_messages{function_type="odd \\"name\\" {x}"} 1e1',
      'weir_epoch 2',
      'weir_age NaN',
      'not a sample at all',
      '',
    ].join('\n'),
  );

  it('is summed by label and in all', () => {
    expect(metrics.by('weir_mailbox_messages', 'function_type')).toEqual(
      new Map([
        ['weir.fraud/account', 7],
        ['odd "name" {x}', 10],
      ]),
    );
    const first = { function_type: 'weir.fraud/account', shard: '0' };
    expect(metrics.by('weir_mailbox_messages', 'function_type', first)).toEqual(
      new Map([['weir.fraud/account', 3]]),
    );
    expect(metrics.sum('weir_mailbox_messages')).toBe(17);
    expect(metrics.sum('weir_epoch')).toBe(2);
  });

  it('says null for what it does not have', () => {
    expect(metrics.sum('weir_nothing')).toBeNull();
    expect(metrics.sum('weir_age')).toBeNull();
  });
});
