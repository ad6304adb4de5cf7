import { dirname, resolve } from 'node:path';
import { eachComponent } from './components.ts';
import { crossCheck } from './cross-checks.ts';
import { kinds } from './kinds.ts';
import { Mistakes, type Mistake } from './mistakes.ts';
import { absolutePath, emptyFacts, type RawComponent, type Reading } from './reading.ts';
import { findSecrets } from './redact.ts';
import type { EgressSpec, EmbeddedSpec, EndpointSpec, IngressSpec, ModuleSpec } from './spec.ts';
import { readDocuments } from './yaml-documents.ts';
import { fileBytesMax } from './yaml-limits.ts';

export interface ParseOptions {
  /** The path of the module file: relative paths in it start at its folder. */
  readonly file: string;
  /** For `${env:…}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For `${file:…}`: the text of a file by its absolute path; throws if it can't be read. */
  readonly readFile: (path: string) => string;
  /** Whether a path is an existing folder; by default none is, unless it ends with `/`. */
  readonly isFolder?: (path: string) => boolean;
}

export type ParseResult =
  | { readonly ok: true; readonly module: ModuleSpec }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/**
 * Reads a module file. Either everything in it is right and known, or every mistake is named, with
 * its position, in the order of the file. Never throws, and touches nothing but `readFile` and
 * `isFolder`.
 */
export function parseModule(text: string, options: ParseOptions): ParseResult {
  const mistakes = new Mistakes();
  const module = readModule(text, options, mistakes);
  if (mistakes.count > 0 || module === null) return { ok: false, mistakes: mistakes.list() };
  return { ok: true, module };
}

/** What is said of a file that is too large to be looked at. */
export function tooLarge(bytes: number): ParseResult {
  const mistakes = new Mistakes();
  addTooLarge(bytes, mistakes);
  return { ok: false, mistakes: mistakes.list() };
}

function addTooLarge(bytes: number, mistakes: Mistakes): void {
  const message = `the file has ${bytes} bytes`;
  const expected = `at most ${fileBytesMax}`;
  mistakes.add('TOO_LARGE', { line: 1, column: 1 }, message, { expected });
}

function readModule(text: string, options: ParseOptions, mistakes: Mistakes): ModuleSpec | null {
  const start = { line: 1, column: 1 };
  const bytes = Buffer.byteLength(text);
  if (bytes > fileBytesMax) {
    addTooLarge(bytes, mistakes);
    return null;
  }
  const file = resolve(options.file);
  const folder = dirname(file);
  const filesRead = new Set<string>();
  const sources = {
    ...options,
    resolvePath: (path: string) => absolutePath(path, folder),
    readFile: (path: string) => {
      const text = options.readFile(path); // throws for a password that is tried as a path
      filesRead.add(path);
      return text;
    },
  };
  const documents = readDocuments(text, sources, mistakes);
  if (documents.every(({ root }) => root === null)) {
    if (mistakes.count === 0) mistakes.add('EMPTY', start, 'the file holds no component');
    return null;
  }
  const reading: Reading = {
    mistakes,
    facts: emptyFacts(),
    folder,
    readFile: (path) => sources.readFile(sources.resolvePath(path)),
    isFolder: options.isFolder ?? (() => false),
    secrets: new Set(),
    counts: new Map(),
    unknownKinds: 0,
    damaged: false,
  };
  const parts = new Parts();
  eachComponent(documents, reading, (raw) => parts.add(raw, reading));
  crossCheck(reading);
  const damaged = documents.some((document) => document.damaged);
  if (!damaged && reading.unknownKinds === 0) parts.checkComplete(mistakes);
  return parts.module(file, reading.secrets, [...filesRead]);
}

class Parts {
  readonly #endpoints: EndpointSpec[] = [];
  readonly #embedded: EmbeddedSpec[] = [];
  readonly #ingresses: IngressSpec[] = [];
  readonly #egresses: EgressSpec[] = [];
  /** Also of components that have mistakes. */
  readonly #roles = new Set<string>();

  add(raw: RawComponent, reading: Reading): void {
    const kind = kinds.get(raw.kind)!;
    this.#roles.add(kind.role);
    if (kind.role === 'endpoint') push(this.#endpoints, kind.read(raw, reading));
    else if (kind.role === 'embedded') push(this.#embedded, kind.read(raw, reading));
    else if (kind.role === 'ingress') push(this.#ingresses, kind.read(raw, reading));
    else push(this.#egresses, kind.read(raw, reading));
  }

  checkComplete(mistakes: Mistakes): void {
    const start = { line: 1, column: 1 };
    const roles = this.#roles;
    // Nothing could be told apart: other mistakes say why.
    if (roles.size === 0) return;
    if (!roles.has('ingress')) {
      mistakes.add('INCOMPLETE', start, 'the module has no ingress, so nothing would ever come in');
    }
    if (!roles.has('endpoint') && !roles.has('embedded')) {
      mistakes.add('INCOMPLETE', start, 'the module has no endpoint, so nothing serves functions');
    }
  }

  module(file: string, secrets: ReadonlySet<unknown>, filesRead: readonly string[]): ModuleSpec {
    const parts = {
      endpoints: this.#endpoints,
      embedded: this.#embedded,
      ingresses: this.#ingresses,
      egresses: this.#egresses,
    };
    return { file, ...parts, secretPaths: findSecrets(parts, secrets), filesRead };
  }
}

function push<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}
