import { interpret, isSet, onlyOf, plan, viewNamed } from "../../test/conformance/both.test-support.ts";
import { compileComponent } from "../compile/compile.ts";
import type { Precision } from "../config/parse.ts";
import type { Component } from "../model/component.ts";
import type { Synapse } from "../model/synapse.ts";
import { LeakySoma } from "../somas/index.ts";

export interface TargetOptions {
  readonly dt: number;
  readonly steps: number;
  /** Weight that arrives at each unit in a step, counted from 1. */
  readonly arriving: (step: number, unit: number) => number;
  readonly precision?: Precision;
  /** Observables of the synapse to record. */
  readonly record?: readonly string[];
  readonly current?: number;
}

/** Effect of a synapse on a soma: potentials, spikes and observables of the synapse, by step and unit. */
export interface Traced {
  readonly potential: readonly (readonly number[])[];
  readonly spikes: readonly (readonly [step: number, unit: number])[];
  readonly recorded: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/** Compiles a soma with a synapse, delivers weights and runs it on the interpreter. */
export const target = (component: Component, synapse: Synapse, options: TargetOptions): Traced => {
  const { dt, steps, arriving, precision = "f64", record = [] } = options;
  const built = component.build({}, { dt });
  const receptor = synapse.build(built.units, { dt });
  const program = compileComponent(built, {
    precision,
    inputs: options.current === undefined ? {} : { current: [{ kind: "scalar" }] },
    receptors: [
      {
        name: "it",
        model: synapse.model,
        fields: receptor.fields,
        start: receptor.state,
        seed: receptor.seed,
        port: synapse.model.output.port,
        wired: true,
        drives: [],
      },
    ],
  });
  const records = ["potential", ...record.map((name) => `it.${name}`)].map((name) => ({ name }));
  const machine = interpret(program, { rows: 1, records });
  const { units } = program;
  if (options.current !== undefined) viewNamed(machine, "current")[0] = options.current;
  plan(
    onlyOf(machine),
    records.map(() => ({ first: 0, every: 1, last: 0 })),
  );
  const potential: number[][] = [];
  const spikes: [number, number][] = [];
  const recorded: Record<string, number[][]> = Object.fromEntries(record.map((name) => [name, []]));
  for (let step = 1; step <= steps; step++) {
    const arrivals = viewNamed(machine, "it.arrivals");
    for (let unit = 0; unit < units; unit++) arrivals[unit] = arriving(step, unit);
    void machine.advance(step - 1, 1);
    const row = (k: number): number[] => [...onlyOf(machine).record(k).subarray(0, units)];
    potential.push(row(0));
    record.forEach((name, k) => void recorded[name]!.push(row(k + 1)));
    const bits = onlyOf(machine).view(program.spikes!);
    for (let unit = 0; unit < units; unit++) if (isSet(bits, unit)) spikes.push([step, unit]);
  }
  machine.dispose();
  return { potential, spikes, recorded };
};

/** The current of each step into one unit, pA, recovered from the potential of a soma almost without a leak. */
export const currents = (
  synapse: Synapse,
  options: Pick<TargetOptions, "dt" | "steps"> & { readonly arriving: (step: number) => number },
): number[] => {
  const resistance = 1e9;
  const potentialTau = 1e12;
  const soma = LeakySoma({ potentialRest: 0, potentialReset: 0, threshold: 1e300, potentialTau, resistance });
  const { potential } = target(soma, synapse, options);
  const rate = -Math.expm1(-options.dt / potentialTau);
  return potential.map(([after], k) => {
    const before = potential[k - 1]?.[0] ?? 0;
    return ((after! - before) / rate + before) / resistance;
  });
};
