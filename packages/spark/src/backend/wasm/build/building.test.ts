import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { built, drawsOf, wiringOf } from "../../../connectivity/connectivity.test-support.ts";
import { fixedOutDegree, fixedTotalNumber, pairwiseBernoulli, type Rule } from "../../../connectivity/rule.ts";
import type { SynapseValues } from "../../../connectivity/values.ts";
import type { BundleInput, Bundles } from "../../../layout/bundle.ts";
import { layOutBundles } from "../../../layout/bundles.ts";
import { shardsOf } from "../../../layout/shards.ts";
import type { Shard } from "../../../program/network.ts";
import { makePart } from "../../../program/parts.ts";
import type { SynapseBuilder } from "../../../program/recipe.ts";
import { finish, type Work } from "../../../program/work.ts";
import { builderAtOnce, openBuilder } from "./builder.ts";

/* Builders are tested against the plain path, which draws batch by batch: both must give the same bits. */

const SOURCES = 90;
const UNITS = [300, 170];
const SLOTS = [0, 320];
const signs = Int8Array.from({ length: SOURCES }, (_, unit) => (unit % 3 === 0 ? 1 : -1));

const shardsFor = (threads: number, wide: boolean): Shard[] =>
  shardsOf(
    UNITS.map((units, p) => ({ units, receptors: [{ firstSlot: SLOTS[p]! }], incoming: 1000 })),
    threads,
  ).map((shard) => ({ ...shard, wide }));

interface Projection {
  readonly rule: Rule;
  readonly weights: SynapseValues;
  readonly delays: SynapseValues;
  readonly target: number;
}

const inputOf = ({ rule, weights, delays, target }: Projection, k: number, signed: boolean): BundleInput => ({
  synapses: built(
    wiringOf(rule, { name: `p${k}`, weights, delays, sources: SOURCES, targets: UNITS[target]!, recurrent: k === 1 }),
    draws,
  ),
  source: 0,
  target,
  firstSlot: SLOTS[target]!,
  layout: "sparse",
  ...(signed && { signs }),
});

const draws = drawsOf();

/** Awaits parts that other threads work on. */
const finished = async <T>(work: Work<T>): Promise<T> => {
  for (let next = work.next(); ; next = work.next()) {
    if (next.done) return next.value;
    await next.value;
  }
};

/** Everything that a machine gets of some projections. */
const laid = async (
  inputs: readonly BundleInput[],
  shards: readonly Shard[],
  precision: "f32" | "f64",
  builder?: SynapseBuilder,
) => {
  const { bundles, ...rest }: Bundles = await finished(layOutBundles(inputs, shards, builder));
  const filled: object[] = [];
  for (const bundle of bundles) {
    const parts = shards.map((_, s) => makePart({ precision, shards }, bundle, s));
    await finished(bundle.filling(parts));
    const { population, sources, delays, weights, shards: own } = bundle;
    const digest = createHash("sha1").update(delays);
    for (const { offsets } of own) digest.update(offsets);
    for (const part of parts) digest.update(part.targets).update(part.weights);
    const counts = own.map(({ synapses }) => synapses);
    filled.push({ population, sources, delays, weights, counts, digest: digest.digest("hex") });
  }
  return { ...rest, filled };
};

const total = fc.integer({ min: 0, max: 4000 });
const rule: fc.Arbitrary<Rule> = fc.oneof(
  total.map((count) => fixedTotalNumber({ total: count })),
  fc.integer({ min: 0, max: 40 }).map((outDegree) => fixedOutDegree({ outDegree })),
);
const positive = fc.double({ min: 0.1, max: 5, noNaN: true });
const weights: fc.Arbitrary<SynapseValues> = fc.oneof(
  fc.constantFrom(1, 2),
  fc.record({ min: fc.constant(0.5), max: positive.map((x) => x + 0.6) }).map((uniform) => ({ uniform })),
  fc.record({ mean: positive, std: positive, min: fc.constant(0) }).map((normal) => ({ normal })),
  fc.record({ median: positive, sigma: fc.constant(0.7), max: fc.constant(6) }).map((logNormal) => ({ logNormal })),
);
const delays: fc.Arbitrary<SynapseValues> = fc.oneof(
  fc.constantFrom(0.1, 1.3),
  fc.record({ mean: positive, std: positive }).map((normal) => ({ normal })),
  fc.constant({ uniform: { min: 0, max: 900 } }),
);
const projections = fc.array(fc.record({ rule, weights, delays, target: fc.nat({ max: 1 }) }), {
  minLength: 1,
  maxLength: 4,
});

describe("a builder gives what the plain path gives", () => {
  test("for random projections, shards, signs and precisions, on one thread", async () => {
    const builder = builderAtOnce();
    await fc.assert(
      fc.asyncProperty(
        projections,
        fc.record({
          threads: fc.integer({ min: 1, max: 3 }),
          wide: fc.boolean(),
          signed: fc.boolean(),
          precision: fc.constantFrom("f32" as const, "f64" as const),
        }),
        async (given, { threads, wide, signed, precision }) => {
          const inputs = given.map((projection, k) => inputOf(projection, k, signed));
          const shards = shardsFor(threads, wide);
          const expected = await laid(inputs, shards, precision);
          expect(await laid(inputs, shards, precision, builder)).toEqual(expected);
        },
      ),
      { numRuns: 40, seed: 5 },
    );
  });

  const large: readonly Projection[] = [
    {
      rule: fixedTotalNumber({ total: 150_001 }),
      weights: { normal: { mean: 1, std: 1, min: 0 } },
      delays: { normal: { mean: 1.5, std: 0.75 } },
      target: 0,
    },
    { rule: fixedOutDegree({ outDegree: 801 }), weights: 3, delays: 0.7, target: 0 },
    {
      rule: fixedTotalNumber({ total: 70_000 }),
      weights: { logNormal: { median: 1, sigma: 0.4 } },
      delays: { uniform: { min: 0.1, max: 2 } },
      target: 1,
    },
  ];

  test.each([1, 2, 3, 5])("for many blocks, on %d threads", async (threads) => {
    const inputs = large.map((projection, k) => inputOf(projection, k, true));
    const shards = shardsFor(2, false);
    const expected = await laid(inputs, shards, "f32");
    const builder = await openBuilder(1, threads, { leastSynapses: 0 });
    expect(await laid(inputs, shards, "f32", builder)).toEqual(expected);
    builder.dispose();
  });

  test("while the calling thread stays free", async () => {
    const inputs = large.map((projection, k) => inputOf(projection, k, false));
    const shards = shardsFor(1, false);
    const expected = await laid(inputs, shards, "f32");
    const builder = await openBuilder(1, 2, { leastSynapses: 0, joins: false });
    expect(await laid(inputs, shards, "f32", builder)).toEqual(expected);
    builder.dispose();
  });

  test("beside projections that it cannot draw", async () => {
    const other: Projection = {
      rule: pairwiseBernoulli({ probability: 0.2 }),
      weights: { uniform: { min: 1, max: 2 } },
      delays: 1,
      target: 0,
    };
    const inputs = [...large.slice(2), other].map((projection, k) => inputOf(projection, k, true));
    const expected = await laid(inputs, shardsFor(2, false), "f32");
    expect(await laid(inputs, shardsFor(2, false), "f32", builderAtOnce())).toEqual(expected);
  });
});

test("work on several threads cannot be finished at once", async () => {
  const builder = await openBuilder(1, 2, { leastSynapses: 0, joins: false });
  const inputs = [inputOf({ rule: fixedTotalNumber({ total: 100 }), weights: 1, delays: 1, target: 0 }, 0, false)];
  expect(() => finish(layOutBundles(inputs, shardsFor(1, false), builder))).toThrow("Await it.");
  builder.dispose();
});
