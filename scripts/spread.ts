/** Figures over several worlds, as a table's cell shows them. */

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation; 0 of a single value. */
function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** `.123`, `-.012`, `1.234`. */
export function decimals(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  return value.toFixed(digits).replace(/^(-?)0\./, '$1.');
}

/** `.123 ± .004`; of a single value it alone. */
export function spread(values: readonly number[], digits = 3): string {
  const mean = decimals(meanOf(values), digits);
  return values.length < 2 ? mean : `${mean} ± ${decimals(deviationOf(values), digits)}`;
}

/** With its sign. */
export function signed(value: number, digits = 3): string {
  return value < 0 ? decimals(value, digits) : `+${decimals(value, digits)}`;
}

export function percent(value: number, digits = 0): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(digits)} %` : '–';
}

/** A Markdown table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `${[line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n')}\n`;
}
