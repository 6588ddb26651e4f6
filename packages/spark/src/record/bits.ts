/** One bit per unit, set for the given units: bit u % 32 of word ⌊u / 32⌋. */
export const unitMask = (units: readonly number[], words: number): Uint32Array => {
  const mask = new Uint32Array(words);
  for (const unit of units) mask[unit >>> 5]! |= 1 << (unit & 31);
  return mask;
};

/** Number of bits that are set. */
export const countBits = (word: number): number => {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
};
