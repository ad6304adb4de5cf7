import type { Address } from '#protocol/messages.ts';
import { sdkErrors } from '../errors.ts';
import type { ValueType } from '../value-type.ts';

/** A value that left the functions under test. */
export class HarnessRecord {
  readonly typename: string;
  readonly bytes: Buffer;

  constructor(typename: string, bytes: Buffer) {
    this.typename = typename;
    this.bytes = bytes;
  }

  /** The decoded value; throws if it is of another type. */
  as<T>(type: ValueType<T>): T {
    if (type.typename !== this.typename) {
      throw sdkErrors.HARNESS(`the value is of type ${this.typename}, not ${type.typename}`);
    }
    return type.decode(this.bytes, 0, this.bytes.length);
  }
}

/** A message on its way; the caller is null if it came from outside. */
export interface HarnessMessage {
  readonly caller: Address | null;
  readonly target: Address;
  readonly typename: string;
  readonly bytes: Buffer;
}

export interface SentByFunction extends HarnessMessage {
  readonly caller: Address;
}

/** A message to an address of none of the functions under test. */
export class SentMessage extends HarnessRecord {
  readonly from: Address;
  readonly to: Address;

  constructor({ caller, target, typename, bytes }: SentByFunction) {
    super(typename, bytes);
    this.from = caller;
    this.to = target;
  }
}
