import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { built, drawsOf, listed, wiringOf } from "../connectivity/connectivity.test-support.ts";
import {
  allToAll,
  fixedInDegree,
  fixedOutDegree,
  fixedTotalNumber,
  pairwiseBernoulli,
  type Rule,
} from "../connectivity/rule.ts";
import { bySource, type SynapseValues } from "../connectivity/values.ts";
import type { BundlePart, Shard } from "../program/network.ts";
import { proceduralTargets } from "../program/procedural.ts";
import { finish } from "../program/work.ts";
import type { BundleInput, Bundles, StoredProjection } from "./bundle.ts";
import { bundlesOf, filledParts } from "./laid.test-support.ts";
import type { Layout } from "./layout.ts";
import { shardsOf } from "./shards.ts";
import { needsOwnWeights, readWeights, type StoredBundle, selectSynapses, writeWeights } from "./weights.ts";

const SOURCES = 40;
const TARGETS = 200;
const signs = Int8Array.from({ length: SOURCES }, (_, unit) => (unit % 2 === 0 ? 1 : -1));
const draws = drawsOf(64);

const shardsFor = (threads: number): Shard[] =>
  shardsOf([{ units: TARGETS, receptors: [{ firstSlot: 32 }], incoming: 1000 }], threads);

interface Projection {
  readonly rule: Rule;
  readonly weights: SynapseValues;
  readonly delays: SynapseValues;
}

const inputsOf = (
  projections: readonly Projection[],
  more: Pick<BundleInput, "layout" | "ownWeights"> & { readonly signed: boolean },
): BundleInput[] =>
  projections.map(({ rule, weights, delays }, k) => ({
    synapses: built(wiringOf(rule, { name: `p${k}`, weights, delays, sources: SOURCES, targets: TARGETS }), draws),
    source: 0,
    target: 0,
    firstSlot: 32,
    ...(more.layout && { layout: more.layout }),
    ...(more.ownWeights && { ownWeights: true }),
    ...(more.signed && { signs }),
  }));

/** Bundles with the arrays that a machine would have. */
const filled = (inputs: readonly BundleInput[], shards: readonly Shard[]) => {
  const laid = bundlesOf(inputs, shards);
  const parts = laid.bundles.map((bundle) => filledParts(bundle, { precision: "f32", shards }));
  const placeOf = ({ bundle }: StoredProjection): StoredBundle => ({
    bundle: laid.bundles[bundle ?? 0] ?? { delays: new Int32Array(0), weights: "synapse", shards: [] },
    shards,
    parts: parts[bundle ?? 0] ?? [],
  });
  return { laid, parts, placeOf };
};

/** What the synapses of each source unit and delay add to each slot, in order: what decides the bits of a run. */
const addedBy = ({ bundles }: Bundles, parts: readonly BundlePart[][], shards: readonly Shard[]) => {
  const added = new Map<string, number[]>();
  bundles.forEach((bundle, b) => {
    const width = bundle.delays.length;
    bundle.shards.forEach(({ offsets, row, procedure }, s) => {
      const { targets, weights } = parts[b]![s]!;
      const add = (source: number, place: number, target: number, weight: number): void => {
        if (weight === 0) return;
        const key = `${source} ${bundle.delays[place]} ${shards[s]!.firstSlot + target}`;
        added.set(key, [...(added.get(key) ?? []), weight]);
      };
      for (let source = 0; source < SOURCES; source++) {
        if (procedure) {
          for (const target of proceduralTargets({ offsets }, procedure, source)) {
            add(source, 0, target, weights[source]!);
          }
          continue;
        }
        for (let place = 0; place < width; place++) {
          const start = offsets[source * width + place]!;
          for (let at = start; at < offsets[source * width + place + 1]!; at++) {
            const target = row ? row.first + ((at - start) % row.length) : targets[at]!;
            add(source, place, target, weights[bundle.weights === "source" ? source : at]!);
          }
        }
      }
    });
  });
  return new Map([...added].sort(([a], [b]) => (a < b ? -1 : 1)));
};

const anyRule: fc.Arbitrary<Rule> = fc.oneof(
  fc.nat({ max: 900 }).map((total) => fixedTotalNumber({ total })),
  fc.nat({ max: 12 }).map((inDegree) => fixedInDegree({ inDegree })),
  fc.constant(pairwiseBernoulli({ probability: 0.1 })),
  fc.constant(allToAll()),
);
const anyWeights: fc.Arbitrary<SynapseValues> = fc.constantFrom<SynapseValues>(2, { uniform: { min: 1, max: 2 } });
const anyDelays: fc.Arbitrary<SynapseValues> = fc.constantFrom<SynapseValues>(0.3, { uniform: { min: 0.1, max: 1 } });
const projections = fc.array(fc.record({ rule: anyRule, weights: anyWeights, delays: anyDelays }), {
  minLength: 1,
  maxLength: 3,
});
const layout = fc.constantFrom<Layout>("auto", "sparse", "dense");
const setting = fc.record({ threads: fc.integer({ min: 1, max: 3 }), signed: fc.boolean(), layout });

describe("weights by the numbers of synapses", () => {
  test("are those that were drawn, whatever the layout and the shards", () => {
    fc.assert(
      fc.property(projections, setting, (given, { threads, ...more }) => {
        const inputs = inputsOf(given, more);
        const { laid, placeOf } = filled(inputs, shardsFor(threads));
        laid.projections.forEach((stored, k) => {
          const drawn = listed(inputs[k]!.synapses);
          const read = finish(readWeights(stored, placeOf(stored)));
          expect(stored.synapses).toBe(drawn.weights.length);
          expect(read).toEqual(Float32Array.from(drawn.weights));
        });
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  test("can be written, and change no other projection", () => {
    fc.assert(
      fc.property(projections, setting, fc.nat({ max: 2 }), (given, { threads, ...more }, pick) => {
        const inputs = inputsOf(given, { ...more, ownWeights: true });
        const { laid, placeOf } = filled(inputs, shardsFor(threads));
        const read = (): unknown[] =>
          laid.projections.map((stored) => [...finish(readWeights(stored, placeOf(stored)))]);
        const before = read();
        const which = pick % given.length;
        const stored = laid.projections[which]!;
        const values = Float32Array.from({ length: stored.synapses }, (_, k) => k + 0.5);
        expect(finish(writeWeights(stored, placeOf(stored), values))).toBe("written");
        expect(read()).toEqual(before.map((own, k) => (k === which ? [...values] : own)));
      }),
      { numRuns: 30, seed: 4 },
    );
  });

  test("of some synapses only", () => {
    const given = [
      { rule: fixedTotalNumber({ total: 500 }), weights: 1, delays: 0.3 },
      { rule: pairwiseBernoulli({ probability: 0.2 }), weights: { uniform: { min: 1, max: 2 } }, delays: 0.5 },
    ];
    const { laid, placeOf } = filled(inputsOf(given, { signed: true }), shardsFor(2));
    const stored = laid.projections[1]!;
    const place = placeOf(stored);
    const before = finish(readWeights(stored, place));
    const drawn = listed(stored.input.synapses);
    const { numbers, sources, targets, delays } = finish(
      selectSynapses(stored.input, { sources: [3, 7], targets: [1, 5, 9, 100, 150, 199] }),
    );
    expect(numbers.length).toBeGreaterThan(0);
    numbers.forEach((number, k) => {
      expect([sources[k], targets[k], delays[k]]).toEqual([
        drawn.sources[number],
        drawn.targets[number],
        drawn.delays[number],
      ]);
    });
    const all = drawn.sources.flatMap((source, k) =>
      [3, 7].includes(source) && [1, 5, 9, 100, 150, 199].includes(drawn.targets[k]!) ? [k] : [],
    );
    expect([...numbers]).toEqual(all);
    // In any order, and one twice: the later value counts.
    const order = [...numbers].reverse();
    finish(
      writeWeights(
        stored,
        place,
        order.map((number) => number / 4),
        order,
      ),
    );
    expect(finish(readWeights(stored, place, order))).toEqual(Float32Array.from(order, (number) => number / 4));
    const after = finish(readWeights(stored, place));
    after.forEach((value, number) => {
      expect(value).toBe(all.includes(number) ? number / 4 : before[number]);
    });
  });
});

describe("synapses that share weights", () => {
  const shared: readonly (readonly [string, Projection, Layout])[] = [
    ["in lists", { rule: fixedTotalNumber({ total: 700 }), weights: 3, delays: 0.4 }, "sparse"],
    ["worked out", { rule: allToAll(), weights: 3, delays: 0.4 }, "auto"],
    [
      "worked out, by source",
      {
        rule: fixedOutDegree({ outDegree: 9 }),
        weights: bySource(Array.from({ length: SOURCES }, (_, k) => k)),
        delays: 1,
      },
      "procedural",
    ],
  ];

  test.each(shared)("%s, are read but not written", (_, projection, laidAs) => {
    const inputs = inputsOf([projection], { layout: laidAs, signed: true });
    const { laid, placeOf, parts } = filled(inputs, shardsFor(2));
    const [stored] = laid.projections;
    const before = structuredClone(parts.map((own) => own.map(({ weights }) => weights)));
    expect(needsOwnWeights(placeOf(stored!))).toBe(true);
    const read = finish(readWeights(stored!, placeOf(stored!)));
    expect([...read]).toEqual(listed(inputs[0]!.synapses).weights);
    expect(finish(writeWeights(stored!, placeOf(stored!), read))).toBe("needsOwnWeights");
    expect(parts.map((own) => own.map(({ weights }) => weights))).toEqual(before);
  });

  test.each(shared)("%s, add the same in the same order with weights of their own", (_, projection, laidAs) => {
    for (const given of laidAs === "sparse" ? [[projection], [projection, projection]] : [[projection]]) {
      const shards = shardsFor(2);
      const options = { layout: laidAs, signed: true };
      const plain = filled(inputsOf(given, options), shards);
      const own = filled(inputsOf(given, { ...options, ownWeights: true }), shards);
      expect(own.laid.bundles.every(({ weights }) => weights === "synapse")).toBe(true);
      expect(addedBy(own.laid, own.parts, shards)).toEqual(addedBy(plain.laid, plain.parts, shards));
      expect(own.laid.longestDelay).toBe(plain.laid.longestDelay);
    }
  });
});

describe("wrong weights are refused", () => {
  const [input] = inputsOf(
    [{ rule: fixedTotalNumber({ total: 5 }), weights: { uniform: { min: 1, max: 2 } }, delays: 1 }],
    { signed: true },
  );
  const { laid, placeOf } = filled([input!], shardsFor(1));
  const [stored] = laid.projections;
  const write = (values: readonly number[], numbers?: readonly number[]) => () =>
    finish(writeWeights(stored!, placeOf(stored!), values, numbers));

  test.each<[string, () => unknown, string]>([
    ["too few", write([1, 2]), "p0.weights must contain 5 values, one per synapse; received 2."],
    ["NaN", write([1, 1, Number.NaN, 1, 1]), "p0.weights[2] must be a finite number"],
    ["negative", write([1, -2, 1, 1, 1]), "Give the magnitude."],
    ["an unknown synapse", write([1], [5]), "p0.synapses[0] must be a whole number from 0 to 4; received 5."],
    [
      "an unknown unit",
      () => finish(selectSynapses(input!, { sources: [SOURCES] })),
      "p0.sources[0] must be a whole number from 0 to 39; received 40.",
    ],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
