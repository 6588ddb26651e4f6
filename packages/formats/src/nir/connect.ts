import { safeNames } from "../names.ts";
import type { Reporter } from "../report.ts";
import type { DataFile } from "./data.ts";
import type { Link, Lowered, Population } from "./lower.ts";
import { models } from "./models.ts";
import { diagonalOf } from "./sparse.ts";
import { round } from "./values.ts";

/* What passes between populations: spikes as synapses, and potentials as signals. */

type Value = Readonly<Record<string, unknown>>;

export interface Connections {
  readonly projections: Record<string, Value>;
  readonly signals: Record<string, Value>;
  /** Factors of the inputs of populations, by path. */
  readonly gains: ReadonlyMap<string, Float64Array>;
}

/** Difference between a delay and whole steps, in steps, that is no error of rounding. */
const EXACT = 1e-6;

export const connect = (lowered: Lowered, data: DataFile, report: Reporter): Connections => {
  const { populations, direct, links } = lowered;
  const gains = new Map<string, Float64Array>();
  for (const targets of direct.values()) for (const [path, factors] of targets) gains.set(path, factors);
  const projections: Record<string, Value> = {};
  const signals: Record<string, Value> = {};
  const nameOf = safeNames();
  for (const link of links) {
    const from = populations.get(link.from)!;
    const to = populations.get(link.to)!;
    const name = nameOf(`${from.name}To${to.name[0]!.toUpperCase()}${to.name.slice(1)}`);
    if (from.model && !models[from.model].isSpiking) {
      const signal = signalOf(name, link, from, to, { gains, report });
      if (signal) signals[name] = signal;
    } else projections[name] = projectionOf(name, link, from, to, { lowered, data, report });
  }
  return { projections, signals, gains };
};

interface Context {
  readonly lowered: Lowered;
  readonly data: DataFile;
  readonly report: Reporter;
}

/**
 * Steps of a delay. Without a delay in the file, a connection to a later part takes as many steps as the parts are apart,
 * so that spikes of different ways still meet; one that leads back takes one step, as in every program with time steps.
 */
const projectionOf = (
  name: string,
  { matrix }: Link,
  from: Population,
  to: Population,
  { lowered, data, report }: Context,
): Value => {
  const { dt } = lowered;
  const { rows, starts, indices, weights, delays } = matrix;
  const apart = to.level - from.level;
  const targets = new Int32Array(indices.length);
  for (let row = 0; row < rows; row++) targets.fill(row, starts[row]!, starts[row + 1]!);
  let late = 0;
  let rounding = 0;
  const steps = (delay: number): number => {
    const exact = (delay * 1000) / dt;
    const whole = Math.round(exact);
    rounding = Math.max(rounding, Math.abs(exact - whole));
    const wanted = apart > 0 ? apart + whole : apart + Math.max(whole, 1);
    late = Math.max(late, 1 - wanted);
    return Math.max(wanted, 1);
  };
  const each = delays ? Float64Array.from(delays, (delay) => steps(delay) * dt) : undefined;
  const all = each ? undefined : steps(0) * dt;
  const path = `edges.${name}`;
  const result = `projection ${name}`;
  if (rounding > EXACT) {
    report.approximate(
      path,
      "delays",
      result,
      `Delays are rounded to whole steps, by up to ${round(rounding * dt)} ms. Use a smaller dt.`,
    );
  }
  if (late > 0) {
    report.approximate(
      path,
      "connection that leads back",
      result,
      `Spikes act ${late} ${late === 1 ? "step" : "steps"} (${round(late * dt)} ms) later, because each projection of the circle takes at least one step.`,
    );
  }
  const isUniform = each?.every((delay) => delay === each[0]);
  const explicit = data.synapses(name, {
    sources: indices,
    targets,
    weights,
    ...(each && !isUniform && { delays: each }),
  });
  return {
    from: from.name,
    to: to.name,
    connect: { explicit },
    ...((!each || isUniform) && { delay: each ? each[0]! : all! }),
    synapse: { synapse: "DeltaSynapse" },
  };
};

/** A potential as an input, one to one. */
const signalOf = (
  name: string,
  { matrix, to: path }: Link,
  from: Population,
  to: Population,
  { gains, report }: { readonly gains: ReadonlyMap<string, Float64Array>; readonly report: Reporter },
): Value | undefined => {
  const factors = diagonalOf(matrix);
  const at = `edges.${name}`;
  const subject = `potential of ${from.name}`;
  if (!factors?.every((factor) => factor === factors[0])) {
    report.unsupported(
      at,
      subject,
      "Weights between potentials have no counterpart here: synapses transmit spikes. Put the weights in front of the node, or apply them to its record.",
    );
    return undefined;
  }
  if (gains.has(path)) {
    report.unsupported(at, subject, "Its target also receives an input of the graph. Give the two separate targets.");
    return undefined;
  }
  const late = to.level - from.level - 1;
  if (late !== 0) {
    report.approximate(
      at,
      subject,
      "signal",
      `It arrives ${Math.abs(late)} steps ${late > 0 ? "before" : "after"} the spikes of other ways, because a signal takes one step.`,
    );
  }
  return { from: from.name, of: "potential", to: `${to.name}.current`, scale: factors[0] ?? 0 };
};
