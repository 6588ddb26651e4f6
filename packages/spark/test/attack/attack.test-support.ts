import { env } from "node:process";
import fc from "fast-check";
import { expect, test } from "vitest";

/** Time for one attack, ms. tools/attack.mjs sets it. */
const TIME = Number(env["SPARK_ATTACK_SECONDS"] ?? 10) * 1000;
const SEED = Number(env["SPARK_ATTACK_SEED"] ?? Date.now() % 2 ** 31);

/**
 * Tries random cases until the time is over, and prints how many. A failure names the smallest case found, and the seed
 * with which the attack finds it again.
 */
export const attack = <T>(name: string, cases: fc.Arbitrary<T>, holds: (given: T) => Promise<void>): void => {
  test(
    name,
    async () => {
      let count = 0;
      let running: Promise<void> = Promise.resolve();
      const property = fc.asyncProperty(cases, async (given) => {
        running = holds(given);
        await running;
        count++;
      });
      const options = { numRuns: 1e9, interruptAfterTimeLimit: TIME, markInterruptAsFailure: false, seed: SEED };
      await fc.assert(property, options);
      // The time ends in the middle of a case.
      await running;
      console.log(`${name}: ${count} cases, seed ${SEED}`);
      expect(count).toBeGreaterThan(0);
    },
    TIME + 300_000,
  );
};

/** Changes to bytes: bits that flip, and where the bytes end. */
export interface Damage {
  /** Places from 0 to 1 in the bytes, with the bit that flips there. */
  readonly flips: readonly (readonly [place: number, bit: number])[];
  /** The part of the bytes that is left; 1 for all. */
  readonly kept: number;
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
export const damages: fc.Arbitrary<Damage> = fc.record({
  flips: fc.array(fc.tuple(fraction, fc.nat(7)), { minLength: 1, maxLength: 3 }),
  kept: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fraction }),
});

export const damaged = (bytes: Uint8Array, { flips, kept }: Damage): Uint8Array<ArrayBuffer> => {
  const result = Uint8Array.from(bytes);
  for (const [place, bit] of flips) {
    if (result.length > 0) result[Math.floor(place * result.length)]! ^= 1 << bit;
  }
  return result.slice(0, Math.ceil(kept * result.length));
};
