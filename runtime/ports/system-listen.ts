import type { Server } from 'node:net';

/** Longer than a writer needs to see that it was superseded, and to end. */
export const listenPatienceMs = 10_000;
const retryMs = 100;

export interface ListenAt {
  readonly host: string;
  readonly port: number;
  readonly backlog?: number;
}

/**
 * Listens; waits for a port that is taken for `patienceMs`, and rejects with the system's error.
 * After a takeover on the same machine the older writer holds its ports until its next heartbeat:
 * without patience both would have ended, one superseded and one without its port.
 */
export async function listenPatiently(
  server: Server,
  at: ListenAt,
  patienceMs = listenPatienceMs,
): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const error = await tryToListen(server, at);
    if (error === null) return;
    if (error.code !== 'EADDRINUSE' || performance.now() >= end) throw error;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

function tryToListen(server: Server, at: ListenAt): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const done = (error: NodeJS.ErrnoException | null): void => {
      server.off('error', done).off('listening', listening);
      resolve(error);
    };
    const listening = (): void => done(null);
    server.once('error', done).once('listening', listening).listen(at);
  });
}
