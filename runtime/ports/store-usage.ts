/** What a store was asked for since it was opened: what object storage sends a bill for. */
export interface StoreUsage {
  /** Writing requests: objects and heads, refused and repeated ones included. */
  readonly writes: number;
  /** Reading requests, each range of an object on its own. */
  readonly reads: number;
  /** Pages of listings; most stores charge them like writes. */
  readonly lists: number;
  /** Requests that delete. */
  readonly removes: number;
  readonly bytesWritten: number;
  readonly bytesRead: number;
}

export const noUsage: StoreUsage = {
  writes: 0,
  reads: 0,
  lists: 0,
  removes: 0,
  bytesWritten: 0,
  bytesRead: 0,
};

const fields = Object.keys(noUsage) as (keyof StoreUsage)[];

export function sumOfUsage(a: StoreUsage, b: StoreUsage): StoreUsage {
  return combine(a, b, 1);
}

export function usageBetween(before: StoreUsage, after: StoreUsage): StoreUsage {
  return combine(after, before, -1);
}

/** Requests of every kind. */
export function requestsOf({ writes, reads, lists, removes }: StoreUsage): number {
  return writes + reads + lists + removes;
}

function combine(a: StoreUsage, b: StoreUsage, sign: 1 | -1): StoreUsage {
  const sum = { ...a } as Record<keyof StoreUsage, number>;
  for (const field of fields) sum[field] = a[field] + sign * b[field];
  return sum;
}

/** Counts as a store works. */
export class UsageMeter implements StoreUsage {
  writes = 0;
  reads = 0;
  lists = 0;
  removes = 0;
  bytesWritten = 0;
  bytesRead = 0;

  /** The counts of now, as a value that no longer changes. */
  now(): StoreUsage {
    const { writes, reads, lists, removes, bytesWritten, bytesRead } = this;
    return { writes, reads, lists, removes, bytesWritten, bytesRead };
  }
}
