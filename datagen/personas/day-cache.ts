/** More days than anything looks back at, so that a stream computes each of them once. */
const daysMax = 64;

/** Keeps what is computed per day, for the days used last. */
export function cachedByDay<T>(compute: (day: number) => T): (day: number) => T {
  const known = new Map<number, T>();
  return (day) => {
    const found = known.get(day);
    if (found !== undefined) return found;
    const value = compute(day);
    if (known.size >= daysMax) known.delete(known.keys().next().value!);
    known.set(day, value);
    return value;
  };
}
