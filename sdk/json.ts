/** Keys that reach an object's prototype when a careless copy assigns them. */
const suspicious = /__proto__|prototype|\\u/;

/**
 * `JSON.parse` that refuses `__proto__` and `constructor.prototype`, as keys of any object in it:
 * merged into another object they would change what all objects inherit.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Escapes can spell any key, so their presence alone calls for a closer look.
  if (suspicious.test(text)) refusePoison(value);
  return value;
}

/** Throws for text that `parseJson` would refuse: what is written must be readable. */
export function requireReadable(text: string): void {
  if (suspicious.test(text)) parseJson(text);
}

function refusePoison(root: unknown): void {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) throw new SyntaxError('the key "__proto__" is refused');
    for (const [key, item] of Object.entries(value) as [string, unknown][]) {
      if (key === 'constructor' && hasPrototype(item)) {
        throw new SyntaxError('the keys "constructor" and "prototype" in it are refused');
      }
      open.push(item);
    }
  }
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
