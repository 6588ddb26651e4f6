import { describe, expect, test } from "vitest";
import { built, drawsOf, listed, wiringOf } from "../connectivity/connectivity.test-support.ts";
import { explicit, fixedTotalNumber, pairwiseBernoulli, type Rule } from "../connectivity/rule.ts";
import type { SynapseValues } from "../connectivity/values.ts";
import type { Shard } from "../program/network.ts";
import type { BundleInput } from "./bundle.ts";
import { bundlesOf, filledParts } from "./laid.test-support.ts";
import { shardsOf } from "./shards.ts";

const SOURCES = 30;
const TARGETS = 150;
const FIRST_SLOT = 64;
const signs = new Int8Array(SOURCES).fill(-1).fill(1, 20);

const shardsFor = (threads: number): Shard[] =>
  shardsOf([{ units: TARGETS, receptors: [{ firstSlot: FIRST_SLOT }], incoming: 1000 }], threads);

const input = (name: string, rule: Rule, delays: SynapseValues, weights: SynapseValues): BundleInput => ({
  synapses: built(wiringOf(rule, { name, weights, delays, sources: SOURCES, targets: TARGETS }), drawsOf(64)),
  source: 0,
  target: 0,
  firstSlot: FIRST_SLOT,
  signs,
  layout: "dense",
});
const drawn: SynapseValues = { uniform: { min: 1, max: 2 } };

/** What each row adds, in the order in which it does, by source unit, delay and slot. */
const added = (inputs: readonly BundleInput[], shards: readonly Shard[]): Map<string, number[]> => {
  const found = new Map<string, number[]>();
  for (const bundle of bundlesOf(inputs, shards).bundles) {
    expect(bundle.weights).toBe("synapse");
    const arrays = filledParts(bundle, { precision: "f64", shards });
    expect(arrays.every(({ targets }) => targets.length === 0)).toBe(true);
    bundle.shards.forEach(({ offsets, synapses, row }, s) => {
      expect(offsets.at(-1)).toBe(synapses);
      for (let place = 0; place < SOURCES * bundle.delays.length; place++) {
        const start = offsets[place]!;
        const end = offsets[place + 1]!;
        for (let k = start; k < end; k++) {
          const weight = arrays[s]!.weights[k]!;
          if (weight === 0) continue;
          const slot = shards[s]!.firstSlot + row!.first + ((k - start) % row!.length);
          const width = bundle.delays.length;
          const key = `${Math.floor(place / width)} ${bundle.delays[place % width]} ${slot}`;
          found.set(key, [...(found.get(key) ?? []), weight]);
        }
      }
    });
  }
  return found;
};

/** The same, synapse by synapse. */
const expected = (inputs: readonly BundleInput[]): Map<string, number[]> => {
  const found = new Map<string, number[]>();
  for (const { synapses } of inputs) {
    const { sources, targets, delays, weights } = listed(synapses);
    sources.forEach((source, k) => {
      const key = `${source} ${delays[k]} ${FIRST_SLOT + targets[k]!}`;
      found.set(key, [...(found.get(key) ?? []), weights[k]! * signs[source]!]);
    });
  }
  return found;
};

describe.each([1, 2, 3])("rows for %i threads", (threads) => {
  const shards = shardsFor(threads);

  test("hold the synapses of one projection", () => {
    const inputs = [input("a", pairwiseBernoulli({ probability: 0.4 }), 1, drawn)];
    expect(added(inputs, shards)).toEqual(expected(inputs));
  });

  test("hold repeated pairs, several delays and several projections in the order in which they add up", () => {
    const inputs = [
      input("a", fixedTotalNumber({ total: 4000 }), { uniform: { min: 0.1, max: 0.5 } }, drawn),
      input("b", pairwiseBernoulli({ probability: 0.3 }), 0.3, 2),
    ];
    const all = expected(inputs);
    expect(Math.max(...[...all.values()].map((weights) => weights.length))).toBeGreaterThan(2);
    expect(added(inputs, shards)).toEqual(all);
  });

  test("lie within the slots of their shard, in multiples of 16", () => {
    const [bundle] = bundlesOf([input("a", pairwiseBernoulli({ probability: 0.4 }), 1, drawn)], shards).bundles;
    bundle!.shards.forEach(({ row }, s) => {
      const [run] = shards[s]!.units;
      expect(row!.length).toBe(Math.ceil((run!.end - run!.first) / 16) * 16);
      expect(shards[s]!.firstSlot + row!.first).toBe(FIRST_SLOT + run!.first);
    });
  });
});

test("a pair may have 255 synapses in rows, no more", () => {
  const pairs = (count: number) => {
    const zeros = new Array<number>(count).fill(0);
    return input("listed", explicit({ sources: zeros, targets: zeros }), 1, drawn);
  };
  expect(added([pairs(255)], shardsFor(1))).toEqual(expected([pairs(255)]));
  expect(() => bundlesOf([pairs(256)], shardsFor(1))).toThrowErrorMatchingInlineSnapshot(
    `[MemoryError: listed must have at most 255 synapses of one delay between a source unit and a target to lie in rows. Use layout: "sparse".]`,
  );
});

test("populations too large for rows are refused before anything is drawn", () => {
  const large = { sources: 74_000, targets: 74_000, name: "brain.projections.wide" };
  const synapses = built(wiringOf(pairwiseBernoulli({ probability: 0.75 }), large));
  const wide: BundleInput = { synapses, source: 0, target: 0, firstSlot: 0, layout: "dense" };
  const shards = shardsOf([{ units: 74_000, receptors: [{ firstSlot: 0 }], incoming: 0 }], 1);
  expect(() => bundlesOf([wide], shards)).toThrowErrorMatchingInlineSnapshot(
    `[MemoryError: brain.projections.wide has 74000 source units, 74000 targets and 1 delays, too many for rows of weights. Use layout: "sparse", or fewer delays.]`,
  );
});

test("projections to one receptor with two layouts are refused", () => {
  const inputs = [
    input("brain.projections.a", pairwiseBernoulli({ probability: 0.4 }), 1, drawn),
    { ...input("brain.projections.b", pairwiseBernoulli({ probability: 0.4 }), 1, drawn), layout: "sparse" as const },
  ];
  expect(() => bundlesOf(inputs, shardsFor(1))).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: brain.projections.b.layout must be "dense", as that of brain.projections.a, which has the same source and ends at the same synapse; received "sparse". Give both the same layout, or each its own synapse.]`,
  );
});
