/** Clients of the HTTP ingress that repeat each request, under one key, until it is answered. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Output, RegisterOutput } from './records.ts';
import { limitMs, pause } from './processes.ts';

const pauseMs = 50;
const answerMs = 5_000;

export interface Acknowledged {
  readonly register: string;
  readonly value: string;
  /** When the first attempt was sent and when the answer came; the order of these is real time. */
  readonly calledAt: number;
  readonly answeredAt: number;
  /** What the function answered; null if the client did not wait for it. */
  readonly reply: RegisterOutput | null;
  readonly attempts: number;
}

let moments = 0;

/** Writes one value, trying again until it is acknowledged. Every value is written once. */
export async function write(
  port: number,
  register: string,
  value: string,
  waitForReply: boolean,
): Promise<Acknowledged> {
  const url = `http://127.0.0.1:${port}/registers/${register}${waitForReply ? '?wait=reply' : ''}`;
  const key = randomUUID();
  const calledAt = ++moments;
  const end = Date.now() + limitMs;
  for (let attempts = 1; Date.now() < end; attempts++) {
    try {
      const response = await post(url, key, { register, value });
      if (response.status === 200) {
        const body = (await response.json()) as RegisterOutput;
        const reply = waitForReply ? body : null;
        return { register, value, calledAt, answeredAt: ++moments, reply, attempts };
      }
      // 503: not now; 504: taken, the reply is to come. Anything else is wrong.
      const text = await response.text();
      if (![503, 504].includes(response.status)) throw new Refused(`${response.status} ${text}`);
    } catch (error) {
      if (error instanceof Refused) throw error;
      // The connection was refused or broke: whether it was taken is not known.
    }
    await pause(pauseMs);
  }
  throw new Error(`${value} was not acknowledged within ${limitMs} ms`);
}

class Refused extends Error {}

export function post(url: string, key: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerMs),
  });
}

/**
 * The register check: all writes of a register stand in one order, each once, each seeing the one
 * before it; and a write that was answered before another one was sent comes before that one.
 */
export function expectRegisters(
  acknowledged: readonly Acknowledged[],
  output: readonly Output[],
): void {
  const lines = output.filter((line) => line.kind === 'register');
  const byRegister = Map.groupBy(lines, ({ register }) => register);
  for (const [register, answers] of Map.groupBy(acknowledged, (answer) => answer.register)) {
    const order = byRegister.get(register) ?? [];
    const values = order.map(({ value }) => value);
    expect(values.toSorted()).toEqual(answers.map(({ value }) => value).toSorted());
    order.forEach(({ previous, writes }, i) => {
      expect({ previous, writes }).toEqual({ previous: values[i - 1] ?? null, writes: i + 1 });
    });
    const place = new Map(values.map((value, i) => [value, i]));
    for (const { value, reply } of answers) {
      if (reply !== null) expect(reply).toEqual(order[place.get(value)!]);
    }
    expectRealTimeOrder(answers, place);
  }
}

function expectRealTimeOrder(
  answers: readonly Acknowledged[],
  place: ReadonlyMap<string, number>,
): void {
  for (const first of answers) {
    for (const second of answers) {
      if (first.answeredAt > second.calledAt) continue;
      expect(place.get(first.value)).toBeLessThan(place.get(second.value)!);
    }
  }
}
