/** Edits (insert, delete, replace, swap of neighbours) from one word to the other: Damerau 1964. */
const distance = (a: string, b: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : replaced;
      next.push(Math.min(replaced, swapped, row[j]! + 1, next[j - 1]! + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
};

const plain = (name: string): string => name.replaceAll(/[_\-\s]/g, "").toLowerCase();

/**
 * The known name most like the given one, if any is: few edits away, or the only one that contains it or begins with it
 * ("reset" finds potentialReset). snake_case finds its camelCase.
 */
export const nearestName = (given: string, known: Iterable<string>): string | undefined => {
  const wanted = plain(given);
  const names = [...known];
  let best: string | undefined;
  // A third of the letters may differ, of short names one; a single letter that differs is another name.
  let least = Math.max(Math.min(1, wanted.length - 1), Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const d = distance(wanted, plain(name));
    if (d < least) [least, best] = [d, name];
  }
  if (best !== undefined || wanted.length < 3) return best;
  const containing = names.filter((name) => plain(name).includes(wanted));
  const begun = containing.filter((name) => plain(name).startsWith(wanted));
  return containing.length === 1 ? containing[0] : begun.length === 1 ? begun[0] : undefined;
};

/** The sentence after an unknown name: what was probably meant, else all that there is. */
export const suggestName = (given: string, known: readonly string[]): string => {
  const nearest = nearestName(given, known);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  return known.length > 0 ? `Known: ${known.join(", ")}.` : "Nothing can be named here: leave it out.";
};
