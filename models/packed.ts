/** Arrays of numbers in an artifact: base64 of their little-endian bytes. */
import { modelsErrors } from './errors.ts';

type Packable = Int16Array | Uint16Array | Float32Array;

export function packed(arrays: readonly Packable[]): string {
  const views = arrays.map((of) => Buffer.from(of.buffer, of.byteOffset, of.byteLength));
  return Buffer.concat(views).toString('base64');
}

/** An aligned buffer of exactly `bytes` bytes. Throws WEIR_MODELS_BAD_ARTIFACT, naming `where`. */
export function unpacked(text: unknown, bytes: number, where: string): ArrayBuffer {
  const found = Buffer.from(typeof text === 'string' ? text : '', 'base64');
  if (found.length !== bytes) {
    throw modelsErrors.BAD_ARTIFACT(`${where}: ${found.length} bytes where ${bytes} belong`);
  }
  return Uint8Array.from(found).buffer;
}
