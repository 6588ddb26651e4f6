import { describe, expect, it } from "vitest";
import { drawSynapses } from "../entries/draw-synapses.ts";
import type { DistanceProfile } from "./profile.ts";
import { allToAll } from "./rules/all-to-all.ts";
import { distanceBernoulli } from "./rules/distance-bernoulli.ts";
import { connectivityStatistics } from "./statistics.ts";

/** 50 units 0.1 mm apart, whose distances differ from multiples of 0.1 in the last bits. */
const line = (spacing = 0.1) => ({ units: 50, positions: Array.from({ length: 50 }, (_, k) => [k * spacing, 0]) });

const near = (probability: DistanceProfile): number => {
  const rule = distanceBernoulli({ probability, autapses: false });
  const drawn = drawSynapses({ rule, source: line(), seed: 1, dt: 0.1 });
  return drawn.each(() => {}, { weights: false }).synapses;
};

describe("on a grid, rounding errors do not decide", () => {
  it.each([0.3, 0.30000000000000004, 0.3001])("who is within a reach of %d mm of a disc", (reach) => {
    expect(near({ disc: { peak: 1, reach } })).toBe(2 * (49 + 48 + 47));
  });

  it("who is beyond the reach of a disc", () => {
    expect(near({ disc: { peak: 1, reach: 0.2999 } })).toBe(2 * (49 + 48));
  });

  it("who is within the reach of a gaussian or an exponential", () => {
    expect(near({ gaussian: { peak: 1, width: 1e6, reach: 0.3 } })).toBe(288);
    expect(near({ exponential: { peak: 1, length: 1e12, reach: 0.3 } })).toBe(288);
  });

  it("the delay of a distance of half a step", () => {
    // 1 ms/mm: neighbours k places apart have a delay of 0.25·k ms, at k = 1, 3, 5 … half a step of 0.1 ms.
    const delay = { byDistance: { offset: 0, slope: 1 } };
    const drawn = drawSynapses({ rule: allToAll(), source: line(0.25), delays: delay, seed: 1, dt: 0.1 });
    const delays = new Map<number, Set<number>>();
    drawn.each(
      (batch) => {
        for (let k = 0; k < batch.length; k++) {
          const apart = Math.abs(batch.targets[k]! - batch.sources[k]!);
          delays.set(apart, (delays.get(apart) ?? new Set()).add(batch.delays[k]!));
        }
      },
      { weights: false },
    );
    for (const [apart, found] of delays) {
      // Ties go to even.
      const half = Math.floor(apart * 2.5);
      const expected = apart % 2 === 1 ? half + (half % 2) : apart * 2.5;
      expect([...found]).toEqual([Math.max(1, expected)]);
    }
  });

  it("the delay in a list or of all synapses", () => {
    const delaysOf = (delay: number | { readonly bySource: readonly number[] }): readonly number[] => [
      ...drawSynapses({ rule: allToAll(), source: { units: 2 }, delays: delay, seed: 1, dt: 0.1 }).delays,
    ];
    // 0.35 / 0.1 is 3.4999999999999996.
    expect(delaysOf(0.35)).toEqual([4]);
    expect(delaysOf({ bySource: [0.25, 0.35] })).toEqual([2, 4]);
  });

  it("the bin of a weight on a border of a histogram", () => {
    const weight = { byDistance: { offset: 0, slope: 1 } };
    const drawn = drawSynapses({ rule: allToAll(), source: line(), weights: weight, seed: 1, dt: 0.1 });
    const { weights } = connectivityStatistics(drawn, { bins: 49 });
    // One bin for each distance; the largest is on the right border of the last one.
    const expected = Array.from({ length: 49 }, (_, k) => 2 * (50 - k));
    expected[0] = 50;
    expected[48] = 2 * 2 + 2 * 1;
    expect([...weights.counts]).toEqual(expected);
  });
});
