/** A release of the classifier that takes each request and answers none: a model that hangs. */
import { featuresMessage } from '#functions/messages.ts';
import { classifierType } from '#functions/names.ts';
import { defineFunction, on, serve } from '#sdk/index.ts';

const hanging = defineFunction(
  { type: classifierType },
  on(featuresMessage, () => new Promise<void>(() => {})),
);
const port = Number(process.env['FUNCTIONS_PORT'] ?? 8000);
await serve([hanging], { port, host: process.env['HOST'] ?? '127.0.0.1', sharePort: true });
process.send?.('ready');
// What it holds never ends, so there is nothing to wait for.
process.once('SIGTERM', () => process.exit(0));
