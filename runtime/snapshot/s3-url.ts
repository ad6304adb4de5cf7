import { snapshotErrors } from './errors.ts';

/** Where a state lies in object storage, as its URL says. */
export interface S3Place {
  readonly bucket: string;
  /** Empty, or ending in `/`. */
  readonly prefix: string;
  /** Of a server that is not Amazon's; null for Amazon S3. */
  readonly endpoint: string | null;
  /** Null: as the environment says (`AWS_REGION`, the profile). */
  readonly region: string | null;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly pathStyle: boolean;
}

const parameters = ['endpoint', 'region', 'path-style'];
const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const prefixPattern = /^[A-Za-z0-9!_.*'()-]+(?:\/[A-Za-z0-9!_.*'()-]+)*$/;
const prefixBytesMax = 512;

/**
 * Reads `s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME&path-style=true|false]`. With an endpoint
 * the path style is the default, and so is the region `us-east-1`, which such servers expect.
 * Credentials never stand in the URL: they come from the environment, as every AWS tool takes them.
 * Throws `UNKNOWN_STORE`, whose text never repeats what may be a secret.
 */
export function parseS3Url(text: string): S3Place {
  const match = /^s3:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text);
  if (match === null) throw wrong('it is not `s3://bucket/prefix?endpoint=…`');
  const [, bucket = '', path = '', query = ''] = match;
  if (bucket.includes('@')) {
    throw wrong('it holds credentials; give them by environment (AWS_ACCESS_KEY_ID, …) instead');
  }
  if (!bucketPattern.test(bucket)) {
    throw wrong(`\`${bucket.slice(0, 64)}\` is not the name of a bucket`);
  }
  const folder = path.replace(/\/+$/, '');
  if (folder !== '' && (!prefixPattern.test(folder) || /(^|\/)\.{1,2}(\/|$)/.test(folder))) {
    throw wrong('its prefix may hold letters, digits, single slashes and !-_.*() only');
  }
  if (folder.length > prefixBytesMax) throw wrong(`its prefix is over ${prefixBytesMax} bytes`);
  const given = queryOf(query);
  const endpoint = endpointOf(given.get('endpoint'));
  return {
    bucket,
    prefix: folder === '' ? '' : `${folder}/`,
    endpoint,
    region: given.get('region') ?? (endpoint === null ? null : 'us-east-1'),
    pathStyle: switchOf(given.get('path-style')) ?? endpoint !== null,
  };
}

function queryOf(query: string): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!parameters.includes(name)) {
      throw wrong(`\`${name.slice(0, 64)}\` is none of its parameters (${parameters.join(', ')})`);
    }
    if (given.has(name)) throw wrong(`\`${name}\` stands twice in it`);
    if (value === '') throw wrong(`\`${name}\` has no value`);
    given.set(name, value);
  }
  return given;
}

function endpointOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw wrong('its endpoint is not a URL such as http://127.0.0.1:7070');
  }
  if (url.username !== '' || url.password !== '') throw wrong('its endpoint holds credentials');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw wrong('its endpoint has more than scheme, host and port');
  }
  return url.origin;
}

function switchOf(text: string | undefined): boolean | undefined {
  if (text === undefined || text === 'true' || text === 'false') {
    return text === undefined ? undefined : text === 'true';
  }
  throw wrong('its path-style is neither `true` nor `false`');
}

function wrong(why: string): Error {
  return snapshotErrors.UNKNOWN_STORE(`the URL of the state can't be used: ${why}`);
}
