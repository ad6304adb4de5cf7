import { quoted } from './mistakes.ts';
import { nearest } from './nearest.ts';

const nameVariable = '{function.name}';

/**
 * Why a text is no URL template of an endpoint, or null if it is one. The rules keep a function
 * type, which may come from a message, from choosing where requests go: scheme, user, host and
 * port are literal, and the variable stands in the path or the query, where the transport puts
 * the percent-encoded name.
 */
export function urlTemplateFault(template: string): string | null {
  if (/[\p{C}\s\\]/u.test(template)) {
    return 'has white space, control characters or a backslash';
  }
  const variables = variableFault(template);
  if (variables !== null) return variables;
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(template);
  if (parts === null) return 'has no scheme and host';
  const [, scheme = '', authority = '', rest = ''] = parts;
  if (!['http', 'https', 'http+unix'].includes(scheme.toLowerCase())) {
    return 'has another scheme than http, https or http+unix';
  }
  if (rest.includes('#')) return 'has a fragment (`#`), which is never sent';
  return scheme.toLowerCase() === 'http+unix'
    ? socketFault(authority, rest)
    : hostFault(scheme, authority, rest);
}

function variableFault(template: string): string | null {
  for (const [found] of template.matchAll(/\{[^{}]*\}?|\}/g)) {
    if (found === nameVariable) continue;
    const near = nearest(found, [nameVariable]);
    const suggestion = near === null ? `the only one is ${nameVariable}` : `did you mean ${near}?`;
    return `has an unknown variable ${quoted(found)}: ${suggestion}`;
  }
  return null;
}

function hostFault(scheme: string, authority: string, rest: string): string | null {
  if (authority.includes('{')) return `has ${nameVariable} in its host or port`;
  if (authority.includes('@')) return 'has a user or password, which are never sent';
  if (authority === '' || authority.startsWith(':')) return 'has no host';
  const url = `${scheme}://${authority}${rest.replaceAll(nameVariable, 'name')}`;
  if (!URL.canParse(url)) return 'has a malformed host or port';
  if (dotSegment(rest)) return 'has `.` or `..` segments in its path';
  return null;
}

/** `http+unix:///run/functions.sock/path`: the socket ends at `.sock`. */
function socketFault(authority: string, rest: string): string | null {
  if (authority !== '') return 'has a host before the path of its socket (`http+unix:///…`)';
  const end = rest.search(/\.sock(\/|$)/);
  if (end < 0) return 'has no socket: the path of a file that ends in `.sock`';
  if (rest.slice(0, end).includes('{')) return `has ${nameVariable} in the path of its socket`;
  return dotSegment(rest) ? 'has `.` or `..` segments in its path' : null;
}

function dotSegment(rest: string): boolean {
  const [path = ''] = rest.split('?');
  return path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}
