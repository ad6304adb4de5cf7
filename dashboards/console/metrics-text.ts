const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Samples of a Prometheus text exposition, by metric name. */
export class Metrics {
  private readonly samples = new Map<string, { labels: Map<string, string>; value: number }[]>();

  /** Reads the lines of an exposition (text format 0.0.4); what is not a sample is skipped. */
  constructor(text: string) {
    for (const line of text.split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const found = sample.exec(line);
      if (found === null) continue;
      const [, name, labels, number] = found;
      const value = numberOf(number!);
      if (Number.isNaN(value)) continue;
      const list = this.samples.get(name!) ?? [];
      this.samples.set(name!, list);
      list.push({ labels: labelsOf(labels ?? ''), value });
    }
  }

  /** The sum of all samples of a metric, or null if it has none. */
  sum(name: string): number | null {
    const list = this.samples.get(name);
    return list === undefined ? null : list.reduce((total, { value }) => total + value, 0);
  }

  /** The sums of a metric by one of its labels; of those samples that have the other labels. */
  by(
    name: string,
    labelName: string,
    others: Readonly<Record<string, string>> = {},
  ): Map<string, number> {
    const wanted = Object.entries(others);
    const sums = new Map<string, number>();
    for (const { labels, value } of this.samples.get(name) ?? []) {
      if (wanted.some(([other, value]) => labels.get(other) !== value)) continue;
      const key = labels.get(labelName);
      if (key !== undefined) sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return sums;
  }
}

function labelsOf(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  for (const [, name, value] of text.matchAll(label)) {
    labels.set(
      name!,
      value!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)),
    );
  }
  return labels;
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return text === 'NaN' ? NaN : Number(text);
}
