import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Component } from "../../src/model/component.ts";
import type { Engine } from "../../src/program/machine.ts";
import { somas as library } from "../../src/somas/index.ts";
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
  /** Relative to rest, or absolute for somas that have no rest. */
  readonly potential: readonly (readonly number[])[];
}
interface Golden<C = Case> {
  readonly inputs: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly cases: readonly C[];
}
const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../golden/${file}`, import.meta.url), "utf8")) as unknown;
const leaky = read("spark.json") as Golden<Omit<Case, "potential"> & { readonly potentialFromRest: Case["potential"] }>;
const others = read("spark-1.2-somas.json") as Golden;
const golden: Golden = {
  inputs: { ...leaky.inputs, ...others.inputs },
  cases: [
    ...leaky.cases.map(({ potentialFromRest, ...c }) => ({ ...c, potential: potentialFromRest })),
    ...others.cases,
    // The soma with all mechanisms contains the one with an adaptation current.
    ...others.cases
      .filter(({ soma }) => soma === "AdaptiveExponentialSoma")
      .map((one) => ({
        ...one,
        name: `Doubly${one.name}`,
        soma: `Doubly${one.soma}`,
        config: { adaptation_subthreshold: 0.5, ...one.config },
      })),
  ],
};
const somas = library as unknown as Record<string, (config: never) => Component>;
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
      // An upstroke multiplies the differences of rounding.
      const [double, single] = /Leaky/.test(c.soma) ? [1e-12, 2e-4] : [1e-9, 1e-3];
      const tolerance = c.dtype === "f64" ? double : single;
      const rest = built.model.state["potential"]!.from ? built.fields["potentialRest"]! : 0;
      let worst = 0;
      for (const [k, step] of c.potentialSteps.entries()) {
        for (const [unit, value] of c.potential[k]!.entries()) {
          const base = typeof rest === "number" ? rest : rest[unit]!;
          worst = Math.max(worst, Math.abs(potential(step, unit) - (base + value)));
        }
      }
      expect(worst).toBeLessThan(tolerance);
    });
  }
});
