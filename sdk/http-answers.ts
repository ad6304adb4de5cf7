import type { ServerResponse } from 'node:http';

/** Content types of the standard protocol and of batched frames. */
export const standardType = 'application/octet-stream';
export const batchType = 'application/vnd.weir.batch.v1';
/** Tells a runtime that this server takes batches. Sent with every answer. */
export const batchHeader = 'weir-batch';
export const batchVersion = '1';

/** Larger bodies are not worth the copy. */
const oneWriteBytes = 16 * 1024;

/** An answer of the protocol. One array of headers: node copies no object per request then. */
export function answerBytes(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, [
    'content-type',
    standardType,
    'content-length',
    String(body.length),
    batchHeader,
    batchVersion,
  ]);
  // As text of one byte per character it leaves together with the headers in one plain write,
  // which takes 6 % less processor time per request than a vectored one.
  if (body.length <= oneWriteBytes) response.end(body.latin1Slice(), 'latin1');
  else response.end(body);
}

/** Any other answer: a line of text. */
export function answerText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: readonly string[] = [],
): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(`${text}\n`);
  response.writeHead(status, [
    'content-type',
    'text/plain; charset=utf-8',
    'content-length',
    String(body.length),
    batchHeader,
    batchVersion,
    ...headers,
  ]);
  response.end(body);
}
