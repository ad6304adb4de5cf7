import { visible } from '../module/mistakes.ts';

/** What the command was asked for. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Everything else. */
export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

type Row = Readonly<Record<string, unknown>>;

/** Columns of text, one line a row; the keys of the first row are the headings. */
export function formatTable(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  return cells
    .map((line) =>
      line
        .map((text, i) => text.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One line a key. Values that are no plain text are JSON. */
export function formatRecord(record: Row): string {
  const width = Math.max(0, ...Object.keys(record).map((key) => key.length));
  return Object.entries(record)
    .map(([key, value]) => `${`${key}:`.padEnd(width + 2)}${cell(value)}`)
    .join('\n');
}

/** Without control characters: ids come from messages, and a terminal obeys what it is sent. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'string') return visible(value);
  return visible(JSON.stringify(value) ?? '-');
}
