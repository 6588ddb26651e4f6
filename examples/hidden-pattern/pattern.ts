/** Length of the pattern and time from one presentation to the next, ms. */
export const patternLength = 50;
export const period = 200;
/** Units whose spikes form the pattern. */
export const hiddenUnits = 1000;
/** Rate of every unit, inside and outside the pattern, Hz. */
export const rate = 64;
/** Rate of the spikes that do not belong to the pattern, during the pattern, Hz. */
const noise = 10;

/** Random numbers from 0 to 1: mulberry32, so that the pattern is the same everywhere. */
const randomNumbers = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/**
 * Rates of the hidden units, Hz: in each ms of the pattern 1000 Hz, which is a certain spike, or 10 Hz; then 64 Hz until
 * the next presentation. The mean rate is the same throughout, so that no rate betrays the pattern.
 */
export const patternRates = () => {
  const random = randomNumbers(12345);
  const certain = (rate - noise) / (1000 - noise);
  const pattern = Array.from({ length: patternLength }, () =>
    Array.from({ length: hiddenUnits }, () => (random() < certain ? 1000 : noise)),
  );
  const pause = Array<number>(hiddenUnits).fill(rate);
  // A series repeats one interval after its last sample, so the pause has two samples.
  return {
    rates: [...pattern, pause, pause],
    times: [...pattern.map((_, k) => k), patternLength, (patternLength + period) / 2],
  };
};
