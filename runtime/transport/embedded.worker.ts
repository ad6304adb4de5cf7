import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, WeirError } from '#protocol/errors.ts';
import { loadEmbeddedModule } from './embedded-module.ts';
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from './embedded-worker-transport.ts';
import { FrameServer, type WorkerFrames } from './worker-frames.ts';

const { module, functions } = workerData as EmbeddedWorkerData;
const port = parentPort!;

function post(message: EmbeddedWorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

try {
  const loaded = await loadEmbeddedModule(module, functions);
  const server = new FrameServer(loaded, (answers) => {
    post(answers, [answers.frames]);
  });
  port.on('message', (requests: WorkerFrames) => {
    server.receive(requests);
  });
  post({ ready: true });
} catch (error) {
  const code = error instanceof WeirError ? error.code : null;
  post({ ready: false, code, message: messageOf(error) });
}
