import { application } from '#functions/application.ts';
import { serve } from '#sdk/index.ts';

/** The fraud application's functions as a process of its own; says its port on the first line. */
const server = await serve(application(), { port: 0, host: '127.0.0.1', framework: 'http' });
console.log(`port ${server.port}`);
process.on('disconnect', () => process.exit(0));
