import { expect, test } from "vitest";
import { type Binding, compileComponent } from "../../src/compile/compile.ts";
import type { Fields } from "../../src/config/field.ts";
import type { Precision } from "../../src/config/parse.ts";
import { drawUnit, keyOf } from "../../src/math/threefry.ts";
import type { Component } from "../../src/model/component.ts";
import type { Program } from "../../src/program/program.ts";
import { somas } from "../../src/somas/index.ts";
import { describeEach, once, partOf } from "./backends.test-support.ts";
import { type AloneCourse, expectBits, spikesOf } from "./both.test-support.ts";

type Create = (config: object) => Component;

/** A field's default, moved by up to a tenth for each unit. */
const spread = (fields: Fields, units: number): Record<string, Float64Array> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { default: value }]) => [
      name,
      Float64Array.from({ length: units }, (_, unit) => value * (0.9 + 0.2 * drawUnit(keyOf(1, name), unit))),
    ]),
  );

const inputs: Readonly<Record<string, Readonly<Record<"current" | "inSpikes", readonly Binding[]>>>> = {
  nothing: { current: [], inSpikes: [] },
  "a number": { current: [{ kind: "scalar" }], inSpikes: [] },
  "a number per unit": { current: [{ kind: "unit" }], inSpikes: [] },
  "a number per step": { current: [{ kind: "row" }], inSpikes: [] },
  "a number per step and unit": { current: [{ kind: "rowUnit" }], inSpikes: [] },
  spikes: { current: [], inSpikes: [{ kind: "rowBit", signed: false }] },
  "signed spikes and a sum": {
    current: [{ kind: "unit" }, { kind: "row" }],
    inSpikes: [{ kind: "rowBit", signed: true }],
  },
};

interface Case {
  readonly program: Program;
  readonly course: AloneCourse;
}

/** All inputs and sizes of populations, for the simplest somas. The equations of the others need only a few. */
const all = { inputs: Object.keys(inputs), sizes: [1, 3, 4, 15, 16, 17, 31, 32, 33, 100] };
const few = { inputs: ["a number per unit", "signed spikes and a sum"], sizes: [1, 17, 33] };
const extentOf = (name: string): typeof all => (/Leaky/.test(name) && !/Coupled/.test(name) ? all : few);

/** Populations of some sizes, with equal and with different units. */
const casesOf = (
  create: Create,
  sizes: readonly number[],
  precision: Precision,
  bindings: (typeof inputs)[string],
): Case[] =>
  sizes.flatMap((units) =>
    [{}, spread(create({}).model.fields, units)].map((config): Case => {
      const built = create({ ...config, units: [units] }).build({}, { dt: 0.5 });
      const records = Object.keys(built.model.observables).map((observable) => ({ name: observable }));
      const dues = records.map((_, k) => ({ first: k, every: k + 1, last: 15 }));
      const program = compileComponent(built, { precision, inputs: bindings });
      return { program, course: { chunks: [16, 9, 16], records, dues, scale: 6000 } };
    }),
  );

// The table of the library's somas: a new one is tested by being in it.
const kinds = (Object.entries(somas) as [string, Create][]).flatMap(([name, create]) =>
  extentOf(name).inputs.flatMap((what) =>
    (["f32", "f64"] as const).map((precision) => ({
      title: `for ${name} in ${precision} with ${what} as input`,
      driven: inputs[what]!["current"].length > 0,
      isChosen: few.inputs.includes(what),
      cases: once(() => casesOf(create, extentOf(name).sizes, precision, inputs[what]!)),
    })),
  ),
);

describeEach(
  "gives the bits of the interpreter",
  ({ listed, engine }) => {
    // Where a case takes a compilation, the chosen inputs are tried; bits.test.ts tries the others in native code.
    for (const { title, driven, cases } of kinds.filter(({ isChosen }) => isChosen || listed.share > 0.05)) {
      test(title, async () => {
        let spikes = 0;
        for (const { program, course } of partOf(cases(), listed)) {
          spikes += spikesOf(await expectBits(engine(), program, course));
        }
        if (driven) expect(spikes).toBeGreaterThan(20);
      });
    }
  },
  { others: true },
);
