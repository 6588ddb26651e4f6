import { drawsFor, type ExperimentDocument } from "spark-snn";
import { checkDrift, type Expected } from "../drift.ts";
import type { Reporter } from "../report.ts";
import type { Files } from "../result.ts";
import { type NirGraph, sizeOf } from "./graph.ts";
import { interpret } from "./interpreter.ts";
import type { Lowered } from "./lower.ts";
import { models } from "./models.ts";

export interface NirDrift {
  readonly graph: NirGraph;
  readonly lowered: Lowered;
  readonly document: ExperimentDocument;
  readonly data: Files;
  readonly steps: number;
}

/** Work of the interpreter in a check, where that is enough for the fewest steps: operations of units and synapses. */
const BUDGET = 1e7;
/** Most work for the fewest steps. */
const LARGEST = 2e7;
/** Operations of a unit in a step, beside its synapses. */
const UNIT = 500;
/** Fewest steps that say anything. */
const FEWEST = 10;

/** Compares the import with an interpreter of NIR, for spikes drawn at random as inputs. */
export const checkNirDrift = async (check: NirDrift, report: Reporter): Promise<void> => {
  const { graph, lowered, document, data } = check;
  const { populations, direct, plan, dt, reset } = lowered;
  const order = orderOf(lowered);
  const synapses = [...plan.parts.values()].reduce(
    (all, { flow }) => [...flow.terms.values()].reduce((sum, { indices }) => sum + indices.length, all),
    0,
  );
  const units = order.reduce((all, { shape }) => all + sizeOf(shape), 0);
  const work = UNIT * units + synapses;
  const steps = Math.min(check.steps, Math.max(FEWEST, Math.floor(BUDGET / work)));
  if (steps * work > LARGEST) {
    report.faithful("drift check", "too large", "not run", `The graph has ${units} units and ${synapses} synapses.`);
    return;
  }
  const given = new Map<string, Float64Array>();
  const inputs: Record<string, Record<string, unknown>> = {};
  for (const { path, shape } of order) {
    if (graph.nodes.get(path)!.type !== "Input") continue;
    const size = sizeOf(shape);
    const values = spikesFor(path, steps * size);
    given.set(path, values);
    for (const target of direct.get(path)?.keys() ?? []) {
      // The values end before the run, whose last steps only wait for late populations.
      const rows = Array.from({ length: steps }, (_, step) =>
        Array.from(values.subarray(step * size, (step + 1) * size)),
      );
      inputs[populations.get(target)!.name] = { current: { series: rows, interval: dt, after: "zero" } };
    }
    const population = populations.get(path);
    if (population) inputs[population.name] = { inSpikes: { events: eventsOf(values, size) } };
  }
  const left = new Set(plan.unknown.map(({ path }) => path));
  const known = { nodes: graph.nodes, edges: graph.edges.filter((edge) => !edge.some((path) => left.has(path))) };
  const traces = interpret({ graph: known, order, dt, steps, reset, inputs: given });
  const expected = new Map<string, readonly Expected[]>();
  for (const [path, { name, model, part, level }] of populations) {
    if (!model) continue;
    const common = { units: part.size, late: level };
    expected.set(name, [
      { ...common, of: "potential", values: traces.potentials.get(path)! },
      ...(models[model].isSpiking ? [{ ...common, of: "spikes" as const, values: traces.outputs.get(path)! }] : []),
    ]);
  }
  await checkDrift({ document, data, steps, inputs, expected }, report);
};

/** Inputs and parts with state, in the order in which values pass them. */
const orderOf = ({ plan, populations, direct }: Lowered): { path: string; shape: readonly number[]; early: number }[] =>
  [...plan.parts]
    .filter(([path]) => populations.has(path) || direct.has(path))
    .map(([path, { shape }]) => ({ path, shape, level: direct.has(path) ? -1 : populations.get(path)!.level }))
    .sort((a, b) => a.level - b.level)
    // A population that is late by some steps has advanced for as many steps when its first input arrives.
    .map(({ path, shape, level }) => ({ path, shape, early: Math.max(level, 0) }));

/** A spike in a fifth of all steps, on average. */
const spikesFor = (path: string, count: number): Float64Array => {
  const draws = drawsFor(1, `drift check of ${path}`);
  return Float64Array.from({ length: count }, (_, k) => Number(draws.uniform(k) < 0.2));
};

const eventsOf = (values: Float64Array, size: number): { steps: number[]; units: number[] } => {
  const steps: number[] = [];
  const units: number[] = [];
  values.forEach((value, k) => {
    if (value !== 1) return;
    steps.push(Math.floor(k / size) + 1);
    units.push(k % size);
  });
  return { steps, units };
};
