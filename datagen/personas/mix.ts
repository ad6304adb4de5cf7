/** Which sorts of customers there are, and how many of each: `--personas`. */
import { datagenErrors } from '../errors.ts';
import { segments } from './segments.ts';

/** As in the tables. */
export const documentedMix = segments.map(({ name, share }) => `${name}:${share}`).join(',');

const names = segments.map(({ name }) => name).join(', ');

/**
 * `online:3,business:1` as weights in the order of `segments`, 0 for those that are not named. A
 * name alone has its documented share. Throws WEIR_DATAGEN_BAD_OPTION.
 */
export function weightsOf(mix: string): number[] {
  const weights = segments.map(() => 0);
  for (const part of mix.split(',')) {
    const [name = '', text, ...more] = part.split(':').map((one) => one.trim());
    const at = segments.findIndex((segment) => segment.name === name);
    if (at === -1) throw bad(`there is no persona "${name}", only ${names}`);
    const weight = text === undefined ? segments[at]!.share : text === '' ? NaN : Number(text);
    if (more.length > 0 || !(weight > 0 && weight <= 1e6)) {
      throw bad(`the weight of ${name} is a number above 0 and up to 1000000, not "${part}"`);
    }
    if (weights[at] !== 0) throw bad(`${name} comes twice`);
    weights[at] = weight;
  }
  return weights;
}

/** The same mix always as the same text, so that a stream is known again. */
export function canonicalMix(mix: string): string {
  return weightsOf(mix)
    .flatMap((weight, at) => (weight === 0 ? [] : [`${segments[at]!.name}:${weight}`]))
    .join(',');
}

/** Purchases of a customer per day, on average over the mix. */
export function perCustomerAndDay(mix: string): number {
  const weights = weightsOf(mix);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, at) => sum + weight * segments[at]!.perDay, 0) / total;
}

function bad(message: string): Error {
  const hint = 'Give names with weights, such as online:3,business:1, or names alone.';
  return datagenErrors.BAD_OPTION(`--personas: ${message}`, { hint });
}
