import { isRecord } from "spark-snn/documents";
import { type FlatNetwork, type FlatPopulation, type FlatProjection, flatten, type PerUnit } from "../network.ts";
import { sourceSpikesOf, startsOf } from "../recorded.ts";
import { type Reporter, startReport } from "../report.ts";
import type { Experiment, Exported, ExportOptions } from "../result.ts";
import { cellsOf, type WrittenCells } from "./export-cells.ts";
import { currentsFile, edgesFile, nodesFile, spikesFile } from "./export-files.ts";
import { type WrittenCurrents, writtenCurrents } from "./export-inputs.ts";
import { tableText } from "./table.ts";

/** Id of the only type of nodes or edges of a file. */
const TYPE = 100;
const NETWORK = "network";
const CELLS = "components/cell_models";
const SYNAPSES = "components/synaptic_models";

type Json = Record<string, unknown>;

/** The parts of the files that are written step by step. */
interface Written {
  readonly files: Record<string, Uint8Array>;
  readonly nodes: Json[];
  readonly edges: Json[];
  readonly inputs: Record<string, Json>;
  readonly reports: Record<string, Json>;
  readonly sets: Json;
  /** Models of the populations that are exported. */
  readonly cells: Map<FlatPopulation, WrittenCells | "virtual">;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const jsonBytes = (value: unknown): Uint8Array => encode(`${JSON.stringify(value, null, 2)}\n`);

/**
 * Exports an experiment as a network of SONATA: nodes, drawn edges, types, parameters, inputs, and the configurations of circuit
 * and simulation. Cells with the equations of NEST get the names of its models, and other cells those of this library, which
 * only `importSonata` reads. In double precision, the import of the files gives the same spikes.
 *
 * @throws ConfigError with `strict` for parts that are not faithful, and if nothing is left; MemoryError if the synapses do
 * not fit
 */
export const exportSonata = async (experiment: Experiment, options: ExportOptions = {}): Promise<Exported> => {
  const report = startReport("sonata", "export");
  const network = await flatten(experiment);
  if (network.precision === "f64") report.faithful("dtype", "f64", "double precision");
  else
    report.approximate(
      "dtype",
      "f32",
      "double precision",
      "NEST computes in double precision. Set dtype to f64 for it.",
    );
  const written: Written = {
    ...{ files: {}, nodes: [], edges: [], inputs: {}, reports: {}, sets: {} },
    cells: new Map(),
  };
  for (const population of network.populations) {
    if (population.kind === "soma")
      await addCells(population, network, await startsOf(population, network), written, report);
    else await addSource(population, network, written, report);
  }
  if (![...written.cells.values()].some((one) => one !== "virtual")) throw report.nothingLeft();
  for (const projection of network.projections) await addEdges(projection, network, written, report);
  addReports(network, written, report);
  tellOthers(network, report);
  Object.assign(written.files, configurations(network, written));
  return { files: written.files, report: report.finish(options.strict === true) };
};

const addCells = async (
  population: FlatPopulation,
  network: FlatNetwork,
  start: PerUnit | undefined,
  written: Written,
  report: Reporter,
): Promise<void> => {
  const { name, model, units, inputs, inhibitory } = population;
  const path = `model.populations.${name}`;
  const currents = await writtenCurrents(population, network);
  const cells = cellsOf(population, network, { current: currents.constant, start });
  if (!cells) {
    report.unsupported(path, model, "It is declared in code. Declare it by equations, or use a soma of the library.");
    return;
  }
  written.cells.set(population, cells);
  const { template, shared, own, difference } = cells;
  if (difference === undefined) report.faithful(path, model, template);
  else report.approximate(path, model, template, difference);
  if (template.startsWith("nest:") && Object.keys(own).length > 0) {
    const difference =
      "The file of nodes holds them. BMTK 1.2.0 ignores them and gives all nodes the defaults of NEST.";
    report.approximate(path, `parameters ${Object.keys(own).join(", ")} of each unit`, "dynamics_params", difference);
  }
  const parameters = `${name}.json`;
  written.files[`${CELLS}/${parameters}`] = jsonBytes(shared);
  const ei = typeof inhibitory === "boolean" ? { ei: inhibitory ? "i" : "e" } : {};
  await addNodes(
    population,
    { model_type: "point_neuron", model_template: template, dynamics_params: parameters, ...ei },
    own,
    written,
  );
  await addCurrents(name, units, currents, network, written, report);
  for (const port of Object.keys(inputs).filter((one) => one !== "current"))
    report.unsupported(
      `inputs.${name}.${port}`,
      "input",
      "Only currents of the soma are exported. Use a source of spikes.",
    );
};

const addNodes = async (
  { name, units }: FlatPopulation,
  type: Readonly<Record<string, string>>,
  own: Readonly<Record<string, Float64Array>>,
  { files, nodes }: Written,
): Promise<void> => {
  const row = { node_type_id: `${TYPE}`, population: name, ...type };
  files[`${NETWORK}/${name}_nodes.h5`] = await nodesFile(name, units, TYPE, own);
  files[`${NETWORK}/${name}_node_types.csv`] = encode(tableText(Object.keys(row), [row]));
  nodes.push({
    nodes_file: `$NETWORK_DIR/${name}_nodes.h5`,
    node_types_file: `$NETWORK_DIR/${name}_node_types.csv`,
  });
};

const addSource = async (
  population: FlatPopulation,
  network: FlatNetwork,
  written: Written,
  report: Reporter,
): Promise<void> => {
  const { name, model } = population;
  const path = `model.populations.${name}`;
  const spikes = await sourceSpikesOf(population, network, report);
  if (!spikes) return;
  const { steps, units } = spikes;
  const note = model === "SpikeReplay" ? undefined : "The input has the spikes of this run.";
  report.faithful(path, model, "virtual nodes", note);
  written.cells.set(population, "virtual");
  await addNodes(population, { model_type: "virtual" }, {}, written);
  const file = `inputs/${name}_spikes.h5`;
  written.files[file] = await spikesFile(
    name,
    // NEST takes the next step for a time that is greater than its step by a rounding error.
    Float64Array.from(steps, (step) => Number((step * network.dt).toPrecision(12))),
    units,
  );
  written.sets[name] = { population: name };
  written.inputs[`${name}_spikes`] = { input_type: "spikes", module: "h5", input_file: `./${file}`, node_set: name };
};

const addCurrents = async (
  name: string,
  units: number,
  { clamps, values }: WrittenCurrents,
  { dt }: FlatNetwork,
  { files, inputs, sets }: Written,
  report: Reporter,
): Promise<void> => {
  if (values) {
    const file = `inputs/${name}_currents.h5`;
    files[file] = await currentsFile(name, values, units, dt);
    sets[name] = { population: name };
    inputs[`${name}_currents`] = {
      ...{ input_type: "current_clamp", module: "spark_currents", input_file: `./${file}`, node_set: name },
    };
    report.approximate(
      `inputs.${name}.current`,
      "current",
      file,
      "The file has the current of each step of this run. Other simulators do not read it.",
    );
    return;
  }
  clamps.forEach(({ amplitude, units: some, from, to }, k) => {
    const set = `${name}_clamp_${k}`;
    sets[set] = { population: name, ...(some.length < units && { node_id: some }) };
    // The generator of NEST acts one step after its time.
    inputs[set] = {
      ...{ input_type: "current_clamp", module: "IClamp", node_set: set },
      ...{ amp: amplitude, delay: from - dt, duration: to - from },
    };
  });
  if (clamps.length > 0) report.faithful(`inputs.${name}.current`, "step", "current clamp, in pA as in NEST");
};

const isSame = (values: ArrayLike<number>): boolean => {
  for (let k = 1; k < values.length; k++) if (values[k] !== values[0]) return false;
  return true;
};

const addEdges = async (
  projection: FlatProjection,
  { dt }: FlatNetwork,
  { files, edges, cells }: Written,
  report: Reporter,
): Promise<void> => {
  const { name, source, target, receptor, sources, targets, weights, delays, rule } = projection;
  const path = `model.projections.${name}`;
  const missing = [source, target].find((end) => !cells.has(end));
  if (missing) {
    report.unsupported(path, "projection", `The population ${missing.name} was left out. Change it.`);
    return;
  }
  if (rule) report.unsupported(`${path}.plasticity`, rule.model, "Weights are constant there. Omit the rule.");
  if (sources.length === 0) {
    report.faithful(path, "projection", "left out", "It has no synapses.");
    return;
  }
  report.faithful(path, receptor.model, `${sources.length} edges`);
  const model = cells.get(target) as WrittenCells;
  const reach = model.reach(receptor);
  const parameters = `${Object.values(reach).join("") || "static"}.json`;
  files[`${SYNAPSES}/${parameters}`] = jsonBytes(reach);
  const row: Record<string, string> = {
    ...{ edge_type_id: `${TYPE}`, population: name, target_query: "*", source_query: "*" },
    model_template: "static_synapse",
    dynamics_params: parameters,
  };
  const attributes: Record<string, Float64Array> = {};
  if (isSame(weights)) row["syn_weight"] = `${weights[0]}`;
  else attributes["syn_weight"] = weights;
  if (isSame(delays)) row["delay"] = `${delays[0]! * dt}`;
  else attributes["delay"] = Float64Array.from(delays, (steps) => steps * dt);
  files[`${NETWORK}/${name}_edges.h5`] = await edgesFile({
    ...{ name, source: source.name, target: target.name, sources, targets, type: TYPE, attributes },
  });
  files[`${NETWORK}/${name}_edge_types.csv`] = encode(tableText(Object.keys(row), [row]));
  edges.push({
    edges_file: `$NETWORK_DIR/${name}_edges.h5`,
    edge_types_file: `$NETWORK_DIR/${name}_edge_types.csv`,
  });
};

/** Records of the potential as reports. Spikes of all cells are always recorded. */
const addReports = (
  { experiment, records, populations, dt }: FlatNetwork,
  { cells, reports, sets }: Written,
  report: Reporter,
): void => {
  for (const population of populations.filter((one) => cells.has(one) && cells.get(one) !== "virtual")) {
    const { name, units } = population;
    const own = experiment.kind === "brain" ? experiment.document.record?.[name] : experiment.document.record;
    for (const variable of Object.hasOwn(records, name) ? records[name]! : []) {
      if (variable === "outSpikes") continue;
      const path = `record.${name}.${variable}`;
      const asked = isRecord(own) ? own[variable] : undefined;
      const options = isRecord(asked) ? asked : {};
      const { units: some, every, from, to, ...others } = options;
      if (variable !== "potential" || Object.keys(others).length > 0) {
        report.unsupported(path, "record", "Only spikes, and the potential of some units and steps, are exported.");
        continue;
      }
      const set = `${name}_recorded`;
      sets[set] = { population: name, ...(Array.isArray(some) && some.length < units && { node_id: some }) };
      reports[`${name}_potential`] = {
        ...{ cells: set, variable_name: "V_m", module: "multimeter_report", sections: "soma", enabled: true },
        ...(typeof every === "number" && { dt: every * dt }),
        ...(typeof from === "number" && { start_time: from }),
        ...(typeof to === "number" && { end_time: to }),
      };
      report.faithful(path, "record", `report ${name}_potential`);
    }
  }
};

const tellOthers = (network: FlatNetwork, report: Reporter): void => {
  for (const { name } of network.drives)
    report.unsupported(
      `model.drives.${name}`,
      "drive",
      "Use a population of Poisson sources, whose spikes are exported.",
    );
  for (const name of network.signals)
    report.unsupported(`model.signals.${name}`, "signal", "SONATA has none. Omit it.");
  for (const name of Object.keys(network.readouts))
    report.unsupported(`model.readouts.${name}`, "read-out", "Compute it from the recorded spikes.");
  if (network.changes > 0)
    report.unsupported("changes", `${network.changes} changes`, "Divide the run, and export its parts.");
  for (const { name, initial } of network.populations) {
    for (const key of Object.keys(initial).filter((one) => one !== "potential"))
      report.unsupported(`initial.${name}.${key}`, "start value", "Only start values of the potential are exported.");
  }
  for (const key of Object.keys(network.records).filter((one) => one === "weights"))
    report.unsupported(`record.${key}`, "record", "Weights are constant.");
};

const configurations = (
  { dt, steps, seed, precision, name }: FlatNetwork,
  { nodes, edges, inputs, reports, sets, cells }: Written,
): Record<string, Uint8Array> => {
  const templates = [...cells.values()].flatMap((one) => (one === "virtual" ? [] : [one.template]));
  const simulator = templates.every((one) => one.startsWith("nest:")) ? "NEST" : "spark-snn";
  return {
    "config.json": jsonBytes({ network: "./circuit_config.json", simulation: "./simulation_config.json" }),
    "circuit_config.json": jsonBytes({
      manifest: { $NETWORK_DIR: `./${NETWORK}`, $COMPONENTS_DIR: "./components" },
      components: {
        point_neuron_models_dir: "$COMPONENTS_DIR/cell_models",
        synaptic_models_dir: "$COMPONENTS_DIR/synaptic_models",
      },
      networks: { nodes, edges },
      target_simulator: simulator,
    }),
    "simulation_config.json": jsonBytes({
      manifest: { $OUTPUT_DIR: "./output" },
      run: { tstop: steps * dt, dt },
      target_simulator: simulator,
      network: "./circuit_config.json",
      node_sets_file: "./node_sets.json",
      inputs,
      output: { output_dir: "$OUTPUT_DIR", log_file: "log.txt", spikes_file: "spikes.h5", spikes_sort_order: "time" },
      reports,
      spark: { name, dtype: precision, seed },
    }),
    "node_sets.json": jsonBytes(sets),
  };
};
