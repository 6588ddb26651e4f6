import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import { add, gt } from "../../src/expr/verbs.ts";
import type { BuiltComponent } from "../../src/model/component.ts";
import { signal } from "../../src/model/ports.ts";
import { float } from "../../src/model/scope.ts";
import { soma } from "../../src/model/soma.ts";
import type { Engine } from "../../src/program/machine.ts";
import { CoupledLeakySoma } from "../../src/somas/coupled.ts";
import { dendrite, dendriteInputs, dendriteState, dendriteStep } from "../../src/somas/dendrite.ts";
import { describeEach } from "./backends.test-support.ts";
import { attachAlone, onlyOf, plan, spiked, viewNamed } from "./both.test-support.ts";

/* Traces of Python Spark's dendrite, alone under a given soma and together with one. */

type Rows = readonly (readonly number[])[];
interface Case {
  readonly part: "dendrite" | "two compartments";
  readonly name: string;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly spikes: readonly (readonly [number, number])[];
  readonly [rows: string]: unknown;
}
const file = new URL("../golden/spark-1.2-dendrites.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };
/** The rows of a case. A case in f32 shares the inputs of the same case in f64. */
const rowsOf = (one: Case, key: string): Rows =>
  (one[key] ?? cases.find(({ name }) => name === one.name.replace("f32", "f64"))![key]) as Rows;

/** A dendrite under a soma whose potential and spikes are given. */
const GivenSoma = soma("GivenSoma", dendrite, {
  about: "",
  inputs: { somaPotential: signal("mV", "Potential."), somaSpike: signal("1", "1 at a spike."), ...dendriteInputs },
  state: (x) => ({ potential: float(0, "mV", "Potential.", { from: x.dendriteRest }), ...dendriteState(x) }),
  step(x) {
    const spikes = gt(x.somaSpike, 0);
    return { spikes, potential: x.somaPotential, ...dendriteStep(x, add(x.somaPotential, x.dendriteRest), spikes) };
  },
});

/** Runs a component under given inputs, and gives its spikes and its records by step and unit. */
const replay = async (
  engine: Engine,
  one: Case,
  built: BuiltComponent,
  inputs: Readonly<Record<string, Rows>>,
  names: readonly string[],
) => {
  const rows = Object.values(inputs)[0]!.length;
  const bindings = Object.fromEntries(Object.keys(inputs).map((port) => [port, [{ kind: "rowUnit" as const }]]));
  const program = compileComponent(built, { precision: one.dtype, inputs: bindings });
  const machine = await attachAlone(engine, program, { rows, records: names.map((name) => ({ name })) });
  for (const [port, given] of Object.entries(inputs)) {
    for (const [row, values] of given.entries()) viewNamed(machine, port).set(values, row * program.padded);
  }
  plan(
    onlyOf(machine),
    names.map(() => ({ first: 0, every: 1, last: rows })),
  );
  await machine.advance(0, rows);
  const spikes: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < program.units; unit++) if (spiked(machine, row, unit)) spikes.push([row + 1, unit]);
  }
  const records = names.map((_, k) => onlyOf(machine).record(k).slice());
  const { padded } = program;
  machine.dispose();
  return { spikes, at: (name: number, row: number, unit: number): number => records[name]![row * padded + unit]! };
};

/** The reference computes the time constants and the gain in single precision, for f64 too. */
const tolerance = { f64: 2e-5, f32: 5e-4 } as const;

const expectRows = (one: Case, at: (row: number, unit: number) => number, expected: Rows, base: number): void => {
  let worst = 0;
  for (const [row, values] of expected.entries()) {
    for (const [unit, value] of values.entries()) worst = Math.max(worst, Math.abs(at(row, unit) - (base + value)));
  }
  expect(worst).toBeLessThan(tolerance[one.dtype]);
};

describeEach("gives every potential of the reference's dendrite", ({ engine }) => {
  for (const one of cases) {
    test(one.name, async () => {
      if (one.part === "two compartments") {
        const built = CoupledLeakySoma({ units: [3] }).build({}, { dt: one.dt });
        const inputs = { current: rowsOf(one, "somaCurrent"), dendriteCurrent: rowsOf(one, "dendriteCurrent") };
        const { spikes, at } = await replay(engine(), one, built, inputs, ["potential", "dendritePotential"]);
        expect(spikes).toEqual(one.spikes);
        expectRows(one, (row, unit) => at(0, row, unit), rowsOf(one, "somaPotential"), -60);
        expectRows(one, (row, unit) => at(1, row, unit), rowsOf(one, "dendritePotential"), -55);
        return;
      }
      const built = GivenSoma({ units: [3] }).build({}, { dt: one.dt });
      const somaPotential = rowsOf(one, "somaPotential");
      const spiking = new Set(one.spikes.map(([step, unit]) => `${step} ${unit}`));
      const somaSpike = somaPotential.map((row, k) => row.map((_, unit) => (spiking.has(`${k + 1} ${unit}`) ? 1 : 0)));
      const inputs = { dendriteCurrent: rowsOf(one, "inCurrent"), somaPotential, somaSpike };
      const names = ["dendritePotential", "couplingCurrent", "plateau"];
      const { at } = await replay(engine(), one, built, inputs, names);
      expectRows(one, (row, unit) => at(0, row, unit), rowsOf(one, "potential"), -55);
      expectRows(one, (row, unit) => at(1, row, unit), rowsOf(one, "outCurrent"), 0);
      expectRows(one, (row, unit) => at(2, row, unit), rowsOf(one, "plateau"), 0);
    });
  }
});
