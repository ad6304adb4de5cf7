import { type IncomingMessage, type Server, createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LinePost } from '#datagen/line-post.ts';

let server: Server;
let url: string;
const seen: { key: string | undefined; type: string | undefined; body: string }[] = [];

/** Answers one request after the other with these; `cut`: with nothing at all. */
async function serverThat(...answers: ({ status: number; retryAfter?: string } | 'cut')[]) {
  seen.length = 0;
  server = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      const headers = request.headers;
      const key = headers['idempotency-key'] as string | undefined;
      seen.push({ key, type: headers['content-type'], body });
      const answer = answers.shift() ?? { status: 200 };
      if (answer === 'cut') return void request.socket.destroy();
      const { retryAfter } = answer;
      const more = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      response.writeHead(answer.status, more).end('what was wrong');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/transactions`;
}
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const never = new AbortController().signal;

describe('posting lines', () => {
  it('sends the same request until the server takes it', async () => {
    await serverThat('cut', { status: 503, retryAfter: '0' }, { status: 500 }, { status: 429 });
    const post = new LinePost();
    expect(await post.send(url, '{"a":1}\n', 'key-1', never)).toBe(true);
    const one = { key: 'key-1', type: 'application/x-ndjson', body: '{"a":1}\n' };
    expect(seen).toEqual([one, one, one, one, one]);
    expect(post.problem).toBeNull();
  });

  it('says why it waits, and ends its waiting at the signal', async () => {
    const full = Array.from({ length: 100 }, () => ({ status: 503, retryAfter: '3600' }));
    await serverThat(...full);
    const post = new LinePost();
    const stop = new AbortController();
    const sent = post.send(url, 'x\n', 'k', stop.signal);
    await vi.waitFor(() => expect(post.problem).toMatch(/answered 503: what was wrong/), 30_000);
    stop.abort();
    expect(await sent).toBe(false);
  });

  it.each([400, 404, 413, 307])('ends at %i, which will not get better', async (status) => {
    await serverThat({ status });
    const sent = new LinePost().send(url, 'x\n', 'k', never);
    await expect(sent).rejects.toThrow(new RegExp(`answered ${status}: what was wrong`));
    expect(seen).toHaveLength(1);
  });
});
