import { serve } from '#sdk/index.ts';
import { benchFunctions } from './bench-functions.ts';

/** The function server as a process of its own; says its port on the first line. */
const server = await serve(benchFunctions, { port: 0, host: '127.0.0.1', framework: 'http' });
console.log(`port ${server.port}`);
process.on('disconnect', () => process.exit(0));
