import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fraudBoard } from '#dashboards/grafana/fraud-board.ts';
import { functionsBoard } from '#dashboards/grafana/functions-board.ts';
import { runtimeBoard } from '#dashboards/grafana/runtime-board.ts';
import { pause } from '../chaos/processes.ts';
import { RunningApplication } from '../e2e/running-application.ts';
import { hasPrometheus, Prometheus } from './prometheus.ts';

const folder = fileURLToPath(new URL('../../dashboards/prometheus/', import.meta.url));

function promtool(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
  expect(status, `${stdout}${stderr}`).toBe(0);
}

const queries = [fraudBoard, runtimeBoard, functionsBoard].flatMap(({ title, rows }) =>
  rows.flatMap(({ panels }) =>
    panels.flatMap((panel) =>
      panel.queries.map(({ expr }) => [`${title}: ${panel.title}`, expr] as const),
    ),
  ),
);

describe.skipIf(!hasPrometheus())('Prometheus', () => {
  test('takes the configuration and the rules, which alert when they should', () => {
    // Only its syntax: the token that it refers to is there in a container alone.
    promtool('check', 'config', '--syntax-only', 'prometheus.yaml');
    promtool('check', 'rules', 'alerts.yaml');
    promtool('test', 'rules', 'alerts.test.yaml');
  });

  test('has data for every query of every panel, from the running application', async () => {
    const app = await RunningApplication.create();
    let prometheus: Prometheus | null = null;
    try {
      await app.start('--speed', '1d/4s');
      prometheus = await Prometheus.start(
        { runtime: `127.0.0.1:${app.port + 1}`, functions: `127.0.0.1:${app.port + 3}` },
        `${folder}alerts.yaml`,
      );
      const source = prometheus;
      const hasData = async (expr: string): Promise<boolean> => {
        const samples = await source.query(expr.replaceAll('$__rate_interval', '10s'));
        return samples.some(({ value }) => value[1] !== 'NaN');
      };
      let open = queries;
      // Labels and reports take days of event time; everything else is there within seconds.
      for (const end = Date.now() + 240_000; open.length > 0 && Date.now() < end;) {
        await pause(1_000);
        const found = await Promise.all(open.map(([, expr]) => hasData(expr)));
        open = open.filter((_, i) => !found[i]);
      }
      expect(open, app.said.slice(-2_000)).toEqual([]);
      expect(await source.query('weir_up == 1')).toHaveLength(1);
      // A few seconds of a sound application are no reason for an alert.
      expect(await source.query('ALERTS{alertstate="firing"}')).toEqual([]);
    } finally {
      await prometheus?.stop();
      await app.remove();
    }
  }, 400_000);
});
