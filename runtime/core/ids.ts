import { coreErrors } from './errors.ts';

const idBytesMax = 16 << 10;

/** Throws BAD_ID for an address id that could not be stored, or would come back as another. */
export function checkId(id: string): void {
  // A code unit is at most three bytes of UTF-8.
  if (id.length * 3 <= idBytesMax && isAscii(id)) return;
  const bytes = Buffer.byteLength(id);
  if (bytes > idBytesMax) {
    throw coreErrors.BAD_ID(`an address id of ${bytes} bytes; at most ${idBytesMax} are kept`);
  }
  if (!id.isWellFormed()) {
    throw coreErrors.BAD_ID(`the address id ${JSON.stringify(id)} holds half a character`);
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
