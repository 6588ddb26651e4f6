import { afterAll, describe, expect, test } from "vitest";
import { Team } from "../../src/backend/wasm/team.ts";
import { createThreaded } from "../../src/backend/wasm/threads.ts";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Component } from "../../src/model/component.ts";
import { somas } from "../../src/somas/index.ts";
import { expectBitsOf, spiked } from "./both.test-support.ts";
import { UNITS, wide } from "./wide-soma.test-support.ts";

const precisions = ["f32", "f64"] as const;

// A team serves one program after the other, as it does in a simulation.
for (const seats of [1, 2, 3, 7]) {
  for (const joins of seats === 1 ? [true] : [true, false]) {
    describe(`${seats} threads${joins ? "" : " beside the calling one"} give the bits of the interpreter`, () => {
      const team = new Team(seats, joins, 2);
      afterAll(() => team.dispose());

      for (const precision of precisions) {
        for (const [name, create] of Object.entries(somas) as [string, (config: object) => Component][]) {
          test(`for ${name} in ${precision}, with inputs and records of every unit`, async () => {
            const built = create({ units: [300] }).build({}, { dt: 0.5 });
            const records = Object.keys(built.model.observables).map((observable) => ({ name: observable }));
            const program = compileComponent(built, {
              precision,
              rows: 16,
              inputs: { current: [{ kind: "rowUnit" }, { kind: "row" }], inSpikes: [{ kind: "rowBit", signed: true }] },
              spikes: true,
              records,
            });
            // Ten blocks, the last of them in part.
            const machine = await createThreaded({ ...program, block: 32 }, team, { leastWork: 0 });
            const schedules = records.map((_, k) => ({ first: k, every: k + 1, last: 15 }));
            await expectBitsOf(machine, [16, 1, 9, 16], { schedules, scale: 6000 });
            let spikes = 0;
            for (let row = 0; row < 16; row++) for (let k = 0; k < 300; k++) if (spiked(machine, row, k)) spikes++;
            expect(spikes).toBeGreaterThan(20);
            machine.dispose();
          });
        }

        test(`for noise and records of a list that falls in several blocks, in ${precision}`, async () => {
          const units = [0, 1, 255, 256, 300, 598];
          const program = compileComponent(wide(), {
            precision,
            rows: 5,
            inputs: { current: [{ kind: "unit" }] },
            spikes: true,
            records: [{ name: "potential", units }],
          });
          expect(program.block).toBeLessThan(UNITS / 2);
          const machine = await createThreaded(program, team, { leastWork: 0 });
          await expectBitsOf(machine, [5, 2, 5], { schedules: [{ first: 0, every: 2, last: 4 }], scale: 30 });
          machine.dispose();
        });
      }
    });
  }
}
