import { isUtf8 } from 'node:buffer';

/** The built-in string type: a protobuf message whose field 1 is the text. */
const stringType = 'io.statefun.types/string';

/** How the lines of a typename look. */
interface LineForm {
  /** What each of them begins with. */
  readonly start: string;
  readonly json: boolean;
}

/** Tells which typenames hold JSON, by exact name or `namespace/*`. */
export class JsonTypes {
  readonly #names = new Set<string>();
  readonly #namespaces = new Set<string>();
  readonly #known = new Map<string, LineForm>();

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      if (pattern.endsWith('/*')) this.#namespaces.add(pattern.slice(0, -2));
      else this.#names.add(pattern);
    }
  }

  formOf(typename: string): LineForm {
    let known = this.#known.get(typename);
    if (known === undefined) {
      const namespace = typename.slice(0, typename.lastIndexOf('/'));
      const json = this.#names.has(typename) || this.#namespaces.has(namespace);
      known = { start: `{"typename":${JSON.stringify(typename)},`, json };
      // Functions choose typenames: what is remembered of them is bounded.
      if (this.#known.size < 1000) this.#known.set(typename, known);
    }
    return known;
  }
}

/**
 * The line of a record, with its newline: `{"typename":…,"json":…}` if the value is text or JSON
 * that can stand on one line as it is, else `{"typename":…,"value":"<base64>"}`. It depends on
 * nothing but its arguments: a record that is published again gives the same bytes.
 */
export function recordLine(typename: string, value: Uint8Array, jsonTypes: JsonTypes): string {
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.length);
  const { start, json: isJson } = jsonTypes.formOf(typename);
  const json = typename === stringType ? textAsJson(bytes) : isJson ? jsonOf(bytes) : null;
  if (json !== null) return `${start}"json":${json}}\n`;
  return `${start}"value":"${bytes.toString('base64')}"}\n`;
}

/** The value's own text, if it is one JSON text on one line. */
function jsonOf(bytes: Buffer): string | null {
  if (!isUtf8(bytes)) return null;
  const text = bytes.toString('utf8');
  if (text.includes('\n') || text.includes('\r')) return null;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}

/** The text of a StringWrapper in its only canonical form, as a JSON string. */
function textAsJson(bytes: Buffer): string | null {
  if (bytes.length === 0) return '""';
  if (bytes[0] !== 0x0a) return null;
  let [length, scale, at] = [0, 1, 1];
  for (; at < bytes.length && at <= 5; at++, scale *= 128) {
    length += (bytes[at]! & 127) * scale;
    if (bytes[at]! < 128) break;
  }
  const text = bytes.subarray(at + 1);
  if (text.length !== length || length === 0 || !isUtf8(text)) return null;
  return JSON.stringify(text.toString('utf8'));
}
