import type { IncomingHttpHeaders } from 'node:http';

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Whether the name in a Host header can only be this machine. */
export function isLoopbackHost(host: string): boolean {
  return loopbackHost.test(host);
}

/**
 * Where a request comes from, if that is a web page of another site; null if not. A page can send
 * requests to any address that its browser reaches, this machine's loopback too; browsers name the
 * page in the header Origin.
 */
export function foreignPage({ host, origin }: IncomingHttpHeaders): string | null {
  if (origin === undefined || URL.parse(origin)?.host === host) return null;
  return origin;
}
