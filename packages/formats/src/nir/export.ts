import { ConfigError, type Experiment } from "spark-snn";
import { type FlatProjection, flatten } from "../network.ts";
import { type Reporter, startReport } from "../report.ts";
import type { Exported, ExportOptions } from "../result.ts";
import { type ExportedNode, nodeOf } from "./export-node.ts";
import { type ExportContext, freeName, writeProjection } from "./export-projection.ts";
import { levelsOf } from "./plan.ts";
import { nirBytes } from "./write.ts";

/** Largest number of weights of a projection, which NIR stores as a full matrix. */
const MAX_WEIGHTS = 20_000_000;
/** Largest population whose input needs a full matrix for a constant. */
const MAX_DIAGONAL = 2000;

/**
 * Exports a network as a NIR 1.0 graph, in the file `model.nir`.
 *
 * @throws ConfigError if nothing of the network can be exported, and with `strict` for parts that are not faithful
 */
export const exportNir = async (experiment: Experiment, options: ExportOptions = {}): Promise<Exported> => {
  const network = await flatten(experiment);
  const report = startReport("nir", "export", "1.0");
  const { populations, projections, dt } = network;
  report.faithful("dt", "time step", "none", `Files contain no time step. Import the file with dt ${dt} ms.`);
  const exported = new Map<string, ExportedNode>();
  for (const population of populations) {
    const node = nodeOf(population, network, report);
    if (node) exported.set(population.name, node);
  }
  if (![...exported.values()].some(({ isInput }) => !isInput)) throw report.nothingLeft();
  const biases = new Map([...exported].flatMap(([name, { bias }]) => (bias ? [[name, bias] as const] : [])));
  const context: ExportContext = { nodes: new Map(), edges: [], report, dt, exported, biases };
  for (const [name, { node }] of exported) context.nodes.set(name, node);
  const signals = signalsOf(experiment, exported, report);
  const kept = projections.filter((projection) => keeps(projection, context));
  const levels = levelsOf([...exported.keys()], (path) => [
    ...kept.filter(({ target }) => target.name === path).map(({ source }) => source.name),
    ...signals.filter(({ to }) => to === path).map(({ from }) => from),
  ]);
  for (const projection of kept) writeProjection(projection, levels, context);
  for (const { name, from, to, scale } of signals) writeSignal(name, from, to, scale, context);
  writeInputs(context);
  writeOutputs(network.records, context);
  for (const { name } of network.drives) {
    report.unsupported(
      `model.drives.${name}`,
      "drive",
      "NIR has no drives. Use a source, whose spikes are an input of the graph.",
    );
  }
  for (const name of Object.keys(network.readouts)) {
    report.unsupported(
      `model.readouts.${name}`,
      "read-out",
      "NIR has no read-outs. Apply it to the outputs of the graph.",
    );
  }
  if (network.changes > 0) {
    report.unsupported(
      "changes",
      `${network.changes} changes`,
      "NIR has no changes in time. Export the state after them.",
    );
  }
  const bytes = await nirBytes({ nodes: context.nodes, edges: context.edges });
  return { files: { "model.nir": bytes }, report: report.finish(options.strict ?? false) };
};

const keeps = (
  { name, source, target, receptor, rule, sources }: FlatProjection,
  { exported, report }: ExportContext,
): boolean => {
  const path = `model.projections.${name}`;
  if (!exported.has(source.name) || !exported.has(target.name)) {
    report.unsupported(path, "projection", "One of its populations was left out, and so is the projection.");
    return false;
  }
  if (receptor.model !== "DeltaSynapse") {
    report.unsupported(
      path,
      receptor.model,
      "NIR has no synapses with a time course, except in CubaLIF. Use a DeltaSynapse.",
    );
    return false;
  }
  if (rule) {
    report.unsupported(`${path}.plasticity`, rule.model, "NIR has no learning. The present weights are exported.");
  }
  if (source.units * target.units > MAX_WEIGHTS) {
    report.unsupported(
      path,
      `${sources.length} synapses`,
      `NIR stores all ${source.units * target.units} weights; the limit is ${MAX_WEIGHTS}. Divide the populations.`,
    );
    return false;
  }
  return true;
};

interface ExportedSignal {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly scale: number;
}

/** Signals from potentials to inputs, one to one. */
const signalsOf = (
  { document }: Experiment,
  exported: ReadonlyMap<string, ExportedNode>,
  report: Reporter,
): readonly ExportedSignal[] => {
  const { signals = {} } = document.model as { readonly signals?: Readonly<Record<string, Record<string, unknown>>> };
  return Object.entries(signals).flatMap(([name, { from, of, to, scale, ...others }]) => {
    const target = String(to).replace(/\.current$/, "");
    const isOneToOne = of === "potential" && typeof from === "string" && Object.keys(others).length === 0;
    if (isOneToOne && exported.has(from) && exported.has(target)) {
      return [{ name, from, to: target, scale: typeof scale === "number" ? scale : 1 }];
    }
    report.unsupported(
      `model.signals.${name}`,
      "signal",
      "Only potentials of one population that are currents of another one are exported.",
    );
    return [];
  });
};

const writeSignal = (name: string, from: string, to: string, scale: number, context: ExportContext): void => {
  const { nodes, edges, report, exported } = context;
  const { size } = exported.get(to)!;
  if (scale === 1) edges.push([from, to]);
  else {
    const node = freeName(name, context);
    nodes.set(node, { type: "Scale", numbers: { scale: { data: new Float64Array(size).fill(scale), shape: [size] } } });
    edges.push([from, node], [node, to]);
  }
  report.faithful(`model.signals.${name}`, "signal", scale === 1 ? "edge" : "Scale");
};

/** Inputs of the run become inputs of the graph, with what their population multiplies and adds. */
const writeInputs = (context: ExportContext): void => {
  const { nodes, edges, report, exported, biases } = context;
  const driven = [...exported].filter(([name, { isDriven, isInput }]) => !isInput && (isDriven || biases.has(name)));
  for (const [name, { shape, size, gain }] of driven) {
    const input = freeName(driven.length === 1 ? "input" : `input_${name}`, context);
    nodes.set(input, { type: "Input", wholes: { shape: { data: shape, shape: [shape.length] } } });
    const bias = biases.get(name);
    if (bias && size > MAX_DIAGONAL) {
      report.unsupported(
        `model.populations.${name}.bias`,
        "constant input",
        `A constant without synapses needs ${size * size} weights in NIR. Give it as a current of the run.`,
      );
    } else if (bias) {
      const data = new Float64Array(size * size);
      for (let k = 0; k < size; k++) data[k * size + k] = gain ? gain[k]! : 1;
      const affine = freeName(`${input}_affine`, context);
      nodes.set(affine, {
        type: "Affine",
        numbers: { weight: { data, shape: [size, size] }, bias: { data: bias, shape: [size] } },
      });
      edges.push([input, affine], [affine, name]);
    } else if (gain) {
      const scale = freeName(`${input}_scale`, context);
      nodes.set(scale, { type: "Scale", numbers: { scale: { data: gain, shape: [...shape] } } });
      edges.push([input, scale], [scale, name]);
    } else edges.push([input, name]);
    report.faithful(
      `inputs.${name}`,
      "input of the run",
      `Input ${input}`,
      "Files contain no inputs, so its values are not in the file.",
    );
  }
};

/** Populations that lead nowhere are outputs, and potentials that the run records. */
const writeOutputs = (records: Readonly<Record<string, readonly string[]>>, context: ExportContext): void => {
  const { nodes, edges, exported } = context;
  const leading = new Set(edges.map(([from]) => from));
  const shown = [...exported].filter(([name, { isSpiking, node, isInput }]) => {
    if (node.type === "Output" || isInput) return false;
    return !leading.has(name) || (!isSpiking && (records[name]?.length ?? 0) > 0);
  });
  for (const [name, { shape }] of shown) {
    const output = freeName(shown.length === 1 ? "output" : `output_${name}`, context);
    nodes.set(output, { type: "Output", wholes: { shape: { data: shape, shape: [shape.length] } } });
    edges.push([name, output]);
  }
  if (![...nodes.values()].some(({ type }) => type === "Output")) {
    const last = [...exported].filter(([, { isInput }]) => !isInput).at(-1);
    if (!last)
      throw new ConfigError([{ path: "model", message: "has no population that can be an output of the graph." }]);
    nodes.set(freeName("output", context), {
      type: "Output",
      wholes: { shape: { data: last[1].shape, shape: [last[1].shape.length] } },
    });
    edges.push([last[0], "output"]);
  }
};
