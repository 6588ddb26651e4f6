import fc from "fast-check";
import { expect } from "vitest";
import { choiceOf, type ListedBackend, meaning, presentBackends } from "../conformance/backends.test-support.ts";
import { randomBrain } from "../conformance/random-brain.test-support.ts";
import { coursesOf, inParts, runOf } from "../conformance/random-runs.test-support.ts";
import { attack } from "./attack.test-support.ts";

/** The part of a run that one backend does is a whole number of these, in which all that is recorded occurs. */
const UNITS_OF_TIME = 16;

const able = presentBackends.filter(({ lacks }) => !("networks" in lacks));
/** A compiler takes a second for each network, so others have more turns. */
const names = fc.oneof(
  ...able.map(({ name }) => ({ weight: name.startsWith("native") ? 1 : 6, arbitrary: fc.constant(name) })),
);
const namedBackend = (name: string): ListedBackend => able.find((listed) => listed.name === name)!;
const cases = fc.record({
  seed: fc.nat(),
  dtype: fc.constantFrom("f32" as const, "f64" as const),
  layout: fc.constantFrom("auto" as const, "sparse" as const, "dense" as const, "procedural" as const),
  parts: fc.array(fc.record({ backend: names, share: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
});

attack(
  "random networks have the same bits on every backend, in every layout and in any parts",
  cases,
  async ({ seed, dtype, layout, parts }) => {
    const meant = await runOf(randomBrain(seed, "sparse"), seed, { ...choiceOf(meaning), dtype });
    const given = randomBrain(seed, layout);
    const shares = cut(parts.map(({ share }) => share));
    const tried = parts.map(({ backend }, k) => ({
      options: { ...choiceOf(namedBackend(backend)), dtype },
      share: shares[k]! / UNITS_OF_TIME,
    }));
    const runs = await inParts(
      given,
      seed,
      tried.filter(({ share }) => share > 0),
    );
    expect(coursesOf(runs, given)).toEqual(coursesOf([meant], given));
  },
);

/** Whole numbers in about these ratios, whose sum is the whole time. */
const cut = (ratios: readonly number[]): number[] => {
  const sum = ratios.reduce((total, ratio) => total + ratio, 0);
  let before = 0;
  let seen = 0;
  return ratios.map((ratio) => {
    seen += ratio;
    const end = Math.round((UNITS_OF_TIME * seen) / sum);
    const part = end - before;
    before = end;
    return part;
  });
};
