/**
 * A release of the classifier that takes each request and answers none: a model that hangs, in a
 * process whose health check passes all the same.
 */
import { featuresMessage } from '#functions/messages.ts';
import { Metrics, serveMetrics } from '#functions/metrics.ts';
import { classifierType } from '#functions/names.ts';
import { defineFunction, on, serve } from '#sdk/index.ts';

const hanging = defineFunction(
  { type: classifierType },
  on(featuresMessage, () => new Promise<void>(() => {})),
);
const {
  FUNCTIONS_PORT: port = '8000',
  METRICS_PORT: metrics,
  HOST: host = '127.0.0.1',
} = process.env;
if (metrics !== undefined) await serveMetrics(new Metrics(), Number(metrics), host);
const sharePort = process.env['WEIR_SHARE_PORT'] === 'true';
await serve([hanging], { port: Number(port), host, sharePort });
process.send?.('ready');
// What it holds never ends, so there is nothing to wait for.
process.once('SIGTERM', () => process.exit(0));
