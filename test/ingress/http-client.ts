import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The `code` of a JSON answer. */
  readonly code: string | undefined;
  readonly json: Record<string, unknown>;
}

/** A request whose path reaches the server exactly as given. */
export function call(
  port: number,
  method: string,
  path: string,
  body: string | Buffer = '',
  headers: Record<string, string | string[]> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { port, host: '127.0.0.1', method, path, headers, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          let json: Record<string, unknown> = {};
          try {
            json = JSON.parse(text) as Record<string, unknown>;
          } catch {
            // Not every answer is JSON.
          }
          const code = typeof json['code'] === 'string' ? json['code'] : undefined;
          resolve({ status: response.statusCode!, headers: response.headers, text, json, code });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
