import type { WeirError } from '#protocol/errors.ts';
import { ingressErrors } from './errors.ts';
import type { RouteKey } from './http-routes.ts';
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

/**
 * The records of a body, all of them or the first error.
 *
 * - With `lines` every line that is not blank is a record.
 * - Else, with the key inside the record: the body is one record if it is one JSON value, however
 *   many lines it takes; otherwise each line must be one.
 * - Else the body is one record as it is: it may be binary, and hold newlines of its own.
 *
 * `givenKey` is the key of every record where it is not inside it.
 */
export function recordsOf(
  body: Buffer,
  lines: boolean,
  key: RouteKey,
  givenKey: string | null,
): HttpRecord[] | WeirError {
  if (key.from !== 'pointer') {
    const values = lines ? linesOf(body).map(([, line]) => line) : [body.latin1Slice()];
    if (values.length === 0) return ingressErrors.BAD_REQUEST('the body holds no record');
    return values.map((value) => ({ key: givenKey!, value }));
  }
  if (!lines) {
    const value = body.latin1Slice();
    const whole = recordKey(value, key.pointer, key.ascii);
    if ('key' in whole) return [{ key: whole.key, value }];
    const several = body.includes(10) && whole.reject.code === notJson;
    if (!several) return body.length === 0 ? emptyBody() : whole.reject;
  }
  const records: HttpRecord[] = [];
  for (const [number, value] of linesOf(body)) {
    const result = recordKey(value, key.pointer, key.ascii);
    if ('reject' in result) {
      const { code, message, hint } = result.reject;
      const make = code === notJson ? ingressErrors.RECORD_NOT_JSON : ingressErrors.KEY_MISSING;
      const maker = code === ingressErrors.code('KEY_TOO_LONG') ? ingressErrors.KEY_TOO_LONG : make;
      return maker(`line ${number}: ${message}; no record of this request was taken`, { hint });
    }
    records.push({ key: result.key, value });
  }
  return records.length === 0 ? emptyBody() : records;
}

const notJson = ingressErrors.code('RECORD_NOT_JSON');

function emptyBody(): WeirError {
  return ingressErrors.BAD_REQUEST('the body holds no record');
}

/** Lines that are not blank, with their numbers from 1. */
function linesOf(body: Buffer): [number, string][] {
  const lines: [number, string][] = [];
  for (let at = 0, number = 1; at < body.length; number++) {
    const newline = body.indexOf(10, at);
    const end = newline === -1 ? body.length : newline;
    const blank = end === at || (end === at + 1 && body[at] === 13);
    if (!blank) lines.push([number, body.latin1Slice(at, end)]);
    at = end + 1;
  }
  return lines;
}
