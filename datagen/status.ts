import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Progress } from './generator.ts';

/** Answers `GET /health/live` with how far the generator is, for whoever watches the process. */
export async function serveStatus(
  progress: () => Progress,
  host: string,
  port: number,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/health/live') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /health/live is here\n');
      return;
    }
    const body = JSON.stringify(progress());
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
