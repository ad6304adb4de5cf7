import type { Score } from './frame.ts';

/** The score in a line of the scores folder (`{"typename","json"}`), or null if it has none. */
export function scoreOf(line: string): Score | null {
  try {
    const parsed = JSON.parse(line) as { json?: unknown } | null;
    const score = (parsed?.json ?? parsed) as Partial<Score>;
    if (typeof score?.transactionId !== 'string') return null;
    if (typeof score.score !== 'number' || !(score.score >= 0 && score.score <= 1)) return null;
    return {
      transactionId: score.transactionId,
      accountId: String(score.accountId ?? ''),
      merchantId: String(score.merchantId ?? ''),
      amount: Number(score.amount ?? 0),
      atMs: Number(score.atMs ?? 0),
      score: score.score,
      model: String(score.model ?? ''),
      alert: score.alert === true,
      reasons: reasonsIn(score.reasons),
      persona: String(score.persona ?? '').slice(0, 60),
      version: String(score.version ?? '').slice(0, 40),
      byModel: byModelIn(score.byModel),
      evidence: {
        count: Number(score.evidence?.count ?? 0) || 0,
        z: numberOrNull(score.evidence?.z),
        regret: numberOrNull(score.evidence?.regret),
      },
    };
  } catch {
    return null;
  }
}

/** Bounded, whoever wrote them: they are kept and shown with the alert. */
function reasonsIn(reasons: unknown): string[] {
  if (!Array.isArray(reasons)) return [];
  return reasons.slice(0, 3).map((reason) => String(reason).slice(0, 120));
}

const modelsMax = 12;

function byModelIn(byModel: unknown): Record<string, number> {
  if (typeof byModel !== 'object' || byModel === null) return {};
  const entries = Object.entries(byModel).slice(0, modelsMax);
  return Object.fromEntries(
    entries.map(([model, score]) => [model.slice(0, 60), Number(score) || 0]),
  );
}

/** The number of a transaction id `t-<n>`, or null if ids are not numbered like this. */
export function numberOfTransaction(id: string): number | null {
  const digits = /^t-(\d{1,15})$/.exec(id)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The label in a line of the feedback folder, or null if it has none. */
export function feedbackOf(line: string): { transactionId: string; fraud: boolean } | null {
  try {
    const { transactionId, fraud } = JSON.parse(line) as Record<string, unknown>;
    if (typeof transactionId !== 'string' || typeof fraud !== 'boolean') return null;
    return { transactionId, fraud };
  } catch {
    return null;
  }
}

const idPattern = /"transactionId"\s*:\s*"([^"\\]{1,100})"/;

/** The transaction id in a line, found without parsing the line. */
export function transactionIdIn(line: string): string | null {
  return idPattern.exec(line)?.[1] ?? null;
}

/** Calls `take` with each of whole lines, and where in them it begins. */
export function eachLine(lines: Buffer, take: (line: string, at: number) => void): void {
  let start = 0;
  for (let end = lines.indexOf(10); end >= 0; end = lines.indexOf(10, start)) {
    take(lines.toString('utf8', start, end), start);
    start = end + 1;
  }
}

/** How many lines there are in whole lines. */
export function countLines(lines: Buffer): number {
  let count = 0;
  for (let at = lines.indexOf(10); at >= 0; at = lines.indexOf(10, at + 1)) count++;
  return count;
}

/** The first and the last line of whole lines. */
export function firstAndLast(lines: Buffer): { first: string; last: string } {
  const before = lines.lastIndexOf(10, lines.length - 2);
  return {
    first: lines.toString('utf8', 0, lines.indexOf(10)),
    last: lines.toString('utf8', before + 1, lines.length - 1),
  };
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
