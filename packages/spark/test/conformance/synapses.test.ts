import { describe, expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Component } from "../../src/model/component.ts";
import type { Synapse } from "../../src/model/synapse.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../../src/somas/index.ts";
import { sources } from "../../src/sources/index.ts";
import { synapses } from "../../src/synapses/index.ts";
import { expectSameBits, spiked } from "./both.test-support.ts";
import { receptorOf, spread } from "./receptor.test-support.ts";

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
