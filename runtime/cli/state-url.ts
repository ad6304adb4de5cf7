import { resolve } from 'node:path';
import { parseS3Url } from '../snapshot/s3-url.ts';
import { messageOf } from '#protocol/errors.ts';
import { cliErrors } from './errors.ts';

/**
 * Where the state is: `file:` and a path, which comes back absolute (`file:/…`, as it is, never
 * percent-encoded), or `s3://bucket/prefix?endpoint=…`, which stays as it is. Throws
 * `WEIR_CLI_USAGE`.
 */
export function parseStateUrl(text: string, cwd: string): string {
  if (text.startsWith('s3:')) {
    checkS3Url(text);
    return text;
  }
  if (!text.startsWith('file:')) {
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
    const what = scheme === undefined ? `\`${text}\` has no scheme` : `\`${scheme}:\` is not known`;
    throw cliErrors.USAGE(`the state's URL: ${what}`, {
      hint: `Write a folder as \`file:${scheme === undefined && text !== '' ? text : './.weir'}\`.`,
    });
  }
  const path = text.slice('file:'.length);
  if (path === '' || path.includes('\0') || /^\/\/[^/]/.test(path)) {
    throw cliErrors.USAGE(`the state's URL \`${text}\` names no local folder`, {
      hint: 'Write `file:./folder`, `file:/folder` or `file:///folder`.',
    });
  }
  return `file:${resolve(cwd, path)}`;
}

function checkS3Url(text: string): void {
  try {
    parseS3Url(text);
  } catch (error) {
    throw cliErrors.USAGE(messageOf(error), {
      hint: "Write `s3://bucket/prefix`, for another server than Amazon's with `?endpoint=http://host:port`.",
    });
  }
}
