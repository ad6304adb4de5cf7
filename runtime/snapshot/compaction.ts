import type { Random } from '../ports/clock.ts';
import { globalGroup } from '../ports/cut.ts';
import { failPoint } from '../ports/fail-point.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { noUsage } from '../ports/store-usage.ts';
import type { CompactionJob, CompactionResult, Compactor } from './compaction-job.ts';
import { snapshotErrors } from './errors.ts';
import type { BaseRef, DeltaRef } from './manifest.ts';
import { mergeGroup, type IsDead } from './merge.ts';
import { newObjectName } from './object-names.ts';
import { eachRecord } from './record-index.ts';
import { encodeSegment, type ObjectRef } from './segment.ts';
import { readSegment } from './store-reads.ts';

export interface CompactionOptions {
  readonly isDead?: IsDead;
  /** Changes held in memory at once; more are read again for the next groups. Default 24 MiB. */
  readonly changesBytesMax?: number;
}

/** The changes of some key groups, in the order of their cuts. */
type Changes = Map<number, GrowingLog>;

/**
 * Compaction against a store, one key group at a time: old base + changes -> new base. Groups
 * without changes keep their base. Nothing that exists is altered: until a manifest names the new
 * bases, a failed or abandoned compaction leaves only garbage.
 *
 * Memory: `changesBytesMax`, and the base of one group twice.
 */
export class StoreCompactor implements Compactor {
  readonly usage = noUsage;
  readonly #store: SnapshotStore;
  readonly #random: Random;
  readonly #isDead: IsDead;
  readonly #changesBytesMax: number;
  #closed = false;

  constructor(store: SnapshotStore, random: Random, options: CompactionOptions = {}) {
    this.#store = store;
    this.#random = random;
    this.#isDead = options.isDead ?? (() => false);
    this.#changesBytesMax = options.changesBytesMax ?? 24 * 1024 * 1024;
  }

  async run(job: CompactionJob): Promise<CompactionResult> {
    const { bases, deltas, baseSequence } = job.manifest;
    const byGroup = new Map<number, BaseRef>(bases.map((base) => [base.group, base]));
    let bytesRead = 0;
    let bytesWritten = 0;
    for (const groups of await this.#batches(deltas)) {
      const changes = await this.#changesOf(deltas, groups);
      bytesRead += bytesOf(deltas);
      for (const [group, log] of changes) {
        const old = byGroup.get(group);
        const blocks = old === undefined ? [] : await this.#segment(old);
        bytesRead += old?.bytes ?? 0;
        const merged = mergeGroup(blocks, log.take(), this.#isDead);
        const base = await this.#write(group, merged, job);
        if (base === null) byGroup.delete(group);
        else byGroup.set(group, base);
        bytesWritten += base?.bytes ?? 0;
      }
    }
    failPoint('compaction-ended');
    return {
      bases: [...byGroup.values()].sort((a, b) => a.group - b.group),
      baseSequence: deltas.at(-1)?.lastSequence ?? baseSequence,
      deltas: deltas.length,
      bytesRead,
      bytesWritten,
    };
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** Key groups whose changes fit into memory together; null stands for all of them. */
  async #batches(deltas: readonly DeltaRef[]): Promise<(ReadonlySet<number> | null)[]> {
    if (bytesOf(deltas) <= this.#changesBytesMax) return [null];
    const sizes = new Float64Array(globalGroup + 1);
    await this.#eachBlock(deltas, (block) => {
      eachRecord(block, (at, length) => {
        const group = block[at + 5] as number;
        sizes[group] = (sizes[group] as number) + length;
      });
    });
    const batches: Set<number>[] = [];
    let room = 0;
    for (const [group, size] of sizes.entries()) {
      if (size === 0) continue;
      if (size > room) {
        batches.push(new Set());
        room = this.#changesBytesMax;
      }
      batches.at(-1)?.add(group);
      room -= size;
    }
    return batches;
  }

  async #changesOf(
    deltas: readonly DeltaRef[],
    groups: ReadonlySet<number> | null,
  ): Promise<Changes> {
    const changes: Changes = new Map();
    await this.#eachBlock(deltas, (block) => {
      eachRecord(block, (at, length) => {
        const group = block[at + 5] as number;
        if (groups !== null && !groups.has(group)) return;
        let log = changes.get(group);
        if (log === undefined) {
          log = new GrowingLog();
          changes.set(group, log);
        }
        log.append(block, at, length);
      });
    });
    return changes;
  }

  async #eachBlock(deltas: readonly DeltaRef[], visit: (block: Uint8Array) => void): Promise<void> {
    for (const delta of deltas) for (const block of await this.#segment(delta)) visit(block);
  }

  async #segment(ref: ObjectRef): Promise<Uint8Array[]> {
    if (this.#closed) throw snapshotErrors.CLOSED('the compaction was ended');
    return readSegment(this.#store, ref);
  }

  async #write(
    group: number,
    blocks: readonly Uint8Array[],
    job: CompactionJob,
  ): Promise<BaseRef | null> {
    if (this.#closed) throw snapshotErrors.CLOSED('the compaction was ended');
    if (blocks.length === 0) return null;
    const { chunks, bytes, sha256 } = encodeSegment(blocks);
    const name = newObjectName('base', job, this.#random, group);
    await this.#store.put(name, chunks);
    failPoint('base-written');
    return { group, name, bytes, sha256 };
  }
}

class GrowingLog {
  #bytes = new Uint8Array(4096);
  #used = 0;

  append(log: Uint8Array, at: number, length: number): void {
    if (this.#used + length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#used + length));
      grown.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = grown;
    }
    this.#bytes.set(log.subarray(at, at + length), this.#used);
    this.#used += length;
  }

  /** The log, which is empty afterwards: its memory must not outlive its group's turn. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#used);
    this.#bytes = new Uint8Array(0);
    this.#used = 0;
    return taken;
  }
}

function bytesOf(refs: readonly ObjectRef[]): number {
  return refs.reduce((sum, { bytes }) => sum + bytes, 0);
}
