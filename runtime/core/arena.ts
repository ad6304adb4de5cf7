const pageBytes = 1 << 20;
const unitBytes = 16;
const unitsPerPage = pageBytes / unitBytes;
/** The first page is small: a tiny application, or a look into a cut, needs no more. */
const firstPageBytes = 1 << 16;
/** Beyond it an allocation has a page of its own. */
const largeBytes = 1 << 16;

/** One page with the views that records are read and written through. */
export interface Page {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
}

/**
 * Memory for records outside the collector's sight: pages of 1 MiB, cut into size classes with a
 * free list each. A reference is page * 65,536 + offset / 16, so 64 GiB can be addressed; 0 is no
 * reference. A million idle addresses are a few hundred pages here instead of millions of objects,
 * which is what keeps collector pauses short.
 */
export class Arena {
  readonly pages: Page[] = [];
  /** Bytes of all pages. */
  bytes = 0;
  #free: Uint32Array;
  #current = -1;
  #nextUnit = 0;
  #currentUnits = 0;
  #freePages: number[] = [];

  constructor() {
    this.#free = new Uint32Array(classSizes.length);
  }

  /** Reserves at least `bytes`; the record's `capacity` is the size of its class. */
  allocate(bytes: number): number {
    if (bytes > largeBytes) return this.#allocateLarge(bytes);
    const sizeClass = classOf(bytes);
    const head = this.#free[sizeClass] as number;
    if (head !== 0) {
      const page = this.pages[head >>> 16] as Page;
      this.#free[sizeClass] = page.words[(head & 0xffff) << 2] as number;
      return head;
    }
    const units = (classSizes[sizeClass] as number) / unitBytes;
    if (this.#nextUnit + units > this.#currentUnits) this.#newPage();
    // The first page is too small for the largest class.
    if (this.#nextUnit + units > this.#currentUnits) this.#newPage();
    const reference = this.#current * unitsPerPage + this.#nextUnit;
    this.#nextUnit += units;
    return reference;
  }

  /** Gives back what `allocate(bytes)` returned; `bytes` must fall into the same class. */
  release(reference: number, bytes: number): void {
    const index = reference >>> 16;
    if (bytes > largeBytes) {
      this.bytes -= (this.pages[index] as Page).bytes.length;
      this.pages[index] = emptyPage;
      this.#freePages.push(index);
      return;
    }
    const sizeClass = classOf(bytes);
    const page = this.pages[index] as Page;
    page.words[(reference & 0xffff) << 2] = this.#free[sizeClass] as number;
    this.#free[sizeClass] = reference;
  }

  /** Bytes that a record of `bytes` can grow to without moving. */
  capacity(bytes: number): number {
    return bytes > largeBytes ? roundUp(bytes) : (classSizes[classOf(bytes)] as number);
  }

  #newPage(): void {
    const bytes = this.#current < 0 ? firstPageBytes : pageBytes;
    this.#current = this.#addPage(bytes);
    this.#currentUnits = bytes / unitBytes;
    // Reference 0 means "none", so the very first unit is never handed out.
    this.#nextUnit = this.#current === 0 ? 1 : 0;
  }

  #allocateLarge(bytes: number): number {
    if (this.#current < 0) this.#newPage();
    return this.#addPage(roundUp(bytes)) * unitsPerPage;
  }

  #addPage(bytes: number): number {
    this.bytes += bytes;
    const memory = new ArrayBuffer(bytes);
    const page = {
      bytes: Buffer.from(memory),
      words: new Uint32Array(memory),
      doubles: new Float64Array(memory),
    };
    const reused = this.#freePages.pop();
    if (reused !== undefined) {
      this.pages[reused] = page;
      return reused;
    }
    if (this.pages.length === 1 << 16) throw new Error('the state arena is full (64 GiB)');
    return this.pages.push(page) - 1;
  }
}

const emptyPage: Page = {
  bytes: Buffer.alloc(0),
  words: new Uint32Array(0),
  doubles: new Float64Array(0),
};

function roundUp(bytes: number): number {
  return Math.ceil(bytes / unitBytes) * unitBytes;
}

/** Multiples of 16 up to 1 KiB, then steps of an eighth: at most 12.5 % is wasted. */
const classSizes: number[] = [];
for (let size = unitBytes; size <= 1024; size += unitBytes) classSizes.push(size);
while ((classSizes.at(-1) as number) < largeBytes) {
  classSizes.push(Math.min(largeBytes, roundUp((classSizes.at(-1) as number) * 1.125)));
}

function classOf(bytes: number): number {
  if (bytes <= 1024) return ((bytes + unitBytes - 1) >>> 4) - 1;
  let low = 63;
  let high = classSizes.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((classSizes[middle] as number) >= bytes) high = middle;
    else low = middle + 1;
  }
  return low;
}
