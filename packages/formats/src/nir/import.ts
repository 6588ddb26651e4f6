import { ConfigError, type ExperimentDocument } from "spark-snn";
import { experimentVersion } from "spark-snn/documents";
import { startReport } from "../report.ts";
import type { Imported, ImportOptions } from "../result.ts";
import { connect } from "./connect.ts";
import { DataFile } from "./data.ts";
import { checkNirDrift } from "./drift.ts";
import { type Lowered, lower } from "./lower.ts";
import { models } from "./models.ts";
import { parameterOf, planOf, refuseEmpty } from "./plan.ts";
import { readNir } from "./read.ts";
import { tellNode, tellStep } from "./tell.ts";

/** Options of `importNir`. */
export interface NirImportOptions extends ImportOptions {
  /** Time step, ms. Files contain none, and a spike is an input of 1 for one step. Default 0.1, which the report tells. */
  readonly dt?: number;
  /** "value" (default): a spike sets the potential to v_reset, as in NIR. "subtract": it subtracts the threshold. */
  readonly reset?: "value" | "subtract";
  /** Most steps of the drift check, which takes fewer, but at least 10, for large graphs. 0 for none. Default 100. */
  readonly driftSteps?: number;
}

type Value = Readonly<Record<string, unknown>>;

const DT = 0.1;
const DURATION = 1000;

/**
 * Imports a NIR 1.0 graph. Neurons become populations with their equations, and the nodes between them synapses.
 *
 * @throws FileError for a damaged file; ConfigError for shapes that do not fit, and with `strict` for parts that are not
 * faithful
 */
export const importNir = async (bytes: Uint8Array, options: NirImportOptions = {}): Promise<Imported> => {
  const { name, duration = DURATION, strict = false, dt = DT, reset = "value", driftSteps = 100 } = options;
  if (!(dt > 0)) throw new ConfigError([{ path: "dt", message: `must be greater than 0 ms; received ${dt}.` }]);
  const { version, graph } = await readNir(bytes);
  const report = startReport("nir", "import", version);
  tellStep(options.dt, DT, report);
  const plan = planOf(graph);
  refuseEmpty(plan);
  for (const { path, type } of plan.unknown) {
    report.unsupported(
      path,
      type,
      "The type is unknown, so the node and its edges are left out. Replace it by nodes of NIR 1.0.",
    );
  }
  for (const { path, type } of plan.idle) {
    report.unsupported(path, type, "Nothing arrives at it, so it is left out. Connect it, or remove it.");
  }
  const lowered = lower(plan, dt, reset, report);
  for (const node of graph.nodes.values()) tellNode(node, lowered, report);
  const data = new DataFile();
  const parts = connect(lowered, data, report);
  const model = {
    populations: populationsIn(lowered, parts.gains, data),
    ...(Object.keys(parts.projections).length > 0 && { projections: parts.projections }),
    ...(Object.keys(parts.signals).length > 0 && { signals: parts.signals }),
  };
  const document = {
    ...(name !== undefined && { name }),
    version: experimentVersion,
    model,
    duration,
    dt,
    dtype: "f64",
    inputs: inputsOf(lowered),
    record: recordsOf(lowered),
  } as unknown as ExperimentDocument;
  const files = data.files();
  if (driftSteps > 0) await checkNirDrift({ graph, lowered, document, data: files, steps: driftSteps }, report);
  return { document, data: files, report: report.finish(strict) };
};

const populationsIn = (
  { populations, plan }: Lowered,
  gains: ReadonlyMap<string, Float64Array>,
  data: DataFile,
): Record<string, Value> =>
  Object.fromEntries(
    [...populations].map(([path, { name, model, part }]) => {
      const units = [...part.shape];
      if (!model) return [name, { source: "SpikeReplay", units }];
      const { equations, parameters } = models[model];
      const values: Record<string, unknown> = {};
      const set = (key: string, list: Float64Array, standard?: number): void => {
        if (list.every((value) => value === standard)) return;
        values[key] = data.values(`${name}.${key}`, list, units);
      };
      for (const { name: key, factor } of parameters) {
        const list = parameterOf(part, key);
        if (list) set(key, factor === 1 ? list : list.map((value) => value * factor));
      }
      const gain = gains.get(path);
      if (gain) set("gain", gain, 1);
      const { bias } = plan.parts.get(path)!.flow;
      if (bias) set("bias", bias, 0);
      return [
        name,
        {
          name: model,
          equations: [...equations],
          units,
          ...(Object.keys(values).length > 0 && { parameters: values }),
        },
      ];
    }),
  );

const inputsOf = ({ populations, direct }: Lowered): Record<string, Value> => {
  const inputs: Record<string, Value> = {};
  for (const targets of direct.values())
    for (const path of targets.keys()) inputs[populations.get(path)!.name] = { current: 0 };
  for (const { name, model } of populations.values()) {
    if (!model) inputs[name] = { inSpikes: { events: { steps: [], units: [] } } };
  }
  return inputs;
};

/** Spikes of all neurons, and potentials of those that the outputs show, or that lead nowhere. */
const recordsOf = ({ populations, plan, links }: Lowered): Record<string, Value> => {
  const shown = new Set(
    [...plan.parts.values()].flatMap(({ node, flow }) => (node.type === "Output" ? [...flow.terms.keys()] : [])),
  );
  const leading = new Set(links.map(({ from }) => from));
  const records: Record<string, Value> = {};
  for (const [path, { name, model }] of populations) {
    if (!model || models[model].isSpiking) records[name] = { outSpikes: true };
    else if (shown.has(path) || !leading.has(path)) records[name] = { potential: true };
  }
  return records;
};
