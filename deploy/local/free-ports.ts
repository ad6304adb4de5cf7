import { createServer } from 'node:net';
import { deployErrors } from './errors.ts';

/** Throws WEIR_DEPLOY_PORT_IN_USE, naming the first port that is taken and what it was for. */
export async function checkPortsFree(
  ports: Readonly<Record<string, number>>,
  host: string,
): Promise<void> {
  for (const [purpose, port] of Object.entries(ports)) {
    const problem = await tryPort(port, purpose === 'page' ? host : '127.0.0.1');
    if (problem === null) continue;
    const hint = `End what uses it, or move all ports: npm start -- --ports-from ${port + 10_000}`;
    throw deployErrors.PORT_IN_USE(`port ${port}, for the ${purpose}: ${problem}`, {
      hint: port > 50_000 ? 'End what uses it, or choose other ports by --ports-from.' : hint,
    });
  }
}

function tryPort(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const texts: Record<string, string> = {
        EADDRINUSE: 'another program listens on it',
        EACCES: 'this user may not listen on it',
      };
      resolve(texts[error.code ?? ''] ?? error.message);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
