import { embed } from '#sdk/index.ts';
import { benchFunctions } from './bench-functions.ts';

// The embedded transports import a module's default export; this is the only one of its kind here.
export default embed(benchFunctions);
