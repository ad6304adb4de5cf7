import { quoted, type Position } from './mistakes.ts';
import { nearest } from './nearest.ts';
import type { Read, Reading } from './reading.ts';
import type { Entry, MapTree, Tree } from './tree.ts';

/**
 * The keys of a mapping, strictly: a key that is not known is a mistake at once. If it looks like
 * one that is not there, its value is read as that one, so that the mistakes in it are named too
 * and nothing is called missing that was only misspelled.
 */
export class Fields {
  readonly at: Position;
  readonly #what: string;
  readonly #reading: Reading;
  readonly #entries: Map<string, Entry>;

  /** `what` names the mapping in messages, e.g. `spec` or `topics[0]`. */
  constructor(map: MapTree, what: string, known: readonly string[], reading: Reading) {
    this.at = map.at;
    this.#what = what;
    this.#reading = reading;
    this.#entries = new Map(map.entries);
    for (const [key, entry] of map.entries) {
      if (!known.includes(key)) this.#unknown(key, entry, known);
    }
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  node(key: string): Tree | undefined {
    return this.#entries.get(key)?.value;
  }

  /** The position of a key, or of the mapping if it is not there. */
  positionOf(key: string): Position {
    return this.#entries.get(key)?.at ?? this.at;
  }

  required<T>(key: string, read: Read<T>): T | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) return read(entry.value, key, this.#reading);
    if (!this.#reading.damaged) {
      const message = `${this.#what} has no \`${key}\``;
      this.#reading.mistakes.add('MISSING_KEY', this.at, message);
    }
    return undefined;
  }

  optional<T, D>(key: string, fallback: D, read: Read<T>): T | D | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined ? fallback : read(entry.value, key, this.#reading);
  }

  #unknown(key: string, entry: Entry, known: readonly string[]): void {
    const free = known.filter((name) => !this.#entries.has(name));
    const full = this.#reading.mistakes.full;
    const meant = full ? null : nearest(key, free);
    // A near key that is there already explains the mistake too, but its value was read.
    const similar = full ? null : (meant ?? nearest(key, known));
    // In damaged YAML a key may only have slipped out of its place.
    if (similar === null && this.#reading.damaged) return;
    const expected = known.length === 0 ? 'no keys' : known.map((name) => `\`${name}\``).join(', ');
    const message = `${this.#what} has an unknown key ${quoted(key)}`;
    this.#reading.mistakes.add('UNKNOWN_KEY', entry.at, message, {
      expected: similar === null ? expected : `\`${similar}\``,
      ...(similar === null ? {} : { hint: `Did you mean \`${similar}\`? Known: ${expected}.` }),
    });
    if (meant !== null) this.#entries.set(meant, entry);
  }
}
