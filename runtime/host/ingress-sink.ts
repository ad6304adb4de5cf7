import type { Engine } from '../core/engine.ts';
import { failPoint } from '../ports/fail-point.ts';
import type { DeadLetterTarget } from '../ports/failure-policy.ts';
import type {
  IngressMessage,
  IngressSink,
  OfferOptions,
  OfferResult,
  Position,
  RejectedRecord,
} from '../ports/ingress.ts';
import type { CommitLoop } from './commit-loop.ts';

/** What one ingress sees of the runtime. */
export class EngineSink implements IngressSink {
  readonly #engine: Engine;
  readonly #commits: CommitLoop;
  readonly #ingress: string;
  readonly #moduleTypes: readonly string[];

  /** `moduleTypes`: function types and patterns (`ns/*`) of the module, for error texts. */
  constructor(
    engine: Engine,
    commits: CommitLoop,
    ingress: string,
    moduleTypes: readonly string[],
  ) {
    this.#engine = engine;
    this.#commits = commits;
    this.#ingress = ingress;
    this.#moduleTypes = moduleTypes;
  }

  accept(messages: readonly IngressMessage[], partition: string, after: Position): void {
    this.#engine.intake.accept(this.#ingress, messages, partition, after);
    failPoint('record-accepted');
  }

  giveUp(
    record: RejectedRecord,
    target: DeadLetterTarget,
    partition: string,
    after: Position,
  ): boolean {
    const letter = letterOf(this.#ingress, record);
    return this.#engine.intake.giveUp(this.#ingress, target, letter, partition, after);
  }

  offer(messages: readonly IngressMessage[], options: OfferOptions): OfferResult {
    return this.#engine.intake.offer(this.#ingress, messages, options);
  }

  durable(): Promise<void> {
    return this.#commits.durable();
  }

  get full(): boolean {
    return this.#engine.full;
  }

  whenOpen(): Promise<void> {
    if (!this.#engine.full) return Promise.resolve();
    return new Promise((resolve) => this.#engine.whenOpen(resolve));
  }

  knows(functionType: string): boolean {
    return this.#engine.registry.type(functionType) !== null;
  }

  functionTypes(): readonly string[] {
    return this.#moduleTypes;
  }
}

const rejectedTypename = 'weir/RejectedRecord';

/** JSON that says where the record was, what is wrong with it, and what it holds, byte for byte. */
function letterOf(ingress: string, { path, offset, reason, key, value }: RejectedRecord) {
  const base64 = (bytes: Uint8Array | string | null): string | null =>
    bytes === null ? null : Buffer.from(bytes as Uint8Array).toString('base64');
  const { code, message } = reason;
  const place = { ingress, path, offset, code, reason: message };
  const content = { keyBase64: base64(key), valueBase64: base64(value) };
  return {
    key: `${path}:${offset}`,
    typename: rejectedTypename,
    value: Buffer.from(JSON.stringify({ ...place, ...content })),
  };
}
