import { describe, expect } from "vitest";
import { expectMachineBits } from "../../../test/conformance/both.test-support.ts";
import { receptorOf, spread } from "../../../test/conformance/receptor.test-support.ts";
import { compileComponent } from "../../compile/compile.ts";
import type { Component } from "../../model/component.ts";
import type { Synapse } from "../../model/synapse.ts";
import { AdaptiveLeakySoma } from "../../somas/index.ts";
import { sources } from "../../sources/index.ts";
import { synapses } from "../../synapses/index.ts";
import { createNative, nativeTest } from "./native.test-support.ts";

const THREADS = [1, 2, 3, 7] as const;
const UNITS = 200;

// The tables of the library: a new synapse or source is tested by being in one.
for (const [name, create] of Object.entries(synapses) as [string, (config: object) => Synapse][]) {
  describe(`${name} with a Poisson drive as machine code gives the interpreter's bits on 1, 2, 3 and 7 threads`, () => {
    const { model } = create({});
    const ways = model.currentOf === undefined ? [{}] : [{ currentOf: "mean" }, { currentOf: "value" }];
    for (const way of ways) {
      for (const precision of ["f32", "f64"] as const) {
        nativeTest(`in ${precision}${"currentOf" in way ? ` by its ${way.currentOf}` : ""}`, async () => {
          const receptor = receptorOf(create({ ...spread(model.fields, UNITS), ...way }), UNITS, 0.5);
          const program = compileComponent(AdaptiveLeakySoma({ units: [UNITS] }).build({}, { dt: 0.5 }), {
            precision,
            inputs: {},
            receptors: [receptor],
          });
          const dues = program.observables.map((_, k) => ({ first: k, every: k + 1, last: 39 }));
          expect(dues.length).toBeGreaterThan(Object.keys(model.observables).length);
          const course = { chunks: [13, 40], records: program.observables, dues };
          // Blocks of 32 units, so that every thread has some.
          const machines = THREADS.map((threads) => createNative({ ...program, block: 32 }, { threads, leastWork: 0 }));
          for (const machine of machines) {
            const outcomes = await expectMachineBits(machine, program, course);
            expect(outcomes.at(-1)!.spikes).toBeGreaterThan(20);
          }
        });
      }
    }
  });
}

describe("sources as machine code give the interpreter's bits on 1, 2, 3 and 7 threads", () => {
  for (const [name, create] of Object.entries(sources) as [string, (config: object) => Component][]) {
    for (const precision of ["f32", "f64"] as const) {
      nativeTest(`${name} in ${precision}`, async () => {
        const built = create({ units: [UNITS] }).build({}, { dt: 10 });
        const ports = built.model.inputs;
        const inputs = {
          ...(Object.hasOwn(ports, "inSpikes") && { inSpikes: [{ kind: "rowBit", signed: false } as const] }),
          ...(Object.hasOwn(ports, "signal") && { signal: [{ kind: "rowUnit" } as const] }),
        };
        const program = compileComponent(built, { precision, inputs });
        const machines = THREADS.map((threads) => createNative({ ...program, block: 32 }, { threads, leastWork: 0 }));
        for (const machine of machines) {
          const outcomes = await expectMachineBits(machine, program, { chunks: [5, 16], scale: 1 }); // signals lie between 0 and 1
          const { spikes } = outcomes.at(-1)!;
          // Sources that hold values never spike.
          if (built.model.spikes.op === "constant") expect(spikes).toBe(0);
          else expect(spikes).toBeGreaterThan(20);
        }
      });
    }
  }
});
