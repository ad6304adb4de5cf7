/** What a stream would be, by generating it and writing nothing. */
import type { StreamIdentity } from './checkpoint.ts';
import { type TransactionEvent, eventStream } from './event-stream.ts';
import { type PaceOptions, durationMs } from './pace.ts';
import { feedbackLine, transactionLine } from './records.ts';
import { dayMs, scenarios } from './transaction.ts';
import { createWorld } from './world.ts';

export interface DryRun {
  readonly stream: StreamIdentity;
  readonly days: number;
  readonly pace: PaceOptions;
  /** As it was given, for the first line. */
  readonly target: string;
}

/** A world of many customers takes seconds a day. */
const progressMs = 5_000;
const firstRecords = 2;

class Count {
  transactions = 0;
  frauds = 0;
  cents = 0;

  add({ cents, scenario }: TransactionEvent): void {
    this.transactions++;
    this.cents += cents;
    if (scenario > 0) this.frauds++;
  }

  toString(): string {
    const share = ((100 * this.frauds) / Math.max(1, this.transactions)).toFixed(2);
    const value = plain(Math.round(this.cents / 100));
    return `${plain(this.transactions)} transactions of ${value} in sum, ${plain(this.frauds)} frauds (${share} %)`;
  }
}

/**
 * Generates the days, and gives the lines that tell of them; `say` gets a line every five seconds
 * until then. Throws WEIR_DATAGEN_BAD_OPTION.
 */
export function dryRun(
  { stream, days, pace, target }: DryRun,
  say: (line: string) => void,
): string[] {
  const world = createWorld(stream);
  const all = new Count();
  const byPersona = new Map<string, Count>();
  const byScenario = new Map<string, number>();
  const bytes = { transactions: 0, labels: 0 };
  let labels = 0;
  const samples: string[] = [];
  let saidMs = performance.now();
  for (const event of eventStream(world, stream.firstDay)) {
    if (event.kind === 'day') {
      if (event.day >= stream.firstDay + days) break;
      if (performance.now() - saidMs < progressMs) continue;
      saidMs = performance.now();
      say(
        `${event.day - stream.firstDay} of ${days} days, ${plain(all.transactions)} transactions`,
      );
    } else if (event.kind === 'label') {
      labels++;
      bytes.labels += feedbackLine(event).length;
    } else {
      const line = transactionLine(event);
      bytes.transactions += line.length;
      if (samples.length < firstRecords) samples.push(line.trimEnd());
      all.add(event);
      const persona = world.personaOf(event.customer);
      if (persona !== null) {
        const count = byPersona.get(persona) ?? new Count();
        byPersona.set(persona, count);
        count.add(event);
      }
      const scenario = scenarios[event.scenario]!;
      if (event.scenario > 0) byScenario.set(scenario, (byScenario.get(scenario) ?? 0) + 1);
    }
  }
  const first = new Date(stream.firstDay * dayMs).toISOString().slice(0, 10);
  return [
    `Nothing was written. It would go to ${target}:`,
    `  ${days} days from ${first} of the world ${stream.world}, ${plain(stream.customers)} customers, seed ${stream.seed}`,
    `  ${String(all)}, ${sizeText(bytes.transactions)}`,
    ...sorted(byPersona).map(([name, count]) => `    ${name}: ${String(count)}`),
    ...sorted(byScenario).map(([name, count]) => `    ${name}: ${plain(count)} frauds`),
    `  ${plain(labels)} labels, ${sizeText(bytes.labels)}`,
    `  ${paceText(pace, days, all.transactions)}`,
    'The first records:',
    ...samples.map((line) => `  ${line}`),
  ];
}

function paceText(pace: PaceOptions, days: number, transactions: number): string {
  if (pace.kind === 'unlimited') return 'as fast as the target takes them';
  const seconds = durationMs(pace, days * dayMs, transactions) / 1000;
  const perSecond = plain(Math.round(transactions / seconds));
  return `at this pace in ${durationText(seconds)}, ${perSecond} transactions a second on average`;
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

function sorted<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1));
}

function plain(value: number): string {
  return value.toLocaleString('en');
}

function sizeText(bytes: number): string {
  const kibibytes = bytes / 1024;
  return kibibytes < 1024 ? `${kibibytes.toFixed(1)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}
