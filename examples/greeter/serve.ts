/** `node serve.ts greeter` or `node serve.ts greeter-2`: a version of the function as a process. */
import { type AnyFunction, serve } from '#sdk/index.ts';

const [version = 'greeter'] = process.argv.slice(2);
const { greeter } = (await import(`./${version}.ts`)) as { greeter: AnyFunction };
const port = Number(process.env['PORT'] ?? 8000);
// On Linux two versions can listen at once, so that one takes over from the other without a gap.
const server = await serve([greeter], { port, sharePort: process.platform === 'linux' });
process.stdout.write(`${version} at ${server.url}\n`);
process.once('SIGTERM', () => void server.close());
process.once('SIGINT', () => void server.close());
