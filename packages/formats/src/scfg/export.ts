import { type FlatNetwork, type FlatPopulation, flatten } from "../network.ts";
import { type Reporter, startReport } from "../report.ts";
import type { Experiment, Exported, ExportOptions } from "../result.ts";
import { exportPool } from "./export-pool.ts";
import { exportSoma } from "./export-soma.ts";
import { float32, type Json, moduleOf, pythonText, snakeCase, wrapped } from "./json.ts";

/**
 * Exports an experiment as a model of Python Spark 1.2: a soma, or a brain whose populations are neurons with listed
 * weights and delays. `spark.nn.BrainConfig.from_file("model.scfg")` opens it.
 *
 * Python Spark has one kind of synapses for each population and no inputs in its files. The report names what a caller
 * must give, and what the file does not contain.
 *
 * @throws ConfigError with `strict` for parts that are not faithful; MemoryError if the synapses do not fit
 */
export const exportScfg = async (experiment: Experiment, options: ExportOptions = {}): Promise<Exported> => {
  const report = startReport("scfg", "export", "1.0");
  const network = await flatten(experiment);
  if (network.precision === "f64") {
    report.approximate(
      "dtype",
      "f64",
      "float32",
      "Python Spark has no double precision: values have 24 bits instead of 53, a relative error of up to 6e-8.",
    );
  } else report.faithful("dtype", "f32", "float32");
  const config = experiment.kind === "soma" ? single(network, report) : brainOf(network, report);
  tellRun(network, report);
  const text = pythonText({ __version__: "1.0", __data__: config });
  return {
    files: { "model.scfg": new TextEncoder().encode(`${text}\n`) },
    report: report.finish(options.strict === true),
  };
};

/** A file with one soma, without its number of units: Python Spark infers it from the current. */
const single = (network: FlatNetwork, report: Reporter): Json => {
  const [population] = network.populations as readonly [FlatPopulation];
  const soma =
    population.kind === "soma"
      ? exportSoma(population, "model", network, report)
      : spikerOf(population, "model", network, report);
  if (soma) return wrapped(`${soma.type}_config`, soma.fields);
  throw report.nothingLeft();
};

const brainOf = (network: FlatNetwork, report: Reporter): Json => {
  const modules: Json[] = [];
  /** Where the spikes of each population come from. */
  const origins = new Map<string, readonly [origin: string, port: string]>();
  for (const population of network.populations) {
    const { name, kind, model } = population;
    if (kind === "soma") origins.set(name, [name, "out_spikes"]);
    else if (model === "SpikeReplay") origins.set(name, ["__call__", name]);
    else if (Object.hasOwn(spikers, model)) origins.set(name, [name, "spikes"]);
  }
  for (const population of network.populations) {
    const path = `model.populations.${population.name}`;
    if (population.kind === "soma") {
      const module = exportPool(population, network, origins, report);
      if (module) modules.push(module);
      else origins.delete(population.name);
    } else if (population.model === "SpikeReplay") {
      report.faithful(path, "SpikeReplay", `input ${population.name} of the call`, "Pass its spikes in each step.");
    } else {
      const spiker = spikerOf(population, path, network, report);
      if (spiker)
        modules.push(
          moduleOf(
            population.name,
            spiker.type,
            "Interfaces",
            { signal: [["__call__", `${population.name}_signal`]] },
            spiker.fields,
            {},
          ),
        );
    }
  }
  modules.push(...readoutsOf(network, origins, report));
  if (modules.length === 0) throw report.nothingLeft();
  return wrapped("brain_config", { modules_specs: modules, seed: network.seed, dt: network.dt });
};

const spikers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  PoissonSpiker: { rateMax: "max_freq" },
  LinearSpiker: { rateMax: "max_freq", tau: "tau", cooldown: "cd" },
  TopologicalPoissonSpiker: {
    rateMax: "max_freq",
    ring: "glue",
    signalMin: "mins",
    signalMax: "maxs",
    tuningVariance: "sigma",
  },
  TopologicalLinearSpiker: {
    rateMax: "max_freq",
    tau: "tau",
    cooldown: "cd",
    ring: "glue",
    signalMin: "mins",
    signalMax: "maxs",
    tuningVariance: "sigma",
  },
  PoissonSource: { rate: "max_freq" },
};

const spikerOf = (
  { model, name, fields, shape }: FlatPopulation,
  path: string,
  { seed, dt }: FlatNetwork,
  report: Reporter,
): { readonly type: string; readonly fields: Readonly<Record<string, Json>> } | undefined => {
  const names = Object.hasOwn(spikers, model) ? spikers[model] : undefined;
  if (!names) {
    report.unsupported(path, model, "Python Spark has no such source. Use a SpikeReplay, and pass its spikes.");
    return undefined;
  }
  const values: Record<string, Json> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value !== "number") {
      report.unsupported(
        `${path}.${key}`,
        model,
        "Interfaces of Python Spark take one number for all units. Use one number.",
      );
      return undefined;
    }
    const isWhole = ["ring", "signalMin", "signalMax"].includes(key);
    if (isWhole && !Number.isInteger(value)) {
      report.unsupported(`${path}.${key}`, model, "Python Spark takes a whole number here. Scale the signal.");
      return undefined;
    }
    values[names[key]!] = value;
  }
  const type = model === "PoissonSource" ? "poisson_spiker" : snakeCase(model);
  if (model.startsWith("Topological")) values["resolution"] = shape.at(-1)!;
  const signal = `Pass its signal as ${name}_signal in each step${model === "PoissonSource" ? `: ${shape.join(" × ")} times 1` : ""}.`;
  if (model.endsWith("LinearSpiker") && dt === 1) report.faithful(path, model, type, signal);
  else if (model.endsWith("LinearSpiker"))
    report.approximate(
      path,
      model,
      type,
      `Its rate depends on dt in Python Spark, and is right at 1 ms; dt is ${dt} ms. ${signal}`,
    );
  else report.approximate(path, model, type, `Spikes are drawn with other random numbers. ${signal}`);
  return { type, fields: { seed, dtype: float32, dt, ...values } };
};

const readoutsOf = (
  network: FlatNetwork,
  origins: ReadonlyMap<string, readonly [string, string]>,
  report: Reporter,
): readonly Json[] =>
  Object.entries(network.readouts).flatMap(([name, { from, integrator, scale }]) => {
    const path = `model.readouts.${name}`;
    const sources = [from].flat().map((population) => origins.get(String(population)));
    const kind = typeof integrator === "object" && integrator !== null ? Object.keys(integrator)[0] : undefined;
    if (kind === undefined || sources.includes(undefined) || scale !== undefined) {
      report.unsupported(
        path,
        "read-out",
        "Python Spark has integrators of spikes only. Compute it from the spikes that the brain returns.",
      );
      return [];
    }
    const options = (integrator as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[kind]!;
    const maps = sources as readonly (readonly [string, string])[];
    if (options["normalised"] === false) report.faithful(path, kind, `${kind}_integrator`);
    else
      report.approximate(
        path,
        kind,
        `${kind}_integrator`,
        "The gain of Python Spark depends on dt and on the number of units. Use normalised: false for its values.",
      );
    const common = {
      seed: network.seed,
      dtype: float32,
      dt: network.dt,
      saturation_freq: Number(options["rateMax"] ?? 50),
      tau: Number(options["tau"] ?? 5),
    };
    const isSmooth = options["smooth"] !== false;
    if (kind === "tanh") {
      const fields = { ...common, smooth: isSmooth, smooth_tau: Number(options["smoothTau"] ?? 5) };
      return [
        moduleOf(name, "tanh_integrator", "Interfaces", { x_spikes: [maps[0]!], y_spikes: [maps[1]!] }, fields, {
          [name]: "signal",
        }),
      ];
    }
    const fields = {
      ...common,
      num_outputs: Number(options["outputs"]),
      output_map: null,
      shuffle: options["shuffle"] === true,
      smooth_trace: isSmooth,
    };
    return [moduleOf(name, "exponential_integrator", "Interfaces", { spikes: maps }, fields, { [name]: "signal" })];
  });

/** Reports the parts of a run, which a model file does not contain. */
const tellRun = (network: FlatNetwork, report: Reporter): void => {
  for (const { name } of network.drives)
    report.unsupported(
      `model.drives.${name}`,
      "drive",
      "Python Spark has no drives. Use a population of Poisson sources and a projection.",
    );
  for (const name of network.signals)
    report.unsupported(`model.signals.${name}`, "signal", "Pass the values in each step.");
  if (network.changes > 0)
    report.unsupported(
      "changes",
      `${network.changes} changes`,
      "Files contain no runs. Make the changes between the steps.",
    );
  for (const { name, initial } of network.populations) {
    if (Object.keys(initial).length > 0)
      report.unsupported(
        `initial.${name}`,
        "start values",
        "Python Spark starts at rest. Omit them, or run until they are forgotten.",
      );
  }
};
