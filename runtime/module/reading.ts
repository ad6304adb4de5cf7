import { resolve } from 'node:path';
import { quoted, type Mistakes, type Position } from './mistakes.ts';
import type { ListTree, MapTree, ScalarTree, Tree } from './tree.ts';

/** What a component claims for itself, for the checks across components. */
export interface Claim {
  readonly at: Position;
  /** As messages may show it. */
  readonly shown: string;
}

export interface PortClaim extends Claim {
  readonly host: string;
  readonly port: number;
}

/**
 * Facts are noted while they are read, so that a component with a mistake still takes part in the
 * checks across components: no mistake hides another.
 */
interface Facts {
  readonly patterns: (Claim & { readonly pattern: string })[];
  readonly targets: (Claim & { readonly functionType: string })[];
  readonly ingressIds: (Claim & { readonly id: string })[];
  readonly egressIds: (Claim & { readonly id: string })[];
  /** Egresses that take what is given up; of a Kafka egress with a topic. */
  readonly deadLetters: (Claim & { readonly egress: string; readonly hasTopic: boolean })[];
  /** Ids of the egresses whose records name a topic. */
  readonly topicEgresses: Set<string>;
  /** Egresses whose records name a stream. */
  readonly streamEgresses: Set<string>;
  readonly egressPaths: (Claim & { readonly path: string })[];
  readonly ports: PortClaim[];
}

/** What readers share while one file is read. */
export interface Reading {
  readonly mistakes: Mistakes;
  readonly facts: Facts;
  /** The folder of the module file, absolute. */
  readonly folder: string;
  readonly readFile: (path: string) => string;
  readonly isFolder: (path: string) => boolean;
  /** Every value that came from outside, in the form in which the spec holds it. */
  readonly secrets: Set<string | number>;
  /** How many components of a kind were read, for the ids of those that have none. */
  readonly counts: Map<string, number>;
  /** How many components have a kind that nobody knows: they may be what seems to be missing. */
  unknownKinds: number;
  /** True in a document whose YAML is damaged: what is missing there may only be unread. */
  damaged: boolean;
}

export function emptyFacts(): Facts {
  return {
    patterns: [],
    targets: [],
    ingressIds: [],
    egressIds: [],
    deadLetters: [],
    topicEgresses: new Set(),
    streamEgresses: new Set(),
    egressPaths: [],
    ports: [],
  };
}

/** A component of either format, before its kind reads it. */
export interface RawComponent {
  /** As written, or as meant where it was misspelled. */
  readonly kind: string;
  readonly at: Position;
  readonly spec: MapTree;
}

/**
 * Turns a node into a value, or notes a mistake and returns undefined. `what` names the value in
 * messages, e.g. `port`.
 */
export type Read<T> = (node: Tree, what: string, reading: Reading) => T | undefined;

/** A value as a message may show it: never what came from outside the file. */
export function shown(node: Tree): string {
  if (node.type !== 'scalar') return `a ${node.type}`;
  if (node.secret) return 'the hidden value of a `${…}`';
  return typeof node.value === 'string' ? quoted(node.value) : `\`${node.value}\``;
}

/** Notes that a value has the wrong type; says nothing about a broken one. */
export function wrongType(node: Tree, what: string, expected: string, reading: Reading): undefined {
  if (
    node.type === 'broken' ||
    (reading.damaged && node.type === 'scalar' && node.value === null)
  ) {
    return undefined;
  }
  const empty = node.type === 'scalar' && node.value === null;
  const message = empty ? `\`${what}\` is empty` : `\`${what}\` is ${shown(node)}`;
  reading.mistakes.add('WRONG_TYPE', node.at, message, { expected });
  return undefined;
}

/** Remembers that a value came from outside, and returns it. */
export function keep<T extends string | number>(node: Tree, value: T, reading: Reading): T {
  if (node.type === 'scalar' && node.secret) reading.secrets.add(value);
  return value;
}

export function mapping(node: Tree, what: string, reading: Reading): MapTree | undefined {
  return node.type === 'mapping' ? node : wrongType(node, what, 'a mapping', reading);
}

export function list(node: Tree, what: string, reading: Reading): ListTree | undefined {
  return node.type === 'list' ? node : wrongType(node, what, 'a list', reading);
}

export function scalar(
  node: Tree,
  what: string,
  expected: string,
  reading: Reading,
): ScalarTree | undefined {
  return node.type === 'scalar' ? node : wrongType(node, what, expected, reading);
}

/** A list of at least `min` values; those that can't be read are left out, with a mistake. */
export function listOf<T>(read: Read<T>, min = 0): Read<T[]> {
  return (node, what, reading) => {
    const tree = list(node, what, reading);
    if (tree === undefined) return undefined;
    if (tree.items.length < min) {
      reading.mistakes.add('BAD_VALUE', tree.at, `\`${what}\` is empty`, {
        expected: 'at least one',
      });
      return undefined;
    }
    const values = tree.items.map((item, i) => read(item, `${what}[${i}]`, reading));
    return values.every((value) => value !== undefined) ? values : undefined;
  };
}

/** The object, if every part of it could be read. */
export function whole<T extends object>(parts: { [K in keyof T]: T[K] | undefined }):
  T | undefined {
  return Object.values(parts).includes(undefined) ? undefined : (parts as T);
}

/** A path as it stands in the file, absolute; a `/` at the end stays: it says "a folder". */
export function absolutePath(path: string, folder: string): string {
  const absolute = resolve(folder, path);
  return /[/\\]$/.test(path) && !absolute.endsWith('/') ? `${absolute}/` : absolute;
}
