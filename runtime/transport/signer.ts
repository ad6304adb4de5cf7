import { readFileSync } from 'node:fs';
import { messageOf } from '#protocol/errors.ts';
import { RequestSigner } from '#protocol/signature.ts';
import { transportErrors } from './errors.ts';

/** The signer of an endpoint's requests. Throws BAD_CERTIFICATE, which never repeats the key. */
export function signerOf(key: {
  readonly keyId: string;
  /** PEM file. */
  readonly privateKey: string;
}): RequestSigner {
  try {
    return new RequestSigner(key.keyId, readFileSync(key.privateKey, 'utf8'));
  } catch (error) {
    const reason = `the key ${key.keyId} for signing, ${key.privateKey}: ${messageOf(error)}`;
    throw transportErrors.BAD_CERTIFICATE(reason, { cause: error });
  }
}
