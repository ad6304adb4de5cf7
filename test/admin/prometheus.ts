export interface Family {
  readonly name: string;
  help: string;
  type: string;
  readonly samples: { readonly labels: string; readonly value: number }[];
}

const sampleLine =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/;

/**
 * Parses the text format of Prometheus (version 0.0.4); throws on any line that does not belong
 * there. Samples of a histogram are families of their own, without help; labels are sorted.
 */
export function parseMetrics(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, Family>();
  const family = (name: string): Family => {
    const known = families.get(name) ?? { name, help: '', type: '', samples: [] };
    families.set(name, known);
    return known;
  };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (word === 'HELP') family(name).help = rest;
    else if (word === 'TYPE') family(name).type = rest;
    else {
      const match = sampleLine.exec(line);
      const value = Number(match?.[3]?.replace('+Inf', 'Infinity'));
      if (match === null || Number.isNaN(value)) throw new Error(`no sample: ${line}`);
      const labels = (match[2] ?? '').split(/,(?=[a-z_]+=")/).sort();
      family(match[1] as string).samples.push({ labels: labels.join(','), value });
    }
  }
  return families;
}
