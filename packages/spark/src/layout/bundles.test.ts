import { describe, expect, test } from "vitest";
import { built, drawsOf, listed, wiringOf } from "../connectivity/connectivity.test-support.ts";
import { fixedInDegree, fixedTotalNumber, pairwiseBernoulli, type Rule } from "../connectivity/rule.ts";
import type { SynapseValues } from "../connectivity/values.ts";
import type { Shard } from "../program/network.ts";
import type { BundleInput, LaidBundle } from "./bundle.ts";
import { bundlesOf, filledParts } from "./laid.test-support.ts";
import { shardsOf } from "./shards.ts";

const units = [300, 130, 70];
/** Two receptors for population 0, one for the others, each from a multiple of 32 on. */
const slots = [[0, 320], [640], [800]] as const;
const signs = new Int8Array(130).fill(-1).map((sign, k) => (k % 3 === 0 ? 1 : sign));

const shardsFor = (threads: number): Shard[] =>
  shardsOf(
    units.map((count, p) => ({
      units: count,
      receptors: slots[p]!.map((firstSlot) => ({ firstSlot })),
      incoming: 3000,
    })),
    threads,
  );

const projection = (
  name: string,
  source: number,
  target: number,
  receptor: number,
  rule: Rule,
  weights: SynapseValues,
  delays: SynapseValues,
): BundleInput => ({
  synapses: built(
    wiringOf(rule, {
      name,
      weights,
      delays,
      sources: units[source]!,
      targets: units[target]!,
      recurrent: source === target,
    }),
    drawsOf(64),
  ),
  source,
  target,
  firstSlot: slots[target]![receptor]!,
  ...(source === 1 && { signs }),
});

const drawn: SynapseValues = { normal: { mean: 2, std: 0.5, min: 0 } };
const spread: SynapseValues = { normal: { mean: 1, std: 0.7, min: 0.05 } };
const inputs = [
  projection("a", 0, 0, 0, fixedTotalNumber({ total: 2000 }), drawn, spread),
  projection("b", 0, 1, 0, fixedInDegree({ inDegree: 10 }), 3, 1.5),
  projection("c", 0, 0, 0, pairwiseBernoulli({ probability: 0.02 }), 5, 1),
  projection("d", 0, 2, 0, fixedInDegree({ inDegree: 20 }), 3, spread),
  projection("e", 1, 0, 1, fixedTotalNumber({ total: 1500 }), 4, 0.8),
  projection("f", 1, 1, 0, fixedTotalNumber({ total: 900 }), drawn, 0.8),
];

interface Row {
  readonly source: number;
  readonly delay: number;
  readonly slot: number;
  readonly weight: number;
}

/** The synapses of bundles as they add up in each slot: by source unit, and in order. */
const rowsOf = (bundles: readonly LaidBundle[], shards: readonly Shard[]): Map<string, Row[]> => {
  const rows = new Map<string, Row[]>();
  for (const bundle of bundles) {
    const parts = filledParts(bundle, { precision: "f64", shards });
    bundle.shards.forEach(({ offsets, synapses }, shard) => {
      expect(offsets).toHaveLength(bundle.sources * bundle.delays.length + 1);
      expect(offsets.at(-1)).toBe(synapses);
      const { targets, weights } = parts[shard]!;
      for (let source = 0; source < bundle.sources; source++) {
        bundle.delays.forEach((delay, place) => {
          const row = source * bundle.delays.length + place;
          for (let k = offsets[row]!; k < offsets[row + 1]!; k++) {
            const slot = shards[shard]!.firstSlot + targets[k]!;
            const key = `${bundle.population} ${slot}`;
            const weight = weights[bundle.weights === "source" ? source : k]!;
            rows.set(key, [...(rows.get(key) ?? []), { source, delay, slot, weight }]);
          }
        });
      }
    });
  }
  return rows;
};

/** The same, synapse by synapse. */
const expectedRows = (): Map<string, Row[]> => {
  const rows = new Map<string, Row[]>();
  for (const { synapses, source: population, firstSlot, signs: applied } of inputs) {
    const { sources, targets, delays, weights } = listed(synapses);
    sources.forEach((source, k) => {
      const slot = firstSlot + targets[k]!;
      const key = `${population} ${slot}`;
      const weight = weights[k]! * (applied ? applied[source]! : 1);
      rows.set(key, [...(rows.get(key) ?? []), { source, delay: delays[k]!, slot, weight }]);
    });
  }
  for (const list of rows.values()) list.sort((a, b) => a.source - b.source || a.delay - b.delay);
  return rows;
};

describe.each([1, 2, 3, 5])("laid out for %i threads", (threads) => {
  const shards = shardsFor(threads);
  const { bundles, longestDelay, synapses, warnings } = bundlesOf(inputs, shards);

  test("every synapse is there once, with its delay and weight, and in the order of projections", () => {
    const rows = rowsOf(bundles, shards);
    const expected = expectedRows();
    expect(rows.size).toBe(expected.size);
    for (const [key, list] of expected) expect(rows.get(key)).toEqual(list);
  });

  test("bundles share no receptor, and weights are kept once a source where they are alike", () => {
    expect(bundles.map(({ population, weights }) => [population, weights])).toEqual([
      [0, "synapse"],
      [0, "source"],
      [1, "source"],
      [1, "synapse"],
    ]);
    expect(bundles[2]!.delays).toEqual(Int32Array.of(8));
    expect(synapses).toBe(listedTotal);
    expect(longestDelay).toBe(Math.max(...inputs.flatMap((input) => listed(input.synapses).delays)));
    expect(warnings).toEqual([]);
  });

  test("delays are those that occur", () => {
    const occurring = new Set([...listed(inputs[0]!.synapses).delays, ...listed(inputs[2]!.synapses).delays]);
    expect(bundles[0]!.delays).toEqual(Int32Array.from(occurring).sort());
  });

  test("shards hold every unit once, in stretches of 64", () => {
    const held = units.map((count) => new Uint8Array(count));
    for (const shard of shards) {
      expect(new Set(shard.units.map(({ population }) => population)).size).toBe(shard.units.length);
      for (const { population, first, end } of shard.units) {
        expect(first % 64).toBe(0);
        expect(end % 64 === 0 || end === units[population]).toBe(true);
        for (let unit = first; unit < end; unit++) held[population]![unit]!++;
      }
    }
    expect(held.every((counts) => counts.every((count) => count === 1))).toBe(true);
  });
});

const listedTotal = inputs.reduce((sum, { synapses }) => sum + listed(synapses).sources.length, 0);

test("cuts balance units and synapses, and one thread has several shards where 16 bits would not reach", () => {
  const large = [
    { units: 60_000, receptors: [{ firstSlot: 0 }], incoming: 0 },
    { units: 60_000, receptors: [{ firstSlot: 60_000 }], incoming: 60_000 * 5000 },
  ];
  const one = shardsOf(large, 1);
  expect(one.map(({ thread, wide }) => [thread, wide])).toEqual([
    [0, false],
    [0, false],
  ]);
  const sizes = shardsOf(large, 2).map(({ thread, units: runs }) => [
    thread,
    runs.reduce((sum, { first, end }) => sum + end - first, 0),
  ]);
  // Units of population 1 cost twice as much.
  const counts = [0, 1].map((thread) => sizes.reduce((sum, [t, n]) => sum + (t === thread ? n! : 0), 0));
  expect(counts[0]! / 75_000).toBeCloseTo(1, 2);
  expect(counts[1]! / 45_000).toBeCloseTo(1, 2);
});

test("targets take 32 bits where the receptors of one stretch lie too far apart", () => {
  const far = [{ units: 70_000, receptors: [{ firstSlot: 0 }, { firstSlot: 70_016 }], incoming: 0 }];
  const shards = shardsOf(far, 1);
  expect(shards).toHaveLength(1);
  expect(shards[0]).toMatchObject({ wide: true, firstSlot: 0 });
});

test("more threads than stretches leave some without a shard", () => {
  expect(shardsOf([{ units: 100, receptors: [{ firstSlot: 0 }], incoming: 0 }], 4).length).toBeLessThanOrEqual(2);
});

test("projections that make no synapse make no bundle", () => {
  const none = projection("none", 0, 1, 0, pairwiseBernoulli({ probability: 0 }), 1, 1);
  expect(bundlesOf([none], shardsFor(1))).toMatchObject({ bundles: [], longestDelay: 0, synapses: 0 });
});

test("clipped delays are reported", () => {
  const clipped = projection("clipped", 0, 1, 0, fixedTotalNumber({ total: 1000 }), 1, {
    normal: { mean: 0.1, std: 0.1 },
  });
  const off = projection("off", 0, 1, 0, fixedTotalNumber({ total: 1000 }), 1, 0.16);
  expect(bundlesOf([clipped, off], shardsFor(1)).warnings).toMatchInlineSnapshot(`
    [
      "brain.projection.delays of 0.16 ms is not a whole number of steps of 0.1 ms; taken as 2 steps.",
      "brain.projection.delays: 290 of 1000 were below half a step and were made one step.",
    ]
  `);
});
