import { Lexer, LineCounter, Parser, type CST } from 'yaml';
import type { Mistakes } from './mistakes.ts';

export const fileBytesMax = 1 << 20;
/** Ten times what a large module of real components has in 1 MiB of text is still refused fast. */
const lexemesMax = 400_000;
const depthMax = 64;

interface YamlTokens {
  readonly tokens: readonly CST.Token[];
  readonly lines: LineCounter;
}

/**
 * The tokens of a text that is safe to compose, or null with a mistake. Composing recurses, and
 * deep nesting ends in a stack overflow inside the YAML library; parsing nested brackets takes
 * quadratic time. Both are looked for before, without recursion and in linear time.
 */
export function tokenize(text: string, mistakes: Mistakes): YamlTokens | null {
  const start = { line: 1, column: 1 };
  const lines = new LineCounter();
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  let lexemes = 0;
  let brackets = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > lexemesMax) {
      mistakes.add('TOO_LARGE', start, `the file has more than ${lexemesMax} YAML tokens`);
      return null;
    }
    if (lexeme === '[' || lexeme === '{') brackets++;
    else if (lexeme === ']' || lexeme === '}') brackets = Math.max(0, brackets - 1);
    if (brackets > depthMax) {
      mistakes.add('TOO_DEEP', start, `brackets are nested more than ${depthMax} deep`);
      return null;
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  for (const token of tokens) {
    const deep = token.type === 'document' ? tooDeepAt(token) : null;
    if (deep !== null) {
      const { line, col } = lines.linePos(deep);
      const at = { line, column: col };
      mistakes.add('TOO_DEEP', at, `values are nested more than ${depthMax} deep`);
      return null;
    }
  }
  return { tokens, lines };
}

/** The offset of the first token found deeper than allowed, or null. */
function tooDeepAt(document: CST.Document): number | null {
  const open: { token: CST.Token | null | undefined; depth: number }[] = [
    { token: document.value, depth: 1 },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (!token) continue;
    if (depth > depthMax) return token.offset;
    if (!('items' in token)) continue;
    for (const item of token.items) {
      open.push({ token: item.key, depth: depth + 1 }, { token: item.value, depth: depth + 1 });
    }
  }
  return null;
}
