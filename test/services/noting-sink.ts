import type { IngressMessage, IngressSink, Position } from '#runtime/ports/ingress.ts';

export interface Taken {
  readonly key: string;
  readonly value: string;
  readonly position: string;
  /** Where reading stands after it. */
  readonly after: Position;
}

/** A sink that notes what it takes; it can be made full. */
export class NotingSink implements IngressSink {
  readonly taken: Taken[] = [];
  readonly positions = new Map<string, Position>();
  /** Where reading began, as told before anything was taken. */
  readonly begun = new Map<string, Position>();
  full = false;
  readonly #waiting: (() => void)[] = [];

  accept(messages: readonly IngressMessage[], partition: string, after: Position): void {
    const before = this.positions.get(partition);
    if (typeof before === 'number' && before > Number(after)) {
      throw new Error('a position went back');
    }
    if (!this.begun.has(partition)) this.begun.set(partition, after);
    this.positions.set(partition, after);
    for (const { id, value } of messages) {
      const text = typeof value === 'string' ? value : Buffer.from(value).toString();
      this.taken.push({ key: id, value: text, position: partition, after });
    }
  }

  giveUp(): boolean {
    return false;
  }

  offer(): never {
    throw new Error('this ingress offers nothing');
  }

  durable(): Promise<void> {
    return Promise.resolve();
  }

  whenOpen(): Promise<void> {
    if (!this.full) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  open(): void {
    this.full = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  knows(): boolean {
    return true;
  }

  functionTypes(): readonly string[] {
    return ['t/f'];
  }

  /** The values in the order in which they were taken. */
  get values(): string[] {
    return this.taken.map(({ value }) => value);
  }
}
