import type { FlatNetwork, FlatPopulation, FlatProjection, FlatReceptor, PerUnit } from "../network.ts";
import type { Reporter } from "../report.ts";
import { exportRule } from "./export-rule.ts";
import { exportSoma } from "./export-soma.ts";
import { arrayJson, float32, type Json, moduleOf, snakeCase } from "./json.ts";

/* A population with its projections as a neuron of Python Spark: delays, synapses, a soma and a rule. */

/** Largest number of values of a kernel, which has one for each pair of units. */
const MAX_PAIRS = 2 ** 24;

interface Synapses {
  readonly type: string;
  readonly fields: Readonly<Record<string, Json>>;
  /** Factor of the weights. */
  readonly factor: PerUnit;
  readonly isTraced: boolean;
}

type Origins = ReadonlyMap<string, readonly [origin: string, port: string]>;

/** The module of a population; undefined, with an entry in the report, if it cannot be one. */
export const exportPool = (
  population: FlatPopulation,
  network: FlatNetwork,
  origins: Origins,
  report: Reporter,
): Json | undefined => {
  const { name, shape } = population;
  const { seed, dt } = network;
  const path = `model.populations.${name}`;
  const soma = exportSoma(population, path, network, report);
  if (!soma) return undefined;
  const into = network.projections.filter(({ target }) => target === population);
  const isDriven = "current" in population.inputs;
  const class_ = `${snakeCase(network.name.replace(/[^A-Za-z0-9]+/g, "") || "Network")}_${snakeCase(name)}_neuron`;
  const common = { seed, dtype: float32, dt };
  const outputs = { [name]: "out_spikes" };
  const parts = into.length === 0 ? undefined : kernelOf(population, into, network, origins, report);
  if (into.length > 0 && !parts) return undefined;
  const pool = (modules: readonly Json[], inhibitory: number): Json => ({
    modules_specs: modules,
    seed,
    dt,
    units: [...shape],
    inhibitory_rate: inhibitory,
  });
  if (!parts) {
    const port = `${name}_current`;
    report.faithful(
      `inputs.${name}.current`,
      "current",
      `input ${port} of the call`,
      "Pass the current in pA in each step.",
    );
    const modules = [
      moduleOf("soma", soma.type, "Components", { current: [["__call__", "current"]] }, soma.fields, {
        out_spikes: "spikes",
      }),
    ];
    return moduleOf(
      name,
      class_,
      "Neurons",
      { current: [["__call__", port]] },
      pool(modules, signOf(population)),
      outputs,
    );
  }
  if (isDriven) {
    report.unsupported(
      `inputs.${name}.current`,
      "current",
      "A neuron of Python Spark with synapses takes no other current. Give the current through a source and a projection.",
    );
  }
  const { synapses, kernel, delays, sources, rule } = parts;
  const units = { units: [...shape] };
  const modules: Json[] = [];
  const [origin, port] = delays ? ["delays", "out_spikes"] : ["__call__", "in_spikes"];
  if (delays) {
    const longest = delays.data.reduce((most, steps) => Math.max(most, steps), 1);
    const config = { ...common, max_delay: longest * dt, delays: arrayJson(delays.data, delays.shape), ...units };
    modules.push(
      moduleOf("delays", "n2n_delays", "Components", { in_spikes: [["__call__", "in_spikes"]] }, config, {}),
    );
  }
  const fields = { ...common, ...units, kernel, ...synapses.fields };
  const made = moduleOf("synapses", synapses.type, "Components", { spikes: [[origin!, port!]] }, fields, {});
  modules.push(rule ? withEffect(made) : made);
  modules.push(
    moduleOf("soma", soma.type, "Components", { current: [["synapses", "currents"]] }, soma.fields, {
      out_spikes: "spikes",
    }),
  );
  if (rule) modules.push(ruleModule(rule.type, { ...common, ...rule.fields }, [origin!, port!]));
  return moduleOf(name, class_, "Neurons", { in_spikes: sources }, pool(modules, signOf(population)), outputs);
};

/** 1 for a population that is inhibitory as a whole. Of mixed ones, the kernels hold the signs. */
const signOf = ({ inhibitory }: FlatPopulation): number => (inhibitory === true ? 1 : 0);

type Module = { readonly __type__: string; readonly __data__: Readonly<Record<string, Json>> };

const property = (origin: string, port: string, isProperty: boolean): Json => ({
  __type__: "port_map",
  __data__: { origin, port, is_property: isProperty },
});

const withEffect = (module: Json): Json => {
  const { __type__, __data__ } = module as unknown as Module;
  return { __type__, __data__: { ...__data__, effects: { kernel: [property("rule", "kernel", false)] } } };
};

const ruleModule = (type: string, fields: Readonly<Record<string, Json>>, spikes: readonly [string, string]): Json => {
  const { __type__, __data__ } = moduleOf(
    "rule",
    type,
    "Components",
    { pre_spikes: [spikes], post_spikes: [["soma", "spikes"]] },
    fields,
    {},
  ) as unknown as Module;
  const inputs = {
    ...(__data__["inputs"] as Readonly<Record<string, Json>>),
    kernel: [property("synapses", "kernel", true)],
  };
  return { __type__, __data__: { ...__data__, inputs } };
};

interface Parts {
  readonly synapses: Synapses;
  readonly kernel: Json;
  readonly delays: { readonly data: Int32Array; readonly shape: readonly number[] } | undefined;
  readonly sources: readonly (readonly [string, string])[];
  readonly rule: { readonly type: string; readonly fields: Readonly<Record<string, Json>> } | undefined;
}

const kernelOf = (
  population: FlatPopulation,
  into: readonly FlatProjection[],
  network: FlatNetwork,
  origins: Origins,
  report: Reporter,
): Parts | undefined => {
  const { name, units, shape } = population;
  const refuse = (subject: string, remedy: string): undefined => {
    for (const { name: projection } of into) report.unsupported(`model.projections.${projection}`, subject, remedy);
    return undefined;
  };
  const receptors = [...new Set(into.map(({ receptor }) => receptor))];
  if (receptors.length > 1)
    return refuse(
      "synapses",
      `${name} has ${receptors.length} kinds of synapses, and a neuron of Python Spark has one. Give its projections the same synapse.`,
    );
  const rules = [...new Set(into.map(({ rule }) => JSON.stringify(rule ?? null)))];
  if (rules.length > 1)
    return refuse(
      "plasticity",
      `The projections to ${name} learn by different rules, and a neuron of Python Spark has one. Give them the same.`,
    );
  const missing = into.find(({ source }) => !origins.has(source.name));
  if (missing) return refuse("projection", `The population ${missing.source.name} is not exported. Change it.`);
  const synapses = synapsesOf(receptors[0]!, population, network);
  if (typeof synapses === "string") return refuse(receptors[0]!.model, synapses);
  const sources = [...new Set(into.map(({ source }) => source))];
  const total = sources.reduce((sum, source) => sum + source.units, 0);
  if (units * total > MAX_PAIRS)
    return refuse(
      "projection",
      `Kernels of Python Spark are dense: ${units} × ${total} pairs. Use smaller populations.`,
    );
  const kernel = new Float64Array(units * total);
  const delays = new Int32Array(units * total).fill(-1);
  const learns = rules[0] !== "null";
  for (const projection of into) {
    const offset = sources.slice(0, sources.indexOf(projection.source)).reduce((sum, source) => sum + source.units, 0);
    const isCall = origins.get(projection.source.name)![0] === "__call__";
    // Between modules, a spike takes one step; the current of a trace begins in the step after the arrival here.
    const added = (synapses.isTraced ? 1 : 0) - (isCall ? 0 : 1);
    // Spikes of inhibitory populations have their sign already.
    const sign = projection.source.inhibitory === true ? -1 : 1;
    for (let k = 0; k < projection.sources.length; k++) {
      const target = projection.targets[k]!;
      const pair = target * total + offset + projection.sources[k]!;
      const steps = projection.delays[k]! + added;
      if (delays[pair]! >= 0 && (delays[pair] !== steps || learns))
        return refuse(
          "projection",
          `Two synapses to ${name} connect the same units, and Python Spark has one for each pair. Use multapses: false.`,
        );
      delays[pair] = steps;
      const factor = typeof synapses.factor === "number" ? synapses.factor : synapses.factor[target]!;
      kernel[pair]! += sign * projection.weights[k]! * factor;
    }
  }
  const isFull = !delays.includes(-1);
  const used = delays.filter((steps) => steps >= 0);
  // The delay of an absent synapse has no effect; the shortest one does not hide that others are longer.
  const shortest = used.reduce((least, steps) => Math.min(least, steps), Number.MAX_SAFE_INTEGER);
  const isImmediate = used.every((steps) => steps === 0);
  if (!isImmediate && used.includes(0))
    return refuse(
      "delays",
      `Some synapses to ${name} have a delay of one step and others longer ones. A neuron of Python Spark cannot mix them with ${receptors[0]!.model}. Use at least two steps.`,
    );
  const rule =
    into[0]!.rule &&
    exportRule(
      into[0]!.rule,
      `model.projections.${into[0]!.name}.plasticity`,
      { isTraced: synapses.isTraced, isFull },
      report,
    );
  for (const { name: projection, receptor } of into) {
    report.faithful(
      `model.projections.${projection}`,
      receptor.model,
      synapses.type,
      "Drawn weights and delays are listed.",
    );
  }
  return {
    synapses,
    kernel: arrayJson(kernel, [...shape, total]),
    delays: isImmediate
      ? undefined
      : { data: delays.map((steps) => (steps < 0 ? shortest : steps)), shape: [units, total] },
    sources: sources.map((source) => origins.get(source.name)!),
    rule,
  };
};

/** The mean over a step of a trace that decays with tau, relative to its start. */
const meanFactor = (tau: PerUnit, dt: number): PerUnit =>
  typeof tau === "number" ? (-tau / dt) * Math.expm1(-dt / tau) : tau.map((one) => meanFactor(one, dt) as number);

/** Synapses of Python Spark with the same currents; a sentence if there are none. */
const synapsesOf = (receptor: FlatReceptor, population: FlatPopulation, { dt }: FlatNetwork): Synapses | string => {
  const { model, fields, currentOf } = receptor;
  const number = (key: string): number => fields[key] as number;
  const isUniform = Object.values(fields).every((value) => typeof value === "number");
  if (!isUniform)
    return "It has one value for each unit, and synapses of Python Spark take one number. Use one number.";
  const isMean = currentOf === "mean";
  if (model === "LinearSynapse") return { type: "linear_synapses", fields: {}, factor: 1, isTraced: false };
  if (model === "DeltaSynapse") return jumps(population, dt);
  if (model === "ExponentialSynapse") {
    const tau = number("tau");
    // The mean of a step is a constant part of the trace.
    return {
      type: "traced_synapses",
      fields: { tau, scale: 1, base: 0 },
      factor: isMean ? meanFactor(tau, dt) : 1,
      isTraced: true,
    };
  }
  if (model === "RiseDecaySynapse") {
    const [rise, decay] = [number("riseTau"), number("decayTau")];
    const scale = (tau: number): number => (isMean ? (meanFactor(tau, dt) as number) : 1);
    const scales = { scale_rise: scale((rise * decay) / (rise + decay)), scale_decay: scale(decay) };
    return {
      type: "rd_traced_synapses",
      fields: { tau_rise: rise, tau_decay: decay, base_rise: 0, base_decay: 0, ...scales },
      factor: 1,
      isTraced: true,
    };
  }
  if (model === "FastSlowSynapse" && !isMean) {
    const traces = ["rise", "fast_decay", "slow_decay"].flatMap((trace) => [
      [`scale_${trace}`, 1] as const,
      [`base_${trace}`, 0] as const,
    ]);
    const taus = { tau_rise: number("riseTau"), tau_fast_decay: number("fastTau"), tau_slow_decay: number("slowTau") };
    return {
      type: "rfs_traced_synapses",
      fields: { alpha: number("alpha"), ...taus, ...Object.fromEntries(traces) },
      factor: 1,
      isTraced: true,
    };
  }
  if (model === "FastSlowSynapse")
    return 'Python Spark takes the value of the current at each step. Use currentOf: "value".';
  return "Python Spark has no such synapses. Use LinearSynapse, ExponentialSynapse, RiseDecaySynapse or FastSlowSynapse.";
};

/** A jump of a leaky membrane is a current of one step. */
const jumps = ({ model, fields }: FlatPopulation, dt: number): Synapses | string => {
  const { resistance, potentialTau } = fields;
  if (
    !model.endsWith("LeakySoma") ||
    model.startsWith("Doubly") ||
    typeof resistance !== "number" ||
    typeof potentialTau !== "number"
  ) {
    return "A jump is a current of one step only for leaky somas with one resistance and time constant. Use a LinearSynapse.";
  }
  return {
    type: "linear_synapses",
    fields: {},
    factor: 1 / (resistance * -Math.expm1(-dt / potentialTau)),
    isTraced: false,
  };
};
