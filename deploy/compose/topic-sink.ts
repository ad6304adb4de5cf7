import type { IngressMessage, IngressSink } from '#runtime/ports/ingress.ts';
import type { TopicFolder } from './topic-folder.ts';

/** Unread bytes beyond which a topic is not read on: the folders lie in memory. */
const unreadBytesMax = 48 * 1024 * 1024;

/** Takes the records of topics into their folders; the type of a message names its folder. */
export class TopicSink implements IngressSink {
  readonly #folders: ReadonlyMap<string, TopicFolder>;
  /** How far a folder was read by whoever follows it. */
  readonly read = new Map<string, number>();
  #opened = Promise.withResolvers<void>();
  #full = false;

  constructor(folders: ReadonlyMap<string, TopicFolder>) {
    this.#folders = folders;
  }

  accept(messages: readonly IngressMessage[]): void {
    for (const { type, typename, value } of messages) {
      const json = typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value);
      const text = json.toString('utf8');
      // A record with an end of line in it would be two lines, and both unreadable.
      const line = text.includes('\n') ? text.replaceAll('\n', ' ') : text;
      const wrapped = typename === '' ? line : `{"typename":"${typename}","json":${line}}`;
      this.#folders.get(type)!.append(wrapped);
    }
  }

  /** Lets out what was taken, removes what was read, and says whether there is room for more. */
  tidy(): void {
    let unread = 0;
    for (const [name, folder] of this.#folders) {
      folder.flush();
      const position = this.read.get(name);
      if (position === undefined) continue;
      folder.removeBefore(position);
      unread = Math.max(unread, folder.end - position);
    }
    const full = unread > unreadBytesMax;
    if (full === this.#full) return;
    this.#full = full;
    if (full) this.#opened = Promise.withResolvers();
    else this.#opened.resolve();
  }

  get full(): boolean {
    return this.#full;
  }

  whenOpen(): Promise<void> {
    return this.#full ? this.#opened.promise : Promise.resolve();
  }

  knows(type: string): boolean {
    return this.#folders.has(type);
  }

  functionTypes(): readonly string[] {
    return [...this.#folders.keys()];
  }

  giveUp(): boolean {
    return false;
  }

  offer(): never {
    throw new Error('topics offer nothing');
  }

  durable(): Promise<void> {
    return Promise.resolve();
  }
}
