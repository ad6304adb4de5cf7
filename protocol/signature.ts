/**
 * Signed requests: a function that knows the runtime's public key answers nobody else.
 *
 * The header `weir-signature: v1 KEY TIME SIGNATURE` holds the id of the key, the time of signing
 * (milliseconds since 1970), and the Ed25519 signature (RFC 8032, base64) of the lines
 *
 *     v1
 *     POST
 *     <path and query, as they stand in the request line>
 *     <TIME>
 *     <SHA-256 of the body, hex>
 *
 * Two keys may be known at a time, so that one can take the place of the other without a pause. A
 * request that is sent again within the window is answered again: functions tolerate that anyway.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

export const signatureHeader = 'weir-signature';
/** How far the clocks of the two sides may differ, and how long a signature is good. */
export const signatureWindowMs = 300_000;
const version = 'v1';
const keyIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** Whether `text` can be the id of a key. */
export function isKeyId(text: string): boolean {
  return keyIdPattern.test(text);
}

/** Signs requests with one key. */
export class RequestSigner {
  readonly #keyId: string;
  readonly #key: KeyObject;

  /** `privateKey`: PEM (PKCS #8) of an Ed25519 key. Throws an `Error` that says what it is instead. */
  constructor(keyId: string, privateKey: string) {
    if (!isKeyId(keyId))
      throw new Error('the id of the key has other characters than A-Za-z0-9._-');
    this.#keyId = keyId;
    this.#key = ed25519(createPrivateKey(privateKey));
  }

  /** The value of the header for a POST to `path` (path and query). */
  sign(path: string, body: Uint8Array, nowMs: number): string {
    const time = String(Math.round(nowMs));
    const signature = sign(null, signedText(path, time, body), this.#key);
    return [version, this.#keyId, time, signature.toString('base64')].join(' ');
  }
}

/** Checks requests against the public keys that are trusted. */
export class SignatureCheck {
  readonly #keys: ReadonlyMap<string, KeyObject>;

  /** PEM (SPKI) of Ed25519 keys by id. Throws an `Error` that says which is none. */
  constructor(publicKeys: Readonly<Record<string, string>>) {
    this.#keys = new Map(
      Object.entries(publicKeys).map(([id, pem]) => {
        if (!isKeyId(id)) throw new Error(`${JSON.stringify(id)} is no id of a key`);
        return [id, ed25519(createPublicKey(pem))];
      }),
    );
    if (this.#keys.size === 0) throw new Error('no key is trusted, so nobody could be answered');
  }

  /** Null if the request is signed by a trusted key, else what is wrong with it. */
  faultOf(
    header: string | undefined,
    path: string,
    body: Uint8Array,
    nowMs: number,
  ): string | null {
    if (header === undefined) return 'it is not signed';
    const [found = '', keyId = '', time = '', signature = '', ...rest] = header.split(' ');
    if (found !== version || rest.length > 0 || !/^\d{1,15}$/.test(time)) {
      return 'its signature is malformed';
    }
    const key = this.#keys.get(keyId);
    if (key === undefined) return 'it is signed with a key that is not trusted';
    if (Math.abs(nowMs - Number(time)) > signatureWindowMs) {
      return 'its signature is too old, or the clocks differ by more than five minutes';
    }
    const bytes = Buffer.from(signature, 'base64');
    const good = verify(null, signedText(path, time, body), key, bytes);
    return good ? null : 'its signature is not that of this path and body';
  }
}

function signedText(path: string, time: string, body: Uint8Array): Buffer {
  const digest = createHash('sha256').update(body).digest('hex');
  return Buffer.from([version, 'POST', path, time, digest].join('\n'));
}

function ed25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new Error(`the key is ${key.asymmetricKeyType ?? 'of another kind'}, not Ed25519`);
}
