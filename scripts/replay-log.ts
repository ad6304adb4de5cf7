/** The event logs of an application that kept them, as one recorded stream in event time. */
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { feedbackMessage, transactionMessage } from '#functions/messages.ts';
import type { Transaction } from '#models/features/transaction.ts';
import type { ValueType } from '#sdk/index.ts';

export interface LoggedLabel {
  readonly transactionId: string;
  readonly fraud: boolean;
  readonly atMs: number;
}

export type LoggedEvent =
  | { readonly kind: 'transaction'; readonly value: Transaction }
  | { readonly kind: 'label'; readonly value: LoggedLabel };

/** Both logs are in the order of their times. Throws an Error that names file and line. */
export async function* loggedEvents(
  transactions: string,
  feedback: string,
): AsyncGenerator<LoggedEvent> {
  const labels = valuesOf(feedback, feedbackMessage);
  let label = await labels.next();
  const all = valuesOf(transactions, transactionMessage);
  for await (const value of all) {
    // What became known at this moment is known for this transaction.
    while (label.done !== true && label.value.atMs <= value.atMs) {
      yield { kind: 'label', value: label.value };
      label = await labels.next();
    }
    yield { kind: 'transaction', value };
  }
  for (; label.done !== true; label = await labels.next())
    yield { kind: 'label', value: label.value };
}

async function* valuesOf<T>(folder: string, type: ValueType<T>): AsyncGenerator<T> {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  if (names.length === 0) throw new Error(`${folder} has no .jsonl file`);
  for (const name of names.sort()) {
    const file = path.join(folder, name);
    const lines = readline.createInterface({ input: fs.createReadStream(file) });
    let number = 0;
    for await (const line of lines) {
      number++;
      if (line === '') continue;
      try {
        const bytes = Buffer.from(line);
        yield type.decode(bytes, 0, bytes.length);
      } catch (error) {
        throw new Error(`${file}, line ${number}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
}
