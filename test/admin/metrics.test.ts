import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { answer, fail } from '../core/engine-rig.ts';
import { parseMetrics, type Family } from './prometheus.ts';
import { runningRig, type AdminRig } from './rig.ts';

async function scrape(rig: AdminRig): Promise<ReadonlyMap<string, Family>> {
  const { status, type, text } = await rig.get('/metrics');
  expect(status).toBe(200);
  expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
  return parseMetrics(text);
}

function valueOf(families: ReadonlyMap<string, Family>, name: string, label = ''): number {
  const samples = families.get(name)?.samples ?? [];
  return samples.find(({ labels }) => labels === label)?.value ?? NaN;
}

test('the metrics tell what happened', async () => {
  const rig = await runningRig({ commitEveryMs: 3_600_000 });
  await rig.committed();
  rig.ingress.send('t/f/a', 'one');
  answer(rig.transport, {
    egress: ['out'],
    egressId: 'e/dead-letters',
    messages: [['t/g/b', 'hi']],
  });
  rig.ingress.send('t/f/sick', 'poison');
  rig.transport.take(); // t/g/b stays with its function
  fail(rig.transport, 'address');
  rig.metrics.attempt('t/f', 12);
  rig.metrics.failure('t/f', 'timeout');
  rig.metrics.retry('t/f');
  await rig.committed();
  const metrics = await scrape(rig);
  const is = (name: string, label = '') => valueOf(metrics, name, label);
  expect(is('weir_up')).toBe(1);
  expect(is('weir_epoch')).toBe(1);
  expect(is('weir_commits_total')).toBe(2);
  expect(is('weir_commit_age_seconds')).toBeGreaterThanOrEqual(0);
  expect(is('weir_commit_duration_seconds_count')).toBe(2);
  expect(is('weir_commit_bytes_sum')).toBeGreaterThan(100);
  expect(is('weir_parked_addresses')).toBe(1);
  expect(is('weir_parked_messages')).toBe(1);
  expect(is('weir_queued_messages')).toBe(1);
  expect(is('weir_mailbox_messages', 'function_type="t/g"')).toBe(1);
  expect(is('weir_mailbox_messages', 'function_type="t/f"')).toBe(1);
  expect(is('weir_in_flight_messages', 'function_type="t/g"')).toBe(1);
  expect(is('weir_invocations_total', 'function_type="t/f"')).toBe(1);
  expect(is('weir_batches_total', 'function_type="t/f"')).toBe(1);
  expect(is('weir_messages_out_total', 'function_type="t/f"')).toBe(1);
  expect(is('weir_egress_sent_total', 'function_type="t/f"')).toBe(1);
  expect(is('weir_request_failures_total', 'function_type="t/f"')).toBe(1);
  expect(is('weir_ingress_records_total', 'ingress="i/in"')).toBe(2);
  expect(is('weir_ingress_lag_records', 'ingress="i/in"')).toBe(7);
  expect(is('weir_request_duration_seconds_count', 'function_type="t/f"')).toBe(1);
  expect(is('weir_batch_messages_sum', 'function_type="t/f"')).toBe(1);
  expect(is('weir_attempt_duration_seconds_sum', 'function_type="t/f"')).toBe(0.012);
  expect(is('weir_attempt_failures_total', 'class="timeout",function_type="t/f"')).toBe(1);
  expect(is('weir_retries_total', 'function_type="t/f"')).toBe(1);
  expect(is('weir_backpressure')).toBe(0);
  await expect
    .poll(async () =>
      valueOf(await scrape(rig), 'weir_egress_published_total', 'egress="e/dead-letters"'),
    )
    .toBe(1);
  // A second scrape counts nothing twice.
  const again = await scrape(rig);
  expect(valueOf(again, 'weir_commits_total')).toBe(2);
  expect(valueOf(again, 'weir_ingress_records_total', 'ingress="i/in"')).toBe(2);
});

test('every metric is there from the first scrape on, with help, and in docs/cli.md', async () => {
  const rig = await runningRig();
  const before = await scrape(rig);
  rig.ingress.send('t/f/a', 'one');
  answer(rig.transport);
  await rig.committed();
  const after = await scrape(rig);
  expect([...after.keys()].filter((name) => !name.match(/_(count|sum|bucket)$/)).sort()).toEqual(
    [...before.keys()].filter((name) => !name.match(/_(count|sum|bucket)$/)).sort(),
  );
  const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(weir_[a-z0-9_]+)` \| (\w+) \| ([^|]*) \|/gm)];
  const documented = new Map(
    rows.map(([, name = '', type = '', labels = '']) => [name, { type, labels }]),
  );
  const declared = [...after.values()].filter(({ help }) => help !== '');
  expect([...documented.keys()].sort()).toEqual(declared.map(({ name }) => name).sort());
  for (const { name, type, help, samples } of declared) {
    expect(help.length, name).toBeGreaterThan(5);
    expect(documented.get(name)?.type, name).toBe(type);
    for (const { labels } of samples) {
      for (const [, label = ''] of labels.matchAll(/([a-z_]+)=/g)) {
        expect(documented.get(name)?.labels, name).toContain(`\`${label}\``);
      }
    }
  }
  for (const { name, help } of after.values()) {
    const family = name.replace(/_(count|sum|bucket)$/, '');
    expect(help !== '' || after.get(family)?.help, name).toBeTruthy();
  }
});

test('a thousand function types share a bounded number of labels, and no count is lost', async () => {
  const rig = await runningRig({ commitEveryMs: 3_600_000 });
  for (let i = 0; i < 1000; i++) {
    rig.ingress.send(`t/f${i}/a`, 'x');
    answer(rig.transport);
    rig.metrics.attempt(`t/f${i}`, 1);
    rig.metrics.failure(`t/f${i}`, 'connect');
    rig.metrics.retry(`t/f${i}`);
  }
  const metrics = await scrape(rig);
  const invocations = metrics.get('weir_invocations_total')?.samples ?? [];
  expect(invocations).toHaveLength(257);
  expect(invocations.reduce((sum, { value }) => sum + value, 0)).toBe(1000);
  expect(valueOf(metrics, 'weir_invocations_total', 'function_type="other"')).toBe(744);
  expect(valueOf(metrics, 'weir_request_duration_seconds_count', 'function_type="other"')).toBe(
    744,
  );
  for (const { name, samples } of metrics.values()) {
    const values = new Set(
      samples.map(({ labels }) => /function_type="([^"]*)"/.exec(labels)?.[1]),
    );
    expect(values.size, name).toBeLessThanOrEqual(257);
  }
});
