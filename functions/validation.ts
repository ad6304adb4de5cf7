/** Checks of single fields; each error says what the field was. */

const idLengthMax = 200;

type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new TypeError(`expected a JSON object, got ${shown(value)}`);
}

export function idField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '' && value.length <= idLengthMax) return value;
  throw wrong(name, value, `a text of 1 to ${idLengthMax} characters`);
}

/** A number in `[0, max]`. */
export function amountField(fields: Fields, name: string, max: number): number {
  const value = fields[name];
  if (typeof value === 'number' && value >= 0 && value <= max) return value;
  throw wrong(name, value, `a number in 0..${max}`);
}

/** Whole milliseconds since 1970 UTC, up to the year 9999. */
export function timeField(fields: Fields, name: string): number {
  const value = fields[name];
  const right =
    Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 253_402_300_800_000;
  if (right) return Number(value);
  throw wrong(name, value, 'whole milliseconds since 1970 UTC');
}

export function booleanField(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value === 'boolean') return value;
  throw wrong(name, value, 'true or false');
}

/** One of some texts; undefined if it is missing. */
export function choiceField<T extends string>(
  fields: Fields,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw wrong(name, value, choices.join(' or '));
}

/** Up to `lengthMax` numbers in `[-max, max]`; undefined if they are missing. */
export function numbersField(
  fields: Fields,
  name: string,
  lengthMax: number,
  max: number,
): readonly number[] | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const isRight = (one: unknown): boolean => typeof one === 'number' && Math.abs(one) <= max;
  if (Array.isArray(value) && value.length <= lengthMax && value.every(isRight)) {
    return value as number[];
  }
  throw wrong(name, value, `up to ${lengthMax} numbers in ${-max}..${max}`);
}

function wrong(name: string, value: unknown, wanted: string): TypeError {
  return new TypeError(`${name} is ${shown(value)}, expected ${wanted}`);
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
