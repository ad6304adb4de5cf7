import { isKeyId } from '#protocol/signature.ts';
import { Fields } from '../fields.ts';
import { mapping, shown, whole, type Read } from '../reading.ts';
import type { SigningSpec } from '../spec.ts';
import { nonEmptyText, path, wrong } from '../values.ts';

/** The key under which endpoints hold it; Weir's own. */
export const signingKey = 'weir.signing';

/** `{keyId, privateKey}`: the private key by the path of its file, never by its text. */
export const signing: Read<SigningSpec> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['keyId', 'privateKey'], reading);
  return whole<SigningSpec>({
    keyId: fields.required('keyId', keyId),
    privateKey: fields.required('privateKey', path),
  });
};

const keyId: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value === undefined || isKeyId(value)) return value;
  const message = `\`${what}\` is ${shown(node)}`;
  return wrong('BAD_VALUE', node, message, 'up to 64 of A-Za-z0-9._-', reading);
};
