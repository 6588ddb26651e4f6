/** Edits (insert, delete, replace) from one word to the other: Levenshtein 1966. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
};

/** The known name most like the given one, if any is like it at all. snake_case finds its camelCase. */
export const nearestName = (given: string, known: Iterable<string>): string | undefined => {
  const plain = (name: string): string => name.replaceAll(/[_\-\s]/g, "").toLowerCase();
  const wanted = plain(given);
  let best: string | undefined;
  let least = Math.max(2, Math.floor(given.length / 3)) + 1;
  for (const name of known) {
    const d = distance(wanted, plain(name));
    if (d < least) [least, best] = [d, name];
  }
  return best;
};

/** The sentence after an unknown name: what was probably meant, else all that there is. */
export const suggestName = (given: string, known: readonly string[]): string => {
  const nearest = nearestName(given, known);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  return known.length > 0 ? `Known: ${known.join(", ")}.` : "Nothing is known here.";
};
