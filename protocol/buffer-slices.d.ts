/**
 * Methods of Node's Buffer that its type package leaves out. They skip the argument checks of
 * `toString` and `write`, which on short values cost more than the copy itself.
 */
export {};

declare global {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- must match the declaration it extends
  interface Buffer<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike> {
    latin1Slice(start?: number, end?: number): string;
    utf8Slice(start?: number, end?: number): string;
    latin1Write(text: string, offset: number, length: number): number;
    utf8Write(text: string, offset: number, length: number): number;
  }
}
