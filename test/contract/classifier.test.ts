/**
 * `WEIR_CLASSIFIER_URL=http://127.0.0.1:9000/ npx vitest run test/contract/classifier.test.ts` asks
 * somebody else's classifier; without it, this project's own.
 */
import { TestProcess, freePort, scriptAt, until } from '../chaos/processes.ts';
import { type RunningClassifier, classifierContract } from './classifier-contract.ts';

const given = process.env['WEIR_CLASSIFIER_URL'];

if (given === undefined) classifierContract('functions/main.ts', ownClassifier);
else {
  const running = { url: given, stop: () => Promise.resolve() };
  classifierContract(given, () => Promise.resolve(running));
}

async function ownClassifier(): Promise<RunningClassifier> {
  const port = await freePort();
  const args = ['--only', 'classifier', '--port', String(port)];
  const own = new TestProcess(scriptAt('functions/main.ts'), args);
  await until('the classifier', () => {
    if (own.end !== null) throw new Error(own.tail());
    return own.lines.some((line) => line.includes('ready:'));
  });
  return { url: `http://127.0.0.1:${port}/`, stop: () => own.kill() };
}
