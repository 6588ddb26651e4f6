import { describe, expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Receptor } from "../../src/compile/receptors.ts";
import type { Fields } from "../../src/config/field.ts";
import { drawUnit, keyOf } from "../../src/math/threefry.ts";
import type { Component } from "../../src/model/component.ts";
import type { Synapse } from "../../src/model/synapse.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../../src/somas/index.ts";
import { PoissonDrive, sources } from "../../src/sources/index.ts";
import { synapses } from "../../src/synapses/index.ts";
import { expectSameBits, spiked } from "./both.test-support.ts";

/** A field's default, moved by up to a tenth for each unit. */
const spread = (fields: Fields, units: number): Record<string, Float64Array> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { default: value }]) => [
      name,
      Float64Array.from({ length: units }, (_, unit) => value * (0.9 + 0.1 * drawUnit(keyOf(1, name), unit))),
    ]),
  );

const weights: Readonly<Record<string, number>> = { pA: 200, mV: 4, nS: 8 };

const receptorOf = (synapse: Synapse, units: number, dt: number): Receptor => {
  const built = synapse.build([units], { dt });
  // What lasts for a step alone must be strong to be felt.
  const weight = weights[synapse.model.weightUnit]! * (synapse.model.name === "LinearSynapse" ? 40 : 1);
  const drive = PoissonDrive({ rate: 400, weight: spread({ weight: { default: weight } } as never, units)["weight"]! });
  const source = drive.build([units], synapse.model.weightUnit, { dt, seed: 5 });
  return {
    name: "it",
    model: synapse.model,
    fields: built.fields,
    start: built.state,
    seed: built.seed,
    wired: true,
    drives: [{ name: "noise", source }],
  };
};

// The table of the library's synapses: a new one is tested by being in it.
for (const [name, create] of Object.entries(synapses) as [string, (config: object) => Synapse][]) {
  describe(`${name} gives the same bits in both backends`, () => {
    const ways = create({}).model.currentOf === undefined ? [{}] : [{ currentOf: "mean" }, { currentOf: "value" }];
    for (const way of ways) {
      for (const precision of ["f32", "f64"] as const) {
        test(`in ${precision}${"currentOf" in way ? ` by its ${way.currentOf}` : ""}`, () => {
          let spikes = 0;
          for (const soma of [LeakySoma, AdaptiveLeakySoma] as ((config: object) => Component)[]) {
            for (const units of [17, 33]) {
              for (const config of units === 17 ? [{}] : [spread(create({}).model.fields, units)]) {
                const receptor = receptorOf(create({ ...config, ...way }), units, 0.5);
                const records = Object.keys(receptor.model.observables).map((known) => ({
                  name: known,
                  receptor: "it",
                }));
                const program = compileComponent(soma({ units: [units] }).build({}, { dt: 0.5 }), {
                  precision,
                  rows: 40,
                  inputs: {},
                  spikes: true,
                  records,
                  receptors: [receptor],
                });
                const schedules = records.map((_, k) => ({ first: k, every: k + 1, last: 39 }));
                const [machine] = expectSameBits(program, [40, 13], { schedules });
                for (let row = 0; row < 40; row++)
                  for (let k = 0; k < units; k++) if (spiked(machine, row, k)) spikes++;
              }
            }
          }
          expect(spikes).toBeGreaterThan(20);
        });
      }
    }
  });
}

describe("sources give the same bits in both backends", () => {
  for (const [name, create] of Object.entries(sources) as [string, (config: object) => Component][]) {
    test.each(["f32", "f64"] as const)(`${name} in %s`, (precision) => {
      const built = create({ units: [70] }).build({}, { dt: 10 });
      const inputs = Object.hasOwn(built.model.inputs, "inSpikes")
        ? { inSpikes: [{ kind: "rowBit", signed: false } as const, { kind: "rowBit", signed: false } as const] }
        : {};
      const program = compileComponent(built, { precision, rows: 16, inputs, spikes: true, records: [] });
      const [machine] = expectSameBits(program, [16, 5, 16]);
      let spikes = 0;
      for (let row = 0; row < 16; row++) for (let k = 0; k < 70; k++) if (spiked(machine, row, k)) spikes++;
      expect(spikes).toBeGreaterThan(20);
    });
  }
});
