import { keyGroups } from './cut.ts';

/** 32-bit FNV-1a over the UTF-16 code units of an address id. */
export function hashId(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The key group of the address whose id has this hash: 0 to 127. */
export function groupOfHash(hash: number): number {
  const folded = hash ^ (hash >>> 15);
  return (folded ^ (folded >>> 7)) & (keyGroups - 1);
}
