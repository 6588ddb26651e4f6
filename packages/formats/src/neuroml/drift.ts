import { type ExperimentDocument, experiment, simulatePrepared } from "spark-snn";
import { type Reporter, startReport } from "../report.ts";
import { dataReader } from "../result.ts";
import { convert } from "./convert.ts";
import { withFixedInputs } from "./fixed-inputs.ts";
import { interpret, type Trace } from "./interpreter.ts";
import { children, type Model } from "./read-model.ts";

/*
 * The drift check of NeuroML. A file defines equations, and a step of the import approximates them, so the check compares
 * import and interpreter with the step of the document and with a quarter of it. If both have the same equations, the
 * difference shrinks with the step.
 */

/** Steps of the integration in a step of the interpreter. */
const SUBSTEPS = 4;
/** The shorter step is this part of that of the document. */
const FINER = 4;
/** Work of the interpreter that an import may take: steps of its integration, of all cells. */
const BUDGET = 3e6;
/** Fewest steps that say anything. */
const FEWEST = 20;
/** Most connections, which the check reads again. */
const CONNECTIONS = 100_000;
/** Mean difference of potentials that counts as none, mV: that of interpreters without a difference but rounding. */
const ROUNDING = 1e-6;
/** Mean difference that counts as none if all spikes are at the same steps, mV. */
const SMALL = 0.05;

/** How far a run of the import is from the interpreter. */
interface Difference {
  readonly populations: number;
  /** Mean difference of the potentials of all cells and steps, mV. */
  readonly mean: number;
  /** Number of spikes of the import. */
  readonly spikes: number;
  /** Number of spikes of the interpreter, and how many of them are at other steps in the import. */
  readonly expected: number;
  readonly moved: number;
  /** Whether no potential of the interpreter changes. */
  readonly isQuiet: boolean;
}

/** Compares the first steps of an import with an interpreter. */
export const checkNeuromlDrift = async (given: Model, dt: number, most: number, report: Reporter): Promise<void> => {
  const { cells, connections } = sizeOf(given);
  const steps = Math.min(most, Math.floor(BUDGET / (SUBSTEPS * (1 + FINER) * cells)));
  if (steps < Math.min(most, FEWEST) || connections > CONNECTIONS) {
    report.faithful("drift check", "too large", "not run", `The network has ${cells} cells.`);
    return;
  }
  const model = withFixedInputs(given, dt, steps);
  const own = await differenceOf(model, dt, steps);
  const finer = await differenceOf(model, dt / FINER, steps * FINER);
  tell(own, finer, dt, steps, report);
};

const sizeOf = ({ network }: Model): { readonly cells: number; readonly connections: number } => {
  let [cells, connections] = [0, 0];
  for (const element of children(network.element)) {
    if (element.name === "projection") connections += element.children.length;
    const { size } = element.attributes;
    if (element.name === "population") cells += size === undefined ? element.children.length : Number(size);
  }
  return { cells, connections };
};

type Recorded = Readonly<
  Record<
    string,
    {
      readonly outSpikes: { readonly count: number; readonly times: (unit: number) => ArrayLike<number> };
      readonly potential: { readonly values: ArrayLike<number> };
    }
  >
>;

const differenceOf = async (model: Model, dt: number, steps: number): Promise<Difference> => {
  const traces = interpret(model, { dt: dt / 1000, steps, substeps: SUBSTEPS });
  const times = { duration: steps * dt, dt, steps };
  const { document, data, populations } = convert(model, times, undefined, startReport("neuroml", "import"));
  const names = [...new Set([...traces.keys()].flatMap((id) => populations.get(id)?.made?.name ?? []))];
  const record = Object.fromEntries(names.map((name) => [name, { outSpikes: true, potential: { dtype: "f64" } }]));
  const checked = { ...document, record } as unknown as ExperimentDocument;
  const { prepared } = await experiment(checked, { kind: "brain", readFile: dataReader(data) });
  const run = (await simulatePrepared(prepared)) as unknown as Recorded;
  const found = { populations: traces.size, spikes: 0, expected: 0, moved: 0, isQuiet: true };
  let [sum, values] = [0, 0];
  for (const [id, trace] of traces) {
    const { size, potential, spikes: expected } = trace;
    const { made, units } = populations.get(id)!;
    const recorded = run[made!.name]!;
    for (let step = 0; step < steps; step++) {
      for (let k = 0; k < size; k++) {
        const own = recorded.potential.values[step * made!.units + units[k]!]!;
        sum += Math.abs(own - potential[step * size + k]!);
      }
    }
    values += steps * size;
    if (!isAtRest(trace)) found.isQuiet = false;
    for (let k = 0; k < size; k++) {
      const own = new Set(Array.from(recorded.outSpikes.times(units[k]!), (time) => Math.round(time / dt)));
      found.spikes += own.size;
      found.expected += expected[k]!.length;
      found.moved += expected[k]!.filter((step) => !own.has(step)).length;
    }
  }
  return { mean: sum / values, ...found };
};

const isAtRest = ({ potential, size }: Trace): boolean =>
  potential.every((value, k) => Math.abs(value - potential[k % size]!) < ROUNDING);

const shown = (value: number): string => `${Number(value.toPrecision(2))} mV`;

const tell = (own: Difference, finer: Difference, dt: number, steps: number, report: Reporter): void => {
  const { populations, spikes, expected, moved, mean } = own;
  const subject = `${steps} steps of ${populations} ${populations === 1 ? "population" : "populations"}`;
  const time = (of: number): string => `${Number(of.toPrecision(12))} ms`;
  if (own.isQuiet && spikes === 0) {
    const note = `No potential changes in the first ${time(steps * dt)}, so only the rest is compared.`;
    report.faithful("drift check", subject, "no activity", note);
    return;
  }
  const places =
    spikes === expected ? `${moved} of ${spikes} spikes at other steps` : `${spikes} spikes instead of ${expected}`;
  const difference = `Compared with an interpreter of NeuroML: ${places}, potentials ${shown(mean)} apart on average.`;
  const shorter = `With steps of ${time(dt / FINER)}, they are ${shown(finer.mean)} apart`;
  const result = `${spikes} spikes`;
  const isSame = expected > 0 && spikes === expected && moved === 0 && mean <= SMALL;
  if (mean <= ROUNDING || isSame) report.faithful("drift check", subject, result, difference);
  else if (finer.mean <= mean / 2) {
    report.faithful("drift check", subject, result, `${difference} ${shorter}: the step causes the difference.`);
  } else {
    const reason = "Either the spikes depend strongly on the step, or the equations differ.";
    report.approximate("drift check", subject, result, `${difference} ${shorter}. ${reason}`);
  }
};
