/** Edit distance of two words: insertions, deletions, replacements and swaps of neighbours (Damerau 1964). */
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

/** Number of known names beyond which only those that differ by case and separators are suggested. */
const MANY = 500;
/** Number of known names that a message lists. */
const LISTED = 40;

const plain = (name: string): string => name.replaceAll(/[_\-\s]/g, "").toLowerCase();

/**
 * The known name that is most similar to the given one, if any: within a few edits, or the only name that contains it or
 * starts with it ("reset" finds potentialReset). Ignores case, spaces, hyphens and underscores.
 */
export const nearestName = (given: string, known: Iterable<string>): string | undefined => {
  const wanted = plain(given);
  const names = [...known];
  let best: string | undefined;
  // A third of the letters may differ, or one letter of a short name. A name of one letter must match exactly.
  let least = Math.max(Math.min(1, wanted.length - 1), Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    // Spares the time for long names, and for many: every one of many unknown names would be compared to all known ones.
    if (Math.abs(name.length - given.length) > given.length / 2 + 4 || (names.length > MANY && plain(name) !== wanted))
      continue;
    const d = distance(wanted, plain(name));
    if (d < least) [least, best] = [d, name];
  }
  if (best !== undefined || wanted.length < 3) return best;
  const containing = names.filter((name) => plain(name).includes(wanted));
  const begun = containing.filter((name) => plain(name).startsWith(wanted));
  return containing.length === 1 ? containing[0] : begun.length === 1 ? begun[0] : undefined;
};

/** The hint for an unknown name: the most similar known name, otherwise all known names. */
export const suggestName = (given: string, known: readonly string[]): string => {
  const nearest = nearestName(given, known);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  const more = known.length > LISTED ? ", …" : "";
  return known.length > 0 ? `Known: ${known.slice(0, LISTED).join(", ")}${more}.` : "No name is valid here. Remove it.";
};
