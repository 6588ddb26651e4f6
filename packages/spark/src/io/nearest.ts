/** Edits (insert, delete, replace one character) that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replace, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}

/** How far `candidate` is from `name`; a name that begins the other counts as one edit. */
function distance(name: string, candidate: string): number {
  const a = name.toLowerCase();
  const b = candidate.toLowerCase();
  if (a.length >= 3 && b.length >= 3 && (a.startsWith(b) || b.startsWith(a))) return a === b ? 0 : 1;
  return editDistance(a, b);
}

const longest = 100;

/**
 * The candidate that a person who wrote `name` most likely meant, or undefined when none is near: at most a third of
 * its letters differ (two for short names), or one begins with the other. Case is not looked at.
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  if (name.length === 0 || name.length > longest) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate.length === 0 || candidate.length > longest) continue;
    const edits = distance(name, candidate);
    if (edits < bestDistance && edits < Math.max(name.length, candidate.length)) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}
