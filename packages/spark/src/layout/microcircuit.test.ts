import { expect, test } from "vitest";
import { built, drawsOf, wiringOf } from "../connectivity/connectivity.test-support.ts";
import { fixedTotalNumber } from "../connectivity/rule.ts";
import { bundlesOf } from "./laid.test-support.ts";
import { shardsOf } from "./shards.ts";

/*
 * Potjans and Diesmann, "The cell-type specific cortical microcircuit", Cerebral Cortex 24 (2014), doi
 * 10.1093/cercor/bhs358, table 5: populations L2/3, L4, L5, L6, excitatory and inhibitory in turn.
 */
const neurons = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948];
/** By target, then source. */
const probabilities = [
  [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0],
  [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0],
  [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0],
  [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0],
  [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0],
  [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0],
  [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
  [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443],
];

const starts = neurons.map((_, p) => neurons.slice(0, p).reduce((sum, n) => sum + Math.ceil(n / 32) * 32, 0));

/** Every projection of the network, with a share of its synapses, between populations of full size. */
const projections = (scale: number) =>
  probabilities.flatMap((row, target) =>
    row.flatMap((probability, source) => {
      // As published: in plain double precision, which the small numbers of the last synapses depend on.
      const full = Math.round(Math.log(1 - probability) / Math.log(1 - 1 / (neurons[source]! * neurons[target]!)));
      if (full === 0) return [];
      const excitatory = source % 2 === 0;
      const mean = excitatory ? 87.8 : 351.2;
      const delay = excitatory ? 1.5 : 0.75;
      const wiring = wiringOf(fixedTotalNumber({ total: Math.round(full * scale) }), {
        name: `${source} to ${target}`,
        sources: neurons[source]!,
        targets: neurons[target]!,
        weights: { normal: { mean, std: 0.1 * mean, min: 0 } },
        delays: { normal: { mean: delay, std: delay / 2, min: 0.05 } },
        recurrent: source === target,
      });
      return [{ full, source, target, firstSlot: starts[target]!, synapses: built(wiring, draws) }];
    }),
  );
const draws = drawsOf();

test("the full network has 298 880 968 synapses in 55 projections, known before they are drawn", () => {
  const all = projections(1);
  expect(all).toHaveLength(55);
  expect(all.reduce((sum, { synapses }) => sum + synapses.expected, 0)).toBe(298_880_968);
});

test("two threads reach all its targets by 16 bits, and one by two shards", () => {
  const incoming = neurons.map((_, p) =>
    projections(1).reduce((sum, { target, full }) => sum + (target === p ? full : 0), 0),
  );
  const populations = neurons.map((units, p) => ({
    units,
    receptors: [{ firstSlot: starts[p]! }],
    incoming: incoming[p]!,
  }));
  for (const threads of [1, 2]) {
    const shards = shardsOf(populations, threads);
    expect(shards.map(({ wide }) => wide)).toEqual([false, false]);
    const { bundles, synapses, longestDelay } = bundlesOf(projections(0.001), shards);
    expect(bundles.map(({ population }) => population)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(synapses).toBe(projections(0.001).reduce((sum, each) => sum + each.synapses.expected, 0));
    // 1.5 ms and five standard deviations.
    expect(longestDelay).toBeGreaterThan(35);
    expect(longestDelay).toBeLessThan(53);
  }
});
