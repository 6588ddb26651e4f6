import { type ExperimentDocument, experiment, simulatePrepared } from "spark-snn";
import type { Reporter } from "./report.ts";
import { dataReader, type Files } from "./result.ts";

/*
 * The drift check: some steps of an imported experiment, compared with an interpreter of the format that shares no code
 * with the import.
 */

/** What a population does according to the interpreter of the format. */
export interface Expected {
  /** Spikes (1 or 0) or potentials (mV): steps × units. */
  readonly values: Float64Array;
  readonly of: "spikes" | "potential";
  readonly units: number;
  /** Steps by which the population is expected to be later than the interpreter. */
  readonly late: number;
}

export interface DriftCheck {
  readonly document: ExperimentDocument;
  readonly data: Files;
  /** Number of steps of the interpreter. */
  readonly steps: number;
  /** Inputs of the check, in place of those of the document. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** By the name of the population. */
  readonly expected: ReadonlyMap<string, readonly Expected[]>;
}

/** The differences of a check. */
interface Drift {
  /** Largest difference of a potential, relative to the largest potential of its population. */
  readonly potential: number;
  /** The first differing spike: step of the interpreter, counted from 1. */
  readonly spike: { readonly population: string; readonly step: number; readonly unit: number } | undefined;
  readonly spikes: number;
  readonly populations: number;
}

/** Largest relative difference of potentials that counts as none. The interpreters integrate numerically. */
const TOLERANCE = 1e-6;

/** Runs the check, and adds its result to the report. */
export const checkDrift = async (check: DriftCheck, report: Reporter): Promise<void> => {
  const { potential, spike, spikes, populations } = await driftOf(check);
  const subject = `${check.steps} steps of ${populations} ${populations === 1 ? "population" : "populations"}`;
  const size =
    potential === 0 ? "no difference of potentials" : `potentials differ by at most ${potential.toExponential(1)}`;
  if (spike) {
    const { population, step, unit } = spike;
    const difference = `Compared with an interpreter of the format, the spikes first differ at step ${step} of ${population}, unit ${unit}; ${size} (relative).`;
    report.approximate("drift check", subject, `${spikes} spikes`, difference);
  } else if (potential > TOLERANCE) {
    const difference = `Compared with an interpreter of the format, ${size} (relative).`;
    report.approximate("drift check", subject, `${spikes} equal spikes`, difference);
  } else
    report.faithful(
      "drift check",
      subject,
      `${spikes} equal spikes`,
      `Relative to an interpreter of the format, ${size}.`,
    );
};

type Recorded = Readonly<
  Record<
    string,
    {
      readonly outSpikes?: { readonly steps: ArrayLike<number>; readonly units: ArrayLike<number> };
      readonly potential?: { readonly values: ArrayLike<number> };
    }
  >
>;

const driftOf = async ({ document, data, steps, inputs, expected }: DriftCheck): Promise<Drift> => {
  const all = [...expected].flatMap(([name, list]) => list.map((one) => ({ name, ...one })));
  const latest = all.reduce((most, { late }) => Math.max(most, late), 0);
  const record: Record<string, Record<string, unknown>> = {};
  for (const { name, of } of all) {
    record[name] = { ...record[name], ...(of === "spikes" ? { outSpikes: true } : { potential: { dtype: "f64" } }) };
  }
  const { dt } = document as unknown as { readonly dt: number };
  const checked = { ...document, duration: (steps + latest) * dt, inputs, record } as unknown as ExperimentDocument;
  const read = await experiment(checked, { kind: "brain", readFile: dataReader(data) } as never);
  const run = (await simulatePrepared(read.prepared as never)) as unknown as Recorded;
  let potential = 0;
  let spikes = 0;
  let spike: Drift["spike"];
  for (const { name, values, of, units, late } of all) {
    const recorded = run[name]!;
    if (of === "potential") {
      const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      for (let k = 0; k < values.length; k++) {
        const difference = Math.abs(recorded.potential!.values[k + late * units]! - values[k]!);
        if (difference > potential * scale) potential = scale === 0 ? difference : difference / scale;
      }
      continue;
    }
    const seen = new Uint8Array(steps * units);
    const { steps: at, units: of_ } = recorded.outSpikes!;
    for (let k = 0; k < at.length; k++) {
      const step = at[k]! - 1 - late;
      if (step >= 0 && step < steps) seen[step * units + of_[k]!] = 1;
    }
    for (let k = 0; k < seen.length; k++) {
      spikes += seen[k]!;
      if (seen[k] === values[k]) continue;
      const step = Math.floor(k / units) + 1;
      if (!spike || step < spike.step) spike = { population: name, step, unit: k % units };
    }
  }
  return { potential, spike, spikes, populations: expected.size };
};
