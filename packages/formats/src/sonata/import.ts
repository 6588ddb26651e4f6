import { ConfigError, type ExperimentDocument } from "spark-snn";
import { experimentVersion } from "spark-snn/documents";
import { DataFiles } from "../data.ts";
import { openHdf5, withHdf5 } from "../hdf5/read.ts";
import { safeNames } from "../names.ts";
import { type Reporter, startReport } from "../report.ts";
import type { Imported, ImportOptions } from "../result.ts";
import { type CellGroup, type Placed, placeNodes, readParameterFiles } from "./cells.ts";
import { readConfig, type SonataConfig } from "./config.ts";
import { type EdgeProjection, readEdges } from "./edges.ts";
import { closeStore, filesOf, parseJson, type SonataFiles } from "./files.ts";
import { readInputs } from "./inputs.ts";
import { readNodes } from "./nodes.ts";
import { readRecords } from "./records.ts";

type Part = Readonly<Record<string, unknown>>;

export interface SonataImportOptions extends ImportOptions {
  /** Name of the configuration, for messages, and for paths in it if it has a folder. Default "config.json". */
  readonly file?: string;
}

const DURATION = 1000;
const DT = 0.1;
const PARAMETERS = "parameters.npz";

/**
 * Imports a network of SONATA from its configuration (config.json, or that of a circuit or a simulation). The other files
 * are read with `readFile`, by their paths relative to the folder of the configuration.
 *
 * @throws FileError for a file that is missing, damaged or not of SONATA; ConfigError for values that no run can have,
 * with `strict` for parts that are not faithful, and if nothing is left of the network
 */
export const importSonata = async (bytes: Uint8Array, options: SonataImportOptions = {}): Promise<Imported> => {
  const { file = "config.json", readFile } = options;
  const files = filesOf(readFile);
  const config = await readConfig(file, parseJson(bytes, file), files);
  // Files of nodes stay open, because node sets ask for their attributes.
  const open: { close(): void }[] = [];
  try {
    return await importOpen(config, files, open, options);
  } finally {
    for (const one of open.reverse()) {
      try {
        one.close();
      } catch {
        // Everything that was needed has been read; an earlier error must not be hidden.
      }
    }
  }
};

const importOpen = async (
  config: SonataConfig,
  files: SonataFiles,
  open: { close(): void }[],
  options: SonataImportOptions,
): Promise<Imported> => {
  const { name, strict = false } = options;
  const report = startReport("sonata", "import", config.simulator);
  const duration = options.duration ?? positive(config, "duration" in config.run ? "duration" : "tstop", DURATION);
  if (!config.hasSimulation) {
    report.approximate(
      "run",
      "no simulation",
      `${duration} ms in steps of ${DT} ms`,
      "The circuit has none. Set them.",
    );
  }
  if (Number(config.run["tstart"] ?? 0) !== 0) {
    report.unsupported("run.tstart", `${config.run["tstart"]}`, "A run begins at 0 ms. Shift the times of the inputs.");
  }
  const placed = await readPopulations(config, files, open, report);
  const groups = [...placed.values()].flatMap((one) => one.groups);
  if (!groups.some(({ model }) => model)) throw report.nothingLeft();
  const dt = stepOf(config, groups, report);
  tellStart(config, groups, report);
  const data = new DataFiles();
  const projections = await readProjections(config, files, placed, data, { report, dt });
  const inputs = await readInputs({ config, files, placed, data, report, dt, duration });
  const record = readRecords(config, placed, dt, report);
  const used = new Set(Object.values(projections).map(({ to }) => to as string));
  const model = {
    populations: Object.fromEntries(groups.map((group) => [group.name, populationOf(group, used, data)])),
    ...(Object.keys(projections).length > 0 && { projections }),
  };
  const initial = initialOf(groups, data);
  const { dtype, seed } = config.spark;
  const document = {
    ...(name !== undefined && { name }),
    version: experimentVersion,
    model,
    duration,
    dt,
    dtype: dtype === "f32" ? "f32" : "f64",
    ...(typeof seed === "number" && { seed }),
    ...(Object.keys(inputs).length > 0 && { inputs }),
    ...(Object.keys(initial).length > 0 && { initial }),
    record,
  };
  return { document: document as unknown as ExperimentDocument, data: data.encode(), report: report.finish(strict) };
};

const positive = ({ run }: SonataConfig, key: string, fallback: number): number => {
  const value = run[key] ?? fallback;
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  throw new ConfigError({
    path: `run.${key}`,
    message: `must be a number of ms greater than 0; received ${JSON.stringify(value)}. Correct it.`,
  });
};

/** The time step, ms: that of the run, or less if a model has spikes between the steps of its simulator. */
const stepOf = (config: SonataConfig, groups: readonly CellGroup[], report: Reporter): number => {
  const dt = positive(config, "dt", DT);
  const largest = Math.min(...groups.map(({ model }) => model?.template.largestStep ?? Number.POSITIVE_INFINITY));
  if (dt <= largest) return dt;
  report.approximate(
    "run.dt",
    `${dt} ms`,
    `${largest} ms`,
    `NEURON does not round spikes of these models to its steps. Here their times are multiples of ${largest} ms.`,
  );
  return largest;
};

/** All populations of nodes, by name. */
const readPopulations = async (
  config: SonataConfig,
  files: SonataFiles,
  open: { close(): void }[],
  report: Reporter,
): Promise<ReadonlyMap<string, Placed>> => {
  const nameOf = safeNames();
  const placed = new Map<string, Placed>();
  for (const { path, types, from } of config.nodes) {
    const table = types === undefined ? [] : await files.table(types, from);
    const store = await files.store(path, from);
    open.push({ close: () => closeStore(store) });
    const file = await openHdf5(store);
    open.push(file);
    for (const nodes of readNodes(file.root, path, table)) {
      if (placed.has(nodes.name)) {
        throw new ConfigError({
          path: from,
          message: `has the population ${nodes.name}, which another file has already. Rename one of them.`,
        });
      }
      placed.set(nodes.name, await placeNodes(nodes, nameOf, config, files, report));
    }
  }
  return placed;
};

/** The start of the potentials is that of NEST, which the conditions do not change. */
const tellStart = ({ conditions }: SonataConfig, groups: readonly CellGroup[], report: Reporter): void => {
  const value = conditions["v_init"];
  if (value === undefined || !groups.some(({ model }) => model?.cells.start)) return;
  report.faithful(
    "conditions.v_init",
    `${value} mV`,
    "not used",
    "Point neurons of NEST start at V_m, by default −70 mV, and so does the import. Change initial for another start.",
  );
};

const readProjections = async (
  config: SonataConfig,
  files: SonataFiles,
  populations: ReadonlyMap<string, Placed>,
  data: DataFiles,
  { report, dt }: { readonly report: Reporter; readonly dt: number },
): Promise<Record<string, Part>> => {
  const nameOf = safeNames();
  const projections: Record<string, Part> = {};
  for (const { path, types, from } of config.edges) {
    const table = types === undefined ? [] : await files.table(types, from);
    const names = new Set(table.flatMap((row) => row["dynamics_params"] ?? []));
    const parameterFiles = await readParameterFiles(names, "synaptic_models_dir", config, files, from);
    const store = await files.store(path, from);
    let found: readonly EdgeProjection[];
    try {
      found = await withHdf5(store, (root) =>
        readEdges(root, { path, types: table, parameterFiles, populations, report, dt }),
      );
    } finally {
      closeStore(store);
    }
    for (const one of found) {
      const isOnly = found.filter(({ label }) => label === one.label).length === 1;
      const name = nameOf(isOnly ? one.label : `${one.label} ${one.source.name} ${one.target.name} ${one.receptor}`);
      projections[name] = projectionOf(one, name, data);
    }
  }
  return projections;
};

const projectionOf = (
  { source, target, receptor, sources, targets, weights, delays }: EdgeProjection,
  name: string,
  data: DataFiles,
): Part => {
  const file = `${name}.npz`;
  const weight = weights.value!;
  const delay = delays.value!;
  return {
    from: source.name,
    to: `${target.name}.${receptor}`,
    connect: {
      explicit: {
        npz: file,
        sources: data.add(file, "sources", sources.values),
        targets: data.add(file, "targets", targets.values),
        ...(typeof weight !== "number" && { weights: data.add(file, "weights", weight) }),
        ...(typeof delay !== "number" && { delays: data.add(file, "delays", delay) }),
      },
    },
    ...(typeof weight === "number" && { weight }),
    ...(typeof delay === "number" && { delay }),
  };
};

const populationOf = ({ name, rows, model }: CellGroup, used: ReadonlySet<string>, data: DataFiles): Part => {
  const units = [rows.length];
  if (!model) return { source: "SpikeReplay", units };
  const { base, parametersIn, fields, receptors } = model.cells;
  const stored = (prefix: string, values: Readonly<Record<string, Float64Array>>): Part =>
    Object.fromEntries(
      Object.entries(values).map(([key, list]) => [key, data.values(PARAMETERS, `${prefix}_${key}`, list)]),
    );
  const synapses = Object.entries(receptors)
    .filter(([receptor]) => used.has(`${name}.${receptor}`))
    .map(([receptor, one]) => [receptor, { ...one.base, ...stored(`${name}_${receptor}`, one.fields) }] as const);
  const own = stored(name, fields);
  return {
    ...base,
    units,
    ...(parametersIn === undefined ? own : { [parametersIn]: own }),
    ...(synapses.length > 0 && { synapses: nested(synapses) }),
  };
};

/** Synapses of a compartment are listed together: "dendrite.fast" becomes { dendrite: { fast } }. */
const nested = (synapses: readonly (readonly [string, Part])[]): Part => {
  const found: Record<string, Part> = {};
  for (const [name, part] of synapses) {
    const [outer, inner] = name.split(".") as [string, string?];
    found[outer] = inner === undefined ? part : { ...found[outer], [inner]: part };
  }
  return found;
};

/** Start values that differ from the rest, by population. */
const initialOf = (groups: readonly CellGroup[], data: DataFiles): Record<string, Part> =>
  Object.fromEntries(
    groups.flatMap(({ name, model }): [string, Part][] => {
      const start = model?.cells.start;
      const rest = model?.cells.fields["potentialRest"];
      // Without a rest, or at it, the soma itself gives the start.
      if (!start || (rest && start.every((value, k) => value === rest[k]))) return [];
      return [[name, { potential: data.values(PARAMETERS, `${name}_start`, start) }]];
    }),
  );
