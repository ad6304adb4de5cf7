import type { Position } from './mistakes.ts';

/**
 * A YAML document as the readers see it: positions on everything, aliases resolved (a node may
 * appear more than once), interpolation done. Keys are looked up in a `Map`, so that a key called
 * `__proto__` is nothing but an unknown key.
 */
export type Tree = MapTree | ListTree | ScalarTree | BrokenTree;

interface Node {
  readonly at: Position;
  /** Nodes that it stands for, itself and aliased ones included. */
  readonly size: number;
}

export interface MapTree extends Node {
  readonly type: 'mapping';
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly at: Position;
  readonly value: Tree;
}

export interface ListTree extends Node {
  readonly type: 'list';
  readonly items: readonly Tree[];
}

export interface ScalarTree extends Node {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  /** Whether the value came from outside the file. It is a string then, whatever is meant. */
  readonly secret: boolean;
}

/** A place that has a mistake already: readers say no more about it. */
export interface BrokenTree extends Node {
  readonly type: 'broken';
}

export interface DocumentTree {
  /** Null for an empty document. */
  readonly root: Tree | null;
  /** Whether the YAML itself has mistakes: what is missing then may be there but unread. */
  readonly damaged: boolean;
}
