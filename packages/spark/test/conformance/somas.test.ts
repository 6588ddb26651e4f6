import { describe, expect, test } from "vitest";
import { type Binding, compileComponent } from "../../src/compile/compile.ts";
import type { Fields } from "../../src/config/field.ts";
import { drawUnit, keyOf } from "../../src/math/threefry.ts";
import type { Component } from "../../src/model/component.ts";
import { somas } from "../../src/somas/index.ts";
import { expectSameBits, spiked } from "./both.test-support.ts";

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
  "a number a unit": { current: [{ kind: "unit" }], inSpikes: [] },
  "a number a step": { current: [{ kind: "row" }], inSpikes: [] },
  "a number a step and unit": { current: [{ kind: "rowUnit" }], inSpikes: [] },
  spikes: { current: [], inSpikes: [{ kind: "rowBit", signed: false }] },
  "signed spikes and a sum": {
    current: [{ kind: "unit" }, { kind: "row" }],
    inSpikes: [{ kind: "rowBit", signed: true }],
  },
};

// The table of the library's somas: a new one is tested by being in it.
for (const [name, create] of Object.entries(somas) as [string, (config: object) => Component][]) {
  describe(`${name} gives the same bits in both backends`, () => {
    for (const [what, bindings] of Object.entries(inputs)) {
      for (const precision of ["f32", "f64"] as const) {
        test(`in ${precision} with ${what} as input`, () => {
          let spikes = 0;
          for (const units of [1, 3, 4, 15, 16, 17, 31, 32, 33, 100]) {
            const { fields } = create({}).model;
            for (const config of [{}, spread(fields, units)]) {
              const built = create({ ...config, units: [units] }).build({}, { dt: 0.5 });
              const records = Object.keys(built.model.observables).map((observable) => ({ name: observable }));
              const program = compileComponent(built, { precision, rows: 16, inputs: bindings, spikes: true, records });
              const schedules = records.map((_, k) => ({ first: k, every: k + 1, last: 15 }));
              const [machine] = expectSameBits(program, [16, 9, 16], { schedules, scale: 6000 });
              for (let row = 0; row < 16; row++) for (let k = 0; k < units; k++) if (spiked(machine, row, k)) spikes++;
            }
          }
          const fires = bindings["current"].length > 0;
          if (fires) expect(spikes).toBeGreaterThan(20);
        });
      }
    }
  });
}
