/** Beyond this nobody mistyped: the comparison would only cost time. */
const lengthMax = 128;

/**
 * The Levenshtein distance (insertions, deletions, substitutions; Wagner and Fischer 1974) between
 * two texts, by two rows of the matrix. Beyond `limit` it stops, and answers with more than that:
 * no later row can be better than the best of an earlier one.
 */
export function editDistance(a: string, b: string, limit = Infinity): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  let current = previous.slice();
  for (let i = 1; i <= a.length; i++) {
    const code = a.charCodeAt(i - 1);
    let least = (current[0] = i);
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (code === b.charCodeAt(j - 1) ? 0 : 1);
      const distance = Math.min(previous[j]! + 1, current[j - 1]! + 1, substitution);
      current[j] = distance;
      if (distance < least) least = distance;
    }
    if (least > limit) return least;
    [previous, current] = [current, previous];
  }
  return previous[b.length]!;
}

/**
 * The candidate that `text` was most likely meant to be, or null if none is near: at most a third
 * of the longer one differs (at least one letter, so that short names have a chance); case and
 * the separators `-` and `_` don't count. Of equally near ones the first wins.
 */
export function nearest(text: string, candidates: Iterable<string>): string | null {
  if (text.length > lengthMax) return null;
  const given = plain(text);
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    if (candidate.length > lengthMax) continue;
    const other = plain(candidate);
    const allowed = Math.max(1, Math.floor(Math.max(given.length, other.length) / 3));
    // The distance is at least the difference in length: most candidates end here.
    if (Math.abs(given.length - other.length) > allowed) continue;
    const distance = editDistance(given, other, Math.min(allowed, bestDistance));
    if (distance <= allowed && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function plain(name: string): string {
  const lower = name.toLowerCase();
  return /[-_]/.test(lower) ? lower.replaceAll(/[-_]/g, '') : lower;
}
