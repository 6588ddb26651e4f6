import { describe, expect, test } from "vitest";
import { built, drawsOf, listed, wiringOf } from "../connectivity/connectivity.test-support.ts";
import { allToAll, fixedOutDegree, fixedTotalNumber, oneToOne, type Rule } from "../connectivity/rule.ts";
import { bySource, type SynapseValues } from "../connectivity/values.ts";
import type { Shard } from "../program/network.ts";
import { proceduralTargets } from "../program/procedural.ts";
import type { BundleInput } from "./bundle.ts";
import { bundlesOf, filledParts } from "./laid.test-support.ts";
import { shardsOf } from "./shards.ts";

const UNITS = 150;
const FIRST_SLOT = 64;
const signs = new Int8Array(UNITS).fill(-1).fill(1, 20);

const shardsFor = (threads: number): Shard[] =>
  shardsOf([{ units: UNITS, receptors: [{ firstSlot: FIRST_SLOT }], incoming: 1000 }], threads);

const input = (rule: Rule, weights: SynapseValues): BundleInput => {
  const wiring = wiringOf(rule, { weights, delays: 0.7, sources: UNITS, targets: UNITS, recurrent: true });
  return {
    synapses: built(wiring, drawsOf(64)),
    source: 0,
    target: 0,
    firstSlot: FIRST_SLOT,
    signs,
    layout: "procedural",
  };
};

/** Slots and weights of each source unit in the order in which they add up, those of each shard by themselves. */
const told = (given: BundleInput, shards: readonly Shard[]): string[][][] => {
  const { bundles, longestDelay, synapses } = bundlesOf([given], shards);
  const [bundle] = bundles;
  expect([bundles.length, longestDelay, bundle!.weights]).toEqual([1, 7, "source"]);
  expect(synapses).toBe(given.synapses.expected);
  const written = filledParts(bundle!, { precision: "f32", shards });
  expect(written.map(({ targets, weights }) => [targets.length, weights.length])).toEqual(shards.map(() => [0, UNITS]));
  return bundle!.shards.map(({ offsets, procedure }, s) =>
    Array.from({ length: UNITS }, (_, source) =>
      Array.from(proceduralTargets({ offsets }, procedure!, source), (target) => {
        return `${shards[s]!.firstSlot + target}: ${written[s]!.weights[source]}`;
      }),
    ),
  );
};

/** The same, synapse by synapse. */
const expected = ({ synapses }: BundleInput, shards: readonly Shard[]): string[][][] => {
  const { sources, targets, weights } = listed(synapses);
  const found = shards.map(() => Array.from({ length: UNITS }, (): string[] => []));
  sources.forEach((source, k) => {
    const shard = shards.findIndex(({ units }) => units[0]!.first <= targets[k]! && targets[k]! < units[0]!.end);
    found[shard]![source]!.push(`${FIRST_SLOT + targets[k]!}: ${Math.fround(weights[k]! * signs[source]!)}`);
  });
  return found;
};

const weights = bySource(Array.from({ length: UNITS }, (_, source) => source / 7));
const rules: [string, Rule, SynapseValues][] = [
  ["all to all", allToAll(), 3],
  ["all to all others", allToAll({ autapses: false }), weights],
  ["one to one", oneToOne(), weights],
  ["fixed out-degree", fixedOutDegree({ outDegree: 23 }), 3],
  ["fixed out-degree, others", fixedOutDegree({ outDegree: 23, autapses: false }), weights],
  ["fixed total number", fixedTotalNumber({ total: 2001 }), 3],
  ["fixed total number, others", fixedTotalNumber({ total: 2001, autapses: false }), { constant: 0.1 }],
];

describe.each([1, 2, 3])("what %i threads work out", (threads) => {
  test.each(rules)("is what would be drawn and laid out: %s", (_, rule, values) => {
    const given = input(rule, values);
    const shards = shardsFor(threads);
    const found = told(given, shards);
    expect(found.flat(2).length).toBeGreaterThanOrEqual(UNITS);
    expect(found).toEqual(expected(given, shards));
  });
});

test("what has no synapse makes no bundle", () => {
  for (const rule of [fixedOutDegree({ outDegree: 0 }), fixedTotalNumber({ total: 0 })]) {
    expect(bundlesOf([input(rule, 3)], shardsFor(2))).toMatchObject({ bundles: [], longestDelay: 0, synapses: 0 });
  }
});

test("a shard without units of the target population gets nothing", () => {
  const population = { units: UNITS, receptors: [{ firstSlot: FIRST_SLOT }], incoming: 0 };
  const others = { units: 3000, receptors: [{ firstSlot: 320 }], incoming: 0 };
  const shards = shardsOf([population, others], 2);
  expect(shards.map(({ units }) => units.map((run) => run.population))).toEqual([[0, 1], [1]]);
  const [bundle] = bundlesOf([input(fixedOutDegree({ outDegree: 5 }), 3)], shards).bundles;
  expect(bundle!.shards.map(({ synapses }) => synapses)).toEqual([5 * UNITS, 0]);
  expect(bundle!.shards[1]!.procedure!.length).toBe(0);
});
