import { resolve } from 'node:path';
import { cliErrors } from './errors.ts';

/**
 * Where the state is: `file:` and a path, which comes back absolute (`file:/…`, as it is, never
 * percent-encoded). Throws `WEIR_CLI_USAGE`, or `WEIR_CLI_CONNECTOR` for `s3://…`.
 */
export function parseStateUrl(text: string, cwd: string): string {
  if (/^s3:/i.test(text)) {
    // Without what follows: it may hold credentials.
    throw cliErrors.CONNECTOR('state in `s3://…` arrives with the connectors');
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
