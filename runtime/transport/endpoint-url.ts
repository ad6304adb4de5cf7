import { isDenied } from './denied-addresses.ts';
import { transportErrors } from './errors.ts';

const placeholder = '{function.name}';
const maxCachedPaths = 1024; // types may be named by messages: the cache is bounded

/**
 * Where an endpoint's functions are. Scheme, host and port are fixed when the module is read;
 * only one percent-encoded piece of the path or query depends on the function type, so no message
 * can lead a request anywhere else.
 */
export class EndpointUrl {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string;
  /** Path of the unix socket, or null. */
  readonly socketPath: string | null;
  /** The template as it may be shown: without credentials. */
  readonly shown: string;
  /** Value of the authorization header if the template holds credentials. */
  readonly authorization: string | null;
  readonly #pieces: readonly string[];
  readonly #paths = new Map<string, string>();

  /** Throws `WEIR_TRANSPORT_BAD_URL`. */
  constructor(template: string) {
    const unix = template.startsWith('http+unix://');
    const parts = unix ? splitUnix(template) : split(template);
    this.origin = parts.origin;
    this.socketPath = parts.socketPath;
    this.shown = parts.shown;
    this.authorization = parts.authorization;
    this.#pieces = parts.target.split(placeholder);
  }

  /**
   * The request target (path and query) for a function type.
   * Throws `WEIR_TRANSPORT_BAD_FUNCTION_NAME` where no encoding is safe.
   */
  pathOf(functionType: string): string {
    if (this.#pieces.length === 1) return this.#pieces[0]!;
    const cached = this.#paths.get(functionType);
    if (cached !== undefined) return cached;
    const name = functionType.slice(functionType.lastIndexOf('/') + 1);
    const path = this.#pieces.join(encodeName(name, functionType));
    if (hasDotSegment(path)) {
      throw transportErrors.BAD_FUNCTION_NAME(
        `${JSON.stringify(functionType)} would make a segment of dots in the URL`,
      );
    }
    if (this.#paths.size >= maxCachedPaths) this.#paths.clear();
    this.#paths.set(functionType, path);
    return path;
  }
}

interface Parts {
  readonly origin: string;
  readonly socketPath: string | null;
  readonly shown: string;
  readonly authorization: string | null;
  readonly target: string;
}

function split(template: string): Parts {
  const match = /^(https?):\/\/([^/?#\\]*)(.*)$/is.exec(template);
  if (match === null) {
    throw transportErrors.BAD_URL(`${JSON.stringify(withoutCredentials(template))} is no http URL`);
  }
  const [, , authority, rest] = match as unknown as [string, string, string, string];
  if (/[{}]/.test(authority)) {
    throw transportErrors.BAD_URL(`${placeholder} may not stand in the host of ${template}`);
  }
  const shown = withoutCredentials(template);
  let url: URL;
  try {
    url = new URL(template.slice(0, template.length - rest.length));
  } catch (cause) {
    throw transportErrors.BAD_URL(`${JSON.stringify(shown)} has no valid host or port`, { cause });
  }
  if (isDenied(url.hostname)) {
    throw transportErrors.BAD_URL(
      `${JSON.stringify(shown)} is a link-local address, where no function is asked`,
    );
  }
  const authorization =
    url.username === '' && url.password === ''
      ? null
      : `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`;
  return { origin: url.origin, socketPath: null, shown, authorization, target: targetOf(rest) };
}

/** `http+unix:///run/fn.sock/path`: all up to the first `.sock` is the socket. */
function splitUnix(template: string): Parts {
  const match = /^http\+unix:\/\/(.+?\.sock)(\/.*)?$/s.exec(template);
  const socketPath = match?.[1];
  if (socketPath === undefined || socketPath.includes(placeholder)) {
    throw transportErrors.BAD_URL(
      `${JSON.stringify(template)} is not http+unix://path-to.sock/path`,
    );
  }
  const target = targetOf(match?.[2] ?? '/');
  const shared = { shown: template, authorization: null, target };
  return { origin: 'http://localhost', socketPath, ...shared };
}

/** Path and query of a template, with everything but the placeholder made safe for HTTP. */
function targetOf(rest: string): string {
  const withoutFragment = rest.split('#', 1)[0]!;
  const rooted = withoutFragment.startsWith('/') ? withoutFragment : `/${withoutFragment}`;
  return rooted
    .split(placeholder)
    .map((piece) => piece.replace(/[^\x21-\x7e]|["<>\\^`{|}]/gu, encodeCharacter))
    .join(placeholder);
}

function encodeCharacter(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${hexByte(byte)}`).join('');
}

function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function encodeName(name: string, functionType: string): string {
  if (name === '') {
    throw transportErrors.BAD_FUNCTION_NAME(`${JSON.stringify(functionType)} has an empty name`);
  }
  try {
    return encodeURIComponent(name).replace(/[!'()*]/g, encodeCharacter);
  } catch (cause) {
    throw transportErrors.BAD_FUNCTION_NAME(
      `${JSON.stringify(functionType)} is not well-formed Unicode`,
      { cause },
    );
  }
}

/** `.` and `..` climb the path, also in their percent-encoded spelling: URL parsers undo it. */
function hasDotSegment(path: string): boolean {
  return path
    .split('?', 1)[0]!
    .split('/')
    .some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}

function withoutCredentials(template: string): string {
  return template.replace(/^([a-z+]+:\/\/)[^/?#\\]*@/i, '$1');
}
