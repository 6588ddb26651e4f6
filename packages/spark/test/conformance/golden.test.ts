import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Component } from "../../src/model/component.ts";
import type { Engine } from "../../src/program/machine.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma } from "../../src/somas/leaky.ts";
import { describeEach } from "./backends.test-support.ts";
import { attachAlone, onlyOf, plan, spiked, viewNamed } from "./both.test-support.ts";

interface Case {
  readonly name: string;
  readonly soma: string;
  readonly config: Readonly<Record<string, number | number[]>>;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly units: readonly number[];
  readonly current: string;
  readonly spikes: readonly (readonly [number, number])[];
  readonly potentialSteps: readonly number[];
  readonly potentialFromRest: readonly (readonly number[])[];
}
const golden = JSON.parse(readFileSync(new URL("../golden/spark.json", import.meta.url), "utf8")) as {
  readonly inputs: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly cases: readonly Case[];
};
const somas: Record<string, (config: never) => Component> = {
  LeakySoma,
  RefractoryLeakySoma,
  StrictRefractoryLeakySoma,
  AdaptiveLeakySoma,
};
const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const replay = async (engine: Engine, golden: Case, input: readonly (readonly number[])[]) => {
  const config = Object.fromEntries(Object.entries(golden.config).map(([key, value]) => [camel(key), value]));
  const built = somas[golden.soma]!({ ...config, units: golden.units } as never).build({}, { dt: golden.dt });
  const rows = input.length;
  const program = compileComponent(built, { precision: golden.dtype, inputs: { current: [{ kind: "rowUnit" }] } });
  const machine = await attachAlone(engine, program, { rows, records: [{ name: "potential" }] });
  const current = viewNamed(machine, "current");
  for (const [row, values] of input.entries()) current.set(values, row * program.padded);
  plan(onlyOf(machine), [{ first: 0, every: 1, last: rows }]);
  await machine.advance(0, rows);
  const spikes: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < program.units; unit++) if (spiked(machine, row, unit)) spikes.push([row + 1, unit]);
  }
  const recorded = onlyOf(machine).record(0).slice();
  machine.dispose();
  const potential = (step: number, unit: number): number => recorded[(step - 1) * program.padded + unit]!;
  return { spikes, potential, built };
};

describeEach("gives every spike and potential of the reference", ({ engine }) => {
  for (const c of golden.cases) {
    test(c.name, async () => {
      const { spikes, potential, built } = await replay(engine(), c, golden.inputs[c.current]!);
      expect(spikes).toEqual(c.spikes);
      const tolerance = c.dtype === "f64" ? 1e-12 : 2e-4;
      const rest = built.fields["potentialRest"]!;
      let worst = 0;
      for (const [k, step] of c.potentialSteps.entries()) {
        for (const [unit, fromRest] of c.potentialFromRest[k]!.entries()) {
          const base = typeof rest === "number" ? rest : rest[unit]!;
          worst = Math.max(worst, Math.abs(potential(step, unit) - (base + fromRest)));
        }
      }
      expect(worst).toBeLessThan(tolerance);
    });
  }
});
