import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Schema,
  type Document,
  type LineCounter,
  type ParsedNode,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { interpolate, type ValueSources } from './interpolate.ts';
import { quoted, visible, type Mistakes, type Position } from './mistakes.ts';
import type { BrokenTree, DocumentTree, Entry, Tree } from './tree.ts';
import { tokenize } from './yaml-limits.ts';

/**
 * Nodes that aliases may add to a file. Real files repeat a short list of targets; nine levels of
 * nine aliases ("billion laughs") would add 10^9.
 */
const aliasedNodesMax = 10_000;

const schema = new Schema({ schema: 'core', merge: false, resolveKnownTags: false });
const coreTag = /^(!|tag:yaml\.org,2002:(str|int|float|bool|null|map|seq))$/;

type AnyDocument = Document.Parsed<ParsedNode, boolean>;

/** The documents of a YAML stream, in order; everything that is wrong with it goes to `mistakes`. */
export function readDocuments(
  text: string,
  sources: ValueSources,
  mistakes: Mistakes,
): DocumentTree[] {
  const limit = Error.stackTraceLimit;
  // A mistake of the YAML library is an Error; collecting a stack for each of a million takes 10 s.
  Error.stackTraceLimit = 0;
  try {
    const yaml = tokenize(text, mistakes);
    if (yaml === null) return [];
    // `uniqueKeys` compares every key with every other; the conversion below uses a map instead.
    const composer = new Composer({
      schema,
      uniqueKeys: false,
      prettyErrors: false,
    });
    const documents = [...composer.compose(yaml.tokens, false, text.length)];
    const conversion = new Conversion(yaml.lines, sources, mistakes);
    if (documents.length === 0) conversion.report(composer.streamInfo().errors);
    return documents.map((document) => conversion.convert(document));
  } finally {
    Error.stackTraceLimit = limit;
  }
}

class Conversion {
  readonly #lines: LineCounter;
  readonly #sources: ValueSources;
  readonly #mistakes: Mistakes;
  #anchors = new Map<string, Tree | 'open'>();
  #aliasedNodes = 0;

  constructor(lines: LineCounter, sources: ValueSources, mistakes: Mistakes) {
    this.#lines = lines;
    this.#sources = sources;
    this.#mistakes = mistakes;
  }

  convert(document: AnyDocument): DocumentTree {
    this.#anchors = new Map();
    const tags = document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED');
    const damaged = this.report([...document.errors, ...tags]) > 0;
    const { contents } = document as { contents: ParsedNode | null };
    const empty = contents === null || (isScalar(contents) && isEmpty(contents));
    return { root: empty ? null : this.#node(contents), damaged };
  }

  /** Returns how many of the errors are mistakes of syntax. */
  report(errors: readonly YAMLError[]): number {
    let syntax = 0;
    let lastOffset = -1;
    for (const error of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
      // One place, one mistake: what follows from it only confuses.
      if (error.pos[0] === lastOffset) continue;
      lastOffset = error.pos[0];
      const tag = error.code === 'TAG_RESOLVE_FAILED';
      if (!tag) syntax++;
      const message = visible(error.message.replace(/\s+/g, ' ').slice(0, 200));
      this.#mistakes.add(tag ? 'TAG' : 'SYNTAX', this.#at(error.pos[0]), message);
    }
    return syntax;
  }

  #at(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #broken(at: Position): BrokenTree {
    return { type: 'broken', at, size: 1 };
  }

  #node(node: ParsedNode): Tree {
    const at = this.#at(node.range[0]);
    if (isAlias(node)) return this.#alias(node.source, at);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, 'open');
    // An unknown tag has a mistake already; without it the value means something else.
    const known = node.tag === undefined || coreTag.test(node.tag);
    const tree = known ? this.#content(node, at) : this.#broken(at);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, tree);
    return tree;
  }

  #content(node: ParsedNode, at: Position): Tree {
    if (isMap(node)) return this.#mapping(node, at);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#node(item));
      return { type: 'list', items, at, size: items.reduce((sum, { size }) => sum + size, 1) };
    }
    const value: unknown = isScalar(node) ? node.value : null;
    if (typeof value === 'string') {
      const replaced = interpolate(value, at, this.#sources, this.#mistakes);
      if (replaced === null) return this.#broken(at);
      return { type: 'scalar', value: replaced.text, secret: replaced.secret, at, size: 1 };
    }
    const plain = typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { type: 'scalar', value: plain, secret: false, at, size: 1 };
  }

  #mapping(map: YAMLMap<ParsedNode, ParsedNode | null>, at: Position): Tree {
    const entries = new Map<string, Entry>();
    let size = 1;
    for (const { key, value } of map.items) {
      const keyAt = this.#at(key.range[0]);
      const name = isScalar(key) ? String(key.value) : null;
      const tree = value === null ? this.#empty(keyAt) : this.#node(value);
      size += 1 + tree.size;
      if (name === null) {
        this.#mistakes.add('WRONG_TYPE', keyAt, 'a key is not plain text', {
          expected: 'a name',
        });
      } else if (name === '<<') {
        this.#mistakes.add('MERGE_KEY', keyAt, 'merge keys (`<<`) are not supported');
      } else if (entries.has(name)) {
        const first = entries.get(name)!.at;
        const message = `the key ${quoted(name)} is here a second time`;
        const hint = `Remove one; the first, which was read, is in line ${first.line}.`;
        this.#mistakes.add('DUPLICATE_KEY', keyAt, message, { hint });
      } else {
        entries.set(name, { at: keyAt, value: tree });
      }
    }
    return { type: 'mapping', entries, at, size };
  }

  #empty(at: Position): Tree {
    return { type: 'scalar', value: null, secret: false, at, size: 1 };
  }

  #alias(name: string, at: Position): Tree {
    const target = this.#anchors.get(name);
    if (target === undefined || target === 'open') {
      const why = target === 'open' ? 'contains itself' : 'has no anchor before it';
      this.#mistakes.add('ALIAS', at, `the alias ${quoted(`*${name}`)} ${why}`);
      return this.#broken(at);
    }
    if (this.#aliasedNodes > aliasedNodesMax) return this.#broken(at);
    this.#aliasedNodes += target.size;
    if (this.#aliasedNodes <= aliasedNodesMax) return target;
    const message = `aliases up to ${quoted(`*${name}`)} add more than ${aliasedNodesMax} values`;
    this.#mistakes.add('ALIAS_EXPLOSION', at, message);
    return this.#broken(at);
  }
}

function isEmpty(scalar: { source?: string; value: unknown }): boolean {
  return scalar.value === null && (scalar.source ?? '') === '';
}
