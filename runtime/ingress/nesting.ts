/** Parsing takes much longer for each level: 32 MiB of `[` would stop the event loop for seconds. */
const maxDepth = 512;
/** What is shorter is parsed in milliseconds, however deep it is. */
const harmlessBytes = 16 * 1024;

const [quote, backslash] = [0x22, 0x5c];

/** Whether a JSON text, one byte a character, is large and nested too deeply to be parsed. */
export function isTooDeep(latin1: string): boolean {
  if (latin1.length <= harmlessBytes) return false;
  let depth = 0;
  for (let at = 0; at < latin1.length; at++) {
    const code = latin1.charCodeAt(at);
    // `[` and `{`, `]` and `}` differ in one bit.
    if ((code | 0x20) === 0x7b) {
      if (++depth > maxDepth) return true;
    } else if ((code | 0x20) === 0x7d) depth--;
    else if (code === quote) at = endOfString(latin1, at);
  }
  return false;
}

function endOfString(latin1: string, start: number): number {
  for (let at = start + 1; ;) {
    const end = latin1.indexOf('"', at);
    if (end === -1) return latin1.length;
    let escapes = 0;
    while (latin1.charCodeAt(end - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return end;
    at = end + 1;
  }
}
