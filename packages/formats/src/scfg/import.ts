import { drawsFor, type ExperimentDocument } from "spark-snn";
import { experimentVersion } from "spark-snn/documents";
import { safeNames } from "../names.ts";
import { startReport } from "../report.ts";
import type { Imported, ImportOptions } from "../result.ts";
import { importConnections, Lists, type SourceUnits, shortestDelay } from "./connections.ts";
import type { ImportContext } from "./context.ts";
import { importIntegrator, importSpiker, isIntegrator, isSpiker } from "./interfaces.ts";
import { importNeuron, isNeuron, type Pool } from "./pool.ts";
import { importSoma, isSoma } from "./somas.ts";
import { type Config, issue, type Module, type PortMap, readTree } from "./tree.ts";
import { unpackScfg } from "./unpack.ts";
import { isArray, numbersOf, scalarOf } from "./values.ts";

/** Options of `importScfg`. */
export interface ScfgImportOptions extends ImportOptions {
  /** Shape of a neuron or soma whose file does not give it. */
  readonly units?: readonly number[];
  /** Number of values or units of each input of the model, by its name: { signal: 4 }. The files do not contain them. */
  readonly inputs?: Readonly<Record<string, number>>;
}

const DURATION = 1000;
type Part = Readonly<Record<string, unknown>>;

/**
 * Imports a model of Python Spark: a neuron, a brain, a soma or a spiker, from a `.scfg` file of 0.1 or 1.0, plain or
 * compressed, or from the configuration in a checkpoint (`.spark`). Neurons become populations, with projections from the populations whose spikes they receive.
 *
 * @throws FileError for a damaged file; ConfigError for an unknown version or class, for sizes that the file does not
 * contain, and with `strict` for parts that are not faithful
 */
export const importScfg = async (bytes: Uint8Array, options: ScfgImportOptions = {}): Promise<Imported> => {
  const { value, state } = await unpackScfg(bytes);
  const file = readTree(value);
  const report = startReport("scfg", "import", file.version);
  const { root } = file;
  const dt = scalarOf(root.fields["dt"]) ?? firstDt(root, file.modules) ?? 1;
  if (!(dt > 0)) throw issue("dt", `must be greater than 0 ms; received ${dt}. Correct it.`);
  const seed = (scalarOf(root.fields["seed"]) ?? 1) >>> 0;
  const context: ImportContext = { file, report, dt, seed, draws: (purpose) => drawsFor(seed, purpose) };
  tellPrecision(value, context);
  if (state) {
    const size = `${state.files} files, ${state.bytes} bytes`;
    report.unsupported(
      "state",
      size,
      "The run starts from the start values of the configuration. Run the model to reach a state.",
    );
  }
  const importer = file.modules.has(root.path) && root.type === "brain" ? importBrain : importSingle;
  const sized = { ...options, inputs: { ...file.inputs, ...options.inputs } };
  const { model, data, inputs, record } = importer(root, sized, context);
  const { name, duration = DURATION, strict = false } = options;
  const document = {
    ...(name !== undefined && { name }),
    version: experimentVersion,
    model,
    duration,
    dt,
    seed,
    ...(Object.keys(inputs).length > 0 && { inputs }),
    record,
  };
  return { document: document as unknown as ExperimentDocument, data, report: report.finish(strict) };
};

const firstDt = (root: Config, modules: ReadonlyMap<string, readonly Module[]>): number | undefined =>
  scalarOf(modules.get(root.path)?.[0]?.config.fields["dt"]);

/** Whether a value is half precision somewhere in the file. */
const usesHalf = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  ((value as { readonly __type__?: unknown; readonly name?: unknown }).__type__ === "dtype"
    ? (value as { readonly name?: unknown }).name === "float16"
    : Object.values(value).some(usesHalf));

const tellPrecision = (value: unknown, { report }: ImportContext): void => {
  if (usesHalf(value)) {
    report.approximate(
      "dtype",
      "float16",
      "f32",
      "Python Spark rounds values to half precision (11 bits, up to 0.05 %), which changes time constants. Here they are in single precision.",
    );
  } else report.faithful("dtype", "float32", "f32");
};

interface ImportedModel {
  readonly model: Part;
  readonly data: Imported["data"];
  readonly inputs: Part;
  readonly record: Part;
}

const SPIKES = { outSpikes: true };

/** A file with one component: a soma or a spiker alone, or a neuron with the populations of its inputs. */
const importSingle = (root: Config, options: ScfgImportOptions, context: ImportContext): ImportedModel => {
  const { type } = root;
  if (isNeuron(root, context)) {
    const module: Module = {
      name: type,
      type,
      inputs: {},
      config: root,
      outputs: {},
      path: "",
    };
    return importModules([module], options, context, true);
  }
  if (isSoma(type)) {
    const units = options.units ?? [1];
    const model = { ...importSoma(root, units, context), units };
    return { model, data: {}, inputs: {}, record: { ...SPIKES, potential: { units: [0] } } };
  }
  if (isSpiker(type)) {
    const { population } = importSpiker(root, sizeOfInput("signal", options, type), context);
    return { model: population, data: {}, inputs: { signal: 0 }, record: SPIKES };
  }
  const known = ["synapses", "delays", "rule", "integrator", "concat", "sampler"].some((part) => type.includes(part));
  throw issue(
    "__type__",
    known
      ? `is "${type}_config", which cannot run without a neuron. Import the file of a neuron or a brain that contains it.`
      : `is "${type}_config", which is unknown. Known: neurons, brains, somas and spikers of Python Spark 0.1 and 1.2. Save the model as a neuron, which contains its parts.`,
  );
};

const importBrain = (root: Config, options: ScfgImportOptions, context: ImportContext): ImportedModel =>
  importModules(context.file.modules.get(root.path)!, options, context, false);

const sizeOfInput = (name: string, { inputs = {} }: ScfgImportOptions, path: string): number => {
  const size = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (size !== undefined && Number.isInteger(size) && size > 0) return size;
  if (size !== undefined)
    throw issue(`inputs.${name}`, `must be a whole number of at least 1; received ${size}. Correct it.`);
  throw issue(
    path,
    `has the input "${name}", whose size the file does not contain. Give it: inputs: { ${name}: 100 }, or --input ${name}=100.`,
  );
};

/** A population with its number of units. */
interface Named {
  readonly name: string;
  readonly size: number;
}

/** Modules that spike, with the projections between them. */
const importModules = (
  modules: readonly Module[],
  options: ScfgImportOptions,
  context: ImportContext,
  isAlone: boolean,
): ImportedModel => {
  const { report } = context;
  const nameOf = safeNames();
  const populations: Record<string, Part> = {};
  const sources = new Map<string, Named>();
  const pools: (readonly [Module, Named, Pool])[] = [];
  const inputs: Record<string, Part> = {};
  for (const module of modules) {
    const { type, config, path } = module;
    const name = isAlone ? "cells" : nameOf(module.name);
    if (isSpiker(type)) {
      const [from, ...more] = module.inputs["signal"] ?? [];
      if (from?.origin !== "__call__" || more.length > 0) {
        report.unsupported(path, type, "Its signal comes from another module. Add a signal to the document by hand.");
        continue;
      }
      const { population, size } = importSpiker(config, sizeOfInput(from.port, options, path), context);
      populations[name] = population;
      sources.set(module.name, { name, size });
      inputs[name] = { signal: 0 };
      report.approximate(
        `${path}.inputs.signal`,
        `input "${from.port}"`,
        `inputs.${name}.signal`,
        "Files contain no inputs. It is 0: give its values there.",
      );
    } else if (isNeuron(config, context) || isSoma(type)) {
      const pool = isSoma(type)
        ? bareSoma(module, options, context)
        : importNeuron(config, isAlone ? options.units : undefined, context);
      if (!pool) continue;
      report.faithful(path || type, type, `population ${name}`);
      populations[name] = pool.population;
      const named = { name, size: pool.size };
      sources.set(module.name, named);
      pools.push([module, named, pool]);
      if (pool.currentPort !== undefined) {
        inputs[name] = { current: 0 };
        report.approximate(
          `${path}.inputs`,
          `input "${pool.currentPort}"`,
          `inputs.${name}.current`,
          "Files contain no inputs. It is 0 pA: give its values there.",
        );
      }
    } else if (!isIntegrator(type)) refuseModule(module, context);
  }
  const projections: Record<string, Part> = {};
  const lists = new Lists();
  const projectionName = safeNames();
  for (const [module, target, pool] of pools) {
    const given = isAlone
      ? pool.spikePorts.map((port) => ({ origin: "__call__", port }))
      : pool.spikePorts.flatMap((port) => module.inputs[port] ?? []);
    const ends = given.map((map) =>
      sourceOf(map, { sources, populations, inputs, pool, count: given.length, module }, options, context, nameOf),
    );
    if (pool.synapse && given.length === 0)
      report.unsupported(module.path, module.type, "Its synapses receive no spikes. Connect them.");
    if (ends.includes(undefined) || !pool.synapse || ends.length === 0) continue;
    connect(module, target, pool, given, ends as readonly Named[], { lists, projections, projectionName }, context);
  }
  const readouts = importReadouts(modules, sources, nameOf, context);
  if (Object.keys(populations).length === 0) throw report.nothingLeft();
  const model = {
    populations,
    ...(Object.keys(projections).length > 0 && { projections }),
    ...(Object.keys(readouts).length > 0 && { readouts }),
  };
  const record = {
    ...Object.fromEntries(Object.keys(populations).map((name) => [name, SPIKES])),
    ...(Object.keys(readouts).length > 0 && {
      readouts: Object.fromEntries(Object.keys(readouts).map((name) => [name, true])),
    }),
  };
  return { model, data: lists.files(), inputs, record };
};

const refuseModule = ({ path, type }: Module, { report }: ImportContext): void => {
  const known: Readonly<Record<string, string>> = {
    concat: "Name several populations in `from` of a read-out, or give the target several projections.",
    concat_reshape: "Name several populations in `from` of a read-out, or give the target several projections.",
    sampler: "Use `units` of a read-out, or a projection with listed synapses.",
    signal_average: "Use the source SignalAverage and a signal.",
    signal_accumulator: "Use the source SignalAccumulator and a signal.",
  };
  report.unsupported(
    path,
    type,
    Object.hasOwn(known, type)
      ? known[type]!
      : "The class is unknown here. Replace the module by a neuron or an interface of Python Spark.",
  );
};

/** A soma as a module of a brain: it receives a current, and no spikes. */
const bareSoma = (module: Module, options: ScfgImportOptions, context: ImportContext): Pool | undefined => {
  const { config, path, type } = module;
  const [from, ...more] = module.inputs["current"] ?? [];
  if (from?.origin !== "__call__" || more.length > 0) {
    context.report.unsupported(
      path,
      type,
      "Its current comes from another module, one step later. Put the soma and its synapses into a neuron.",
    );
    return undefined;
  }
  const shape = numbersOf(config.fields["units"]) ?? [sizeOfInput(from.port, options, path)];
  const size = shape.reduce((product, length) => product * length, 1);
  return {
    path,
    shape,
    size,
    population: { ...importSoma(config, shape, context), units: shape },
    synapse: undefined,
    factor: 1,
    isTraced: false,
    rule: undefined,
    kernel: undefined,
    delays: { kind: "none", longest: 0, value: undefined },
    spikePorts: [],
    currentPort: from.port,
    modulationPort: undefined,
  };
};

interface Wired {
  readonly sources: Map<string, Named>;
  readonly populations: Record<string, Part>;
  readonly inputs: Record<string, Part>;
  readonly pool: Pool;
  readonly count: number;
  readonly module: Module;
}

/** The population that spikes come from. Spikes that the caller gives become a population that replays them. */
const sourceOf = (
  { origin, port }: PortMap,
  { sources, populations, inputs, pool, count, module }: Wired,
  options: ScfgImportOptions,
  { report }: ImportContext,
  nameOf: (name: string) => string,
): Named | undefined => {
  if (origin !== "__call__") {
    const known = sources.get(origin);
    if (!known)
      report.unsupported(
        `${module.path}.inputs`,
        `spikes of "${origin}"`,
        `${origin} was not imported, and neither were the synapses of ${module.name}. Add the projections by hand.`,
      );
    return known;
  }
  const key = `__call__ ${port}`;
  const made = sources.get(key);
  if (made) return made;
  // The columns of a kernel tell the size of the only input.
  const columns = count === 1 && isArray(pool.kernel) ? pool.kernel.data.length / pool.size : undefined;
  const size =
    columns !== undefined && Number.isInteger(columns)
      ? columns
      : sizeOfInput(port, options, module.path || module.type);
  const name = nameOf(port);
  populations[name] = { source: "SpikeReplay", units: [size] };
  inputs[name] = { inSpikes: { steps: [], units: [] } };
  report.approximate(
    `inputs.${port}`,
    `spikes of ${size} units`,
    `population ${name}`,
    "Files contain no inputs. There are no spikes: give them in inputs.",
  );
  const named = { name, size };
  sources.set(key, named);
  return named;
};

interface Made {
  readonly lists: Lists;
  readonly projections: Record<string, Part>;
  readonly projectionName: (name: string) => string;
}

/**
 * Steps to add to the delays of a connection, and how many more a projection needs at least. Between modules of a brain,
 * a spike takes one step; an input of the model arrives at once. The current of a trace begins one step after the
 * arrival here.
 */
const timingOf = (
  { origin }: PortMap,
  isTraced: boolean,
  shortest: number,
): { readonly wanted: number; readonly late: number } => {
  const wanted = (origin === "__call__" ? 0 : 1) - (isTraced ? 1 : 0);
  return { wanted, late: Math.max(1 - wanted - shortest, 0) };
};

const connect = (
  module: Module,
  target: Named,
  pool: Pool,
  given: readonly PortMap[],
  ends: readonly Named[],
  { lists, projections, projectionName }: Made,
  context: ImportContext,
): void => {
  const { report, file } = context;
  const path = module.path || module.type;
  if (pool.rule && pool.isTraced) {
    report.approximate(
      `${path}.inputs`,
      "arrival of spikes at the rule",
      "plasticity",
      "A spike reaches the rule one step earlier, compared with the spikes of the target, because its current begins in the next step.",
    );
  }
  if (file.version === "0.1" && pool.delays.kind !== "none") {
    report.approximate(
      `${path}.delays`,
      "longest delay",
      `${pool.delays.longest} steps`,
      "Python Spark 0.1 delivers the spikes of the longest delay at once, and draws a delay of 1 twice as often. Here all delays are equally likely.",
    );
  }
  let offset = 0;
  const total = ends.reduce((sum, { size }) => sum + size, 0);
  const units = ends.map(({ name, size }, k): SourceUnits => {
    const shortest = shortestDelay(pool.delays, { units: size, offset, total });
    const { wanted, late } = timingOf(given[k]!, pool.isTraced, shortest);
    if (late > 0) {
      const sentence = `Its spikes act ${late} step later, because a projection takes at least one step.`;
      report.approximate(`${path}.inputs.${k}`, `arrival of spikes of ${name}`, "projection", sentence);
    }
    const projection = projectionName(`${name}To${target.name[0]!.toUpperCase()}${target.name.slice(1)}`);
    offset += size;
    return { projection, units: size, offset: offset - size, added: wanted + late };
  });
  const { kernel, factor, delays, rule, synapse } = pool;
  const asked = {
    path: pool.path,
    targets: target.size,
    sources: units,
    kernel,
    factor,
    learns: rule !== undefined,
    delays,
  };
  importConnections(asked, lists, context).forEach((part, k) => {
    projections[units[k]!.projection] = {
      from: ends[k]!.name,
      to: target.name,
      ...part,
      synapse: synapse!,
      ...(rule && { plasticity: rule }),
    };
  });
};

const importReadouts = (
  modules: readonly Module[],
  sources: ReadonlyMap<string, Named>,
  nameOf: (name: string) => string,
  context: ImportContext,
): Record<string, Part> => {
  const readouts: Record<string, Part> = {};
  for (const { type, config, inputs, outputs, name, path } of modules.filter((module) => isIntegrator(module.type))) {
    const ports = type === "tanh_integrator" ? ["x_spikes", "y_spikes"] : ["spikes"];
    const from = ports.flatMap((port) => inputs[port] ?? []).map(({ origin }) => sources.get(origin)?.name);
    if (from.includes(undefined)) {
      context.report.unsupported(path, type, "A population that it reads was not imported. Add the read-out by hand.");
      continue;
    }
    readouts[nameOf(Object.keys(outputs)[0] ?? name)] = importIntegrator(config, from as readonly string[], context);
  }
  return readouts;
};
