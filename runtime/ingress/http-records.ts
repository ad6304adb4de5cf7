import { WeirError } from '#protocol/errors.ts';
import { ingressErrors } from './errors.ts';
import type { RouteKey } from './http-routes.ts';
import type { KeyResult } from './record-key.ts';
import { recordKey } from './record-key.ts';

/** One record of a request. */
export interface HttpRecord {
  readonly key: string;
  /** Latin1: one character per byte. */
  readonly value: string;
}

const lineTypes = new Set(['application/x-ndjson', 'application/jsonl', 'application/jsonlines']);

/** Whether the content type says that each line is a record. */
export function saysLines(contentType: string | undefined): boolean {
  return lineTypes.has((contentType ?? '').split(';', 1)[0]!.trim().toLowerCase());
}

/** Taken in one step, records of one request must not stop everything else for long. */
const maxRecords = 100_000;
/** Work per turn of the event loop. */
const turnMs = 2;

/**
 * The records of a body, all of them or the first error.
 *
 * - With `lines` every line that is not blank is a record.
 * - Else, with the key inside the record: the body is one record if it is one JSON value, however
 *   many lines it takes; otherwise each line must be one.
 * - Else the body is one record as it is: it may be binary, and hold newlines of its own.
 *
 * `givenKey` is the key of every record where it is not inside it. Yields to the event loop.
 */
export async function recordsOf(
  body: Buffer,
  lines: boolean,
  key: RouteKey,
  givenKey: string | null,
): Promise<HttpRecord[] | WeirError> {
  if (!lines) {
    const value = body.latin1Slice();
    if (key.from !== 'pointer') return [{ key: givenKey!, value }];
    const whole = recordKey(value, key.pointer, key.ascii);
    if ('key' in whole) return [{ key: whole.key, value }];
    if (body.length === 0) return emptyBody();
    const mayBeLines = whole.reject.code === notJson || whole.reject.code === tooDeep;
    if (!mayBeLines || !body.includes(10)) return whole.reject;
  }
  const records: HttpRecord[] = [];
  let until = performance.now() + turnMs;
  for (const [number, value] of linesOf(body)) {
    const result = key.from === 'pointer' ? keyOfLine(number, value, key) : { key: givenKey! };
    if ('reject' in result) return result.reject;
    if (records.push({ key: result.key, value }) > maxRecords) {
      return ingressErrors.BODY_TOO_LARGE(`more than ${maxRecords} records in one request`);
    }
    if (records.length % 32 !== 0 || performance.now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    until = performance.now() + turnMs;
  }
  return records.length === 0 ? emptyBody() : records;
}

const notJson = ingressErrors.code('RECORD_NOT_JSON');
const tooDeep = ingressErrors.code('RECORD_TOO_DEEP');

function keyOfLine(
  number: number,
  line: string,
  { pointer, ascii }: Extract<RouteKey, { from: 'pointer' }>,
): KeyResult {
  const result = recordKey(line, pointer, ascii);
  if ('key' in result) return result;
  const { code, message, hint } = result.reject;
  const told = `line ${number}: ${message}; no record of this request was taken`;
  return { reject: new WeirError(code, told, hint) };
}

function emptyBody(): WeirError {
  return ingressErrors.BAD_REQUEST('the body holds no record');
}

/** Lines that are not blank, with their numbers from 1. */
function* linesOf(body: Buffer): Generator<[number, string]> {
  for (let at = 0, number = 1; at < body.length; at++, number++) {
    // Blank lines cost no search: there may be millions of them.
    if (body[at] === 10) continue;
    if (body[at] === 13 && body[at + 1] === 10) {
      at++;
      continue;
    }
    const newline = body.indexOf(10, at);
    const end = newline === -1 ? body.length : newline;
    yield [number, body.latin1Slice(at, end)];
    at = end;
  }
}
