import type { FlatNetwork, FlatPopulation, PerUnit } from "../network.ts";
import type { Reporter } from "../report.ts";
import type { Tensor } from "./graph.ts";
import { type Model, models } from "./models.ts";
import type { WrittenNode } from "./write.ts";

/** A population as a node. */
export interface ExportedNode {
  readonly node: WrittenNode;
  readonly shape: readonly number[];
  readonly size: number;
  readonly isInput: boolean;
  readonly isSpiking: boolean;
  /** Whether the run gives it an input of its own. */
  readonly isDriven: boolean;
  /** Factor of its own input; undefined for 1. */
  readonly gain: Float64Array | undefined;
  /** Constant input; undefined for none. */
  readonly bias: Float64Array | undefined;
  /** Weight in the file divided by the weight here, for each unit; undefined for 1. */
  readonly factors: Float64Array | undefined;
}

/** The node of a population; undefined if NIR has none, which the report says. */
export const nodeOf = (
  population: FlatPopulation,
  network: FlatNetwork,
  report: Reporter,
): ExportedNode | undefined => {
  const { name, shape, units, inputs } = population;
  const path = `model.populations.${name}`;
  const common = {
    shape: [units],
    size: units,
    isInput: false,
    isDriven: Object.keys(inputs).length > 0,
    gain: undefined,
    bias: undefined,
    factors: undefined,
  };
  if (population.kind === "spikeSource") {
    const node = { type: "Input", wholes: { shape: { data: [units], shape: [1] } }, units: shape };
    const note = "Files contain no inputs, so its spikes are not in the file.";
    if (population.model === "SpikeReplay") report.faithful(path, population.model, `Input ${name}`, note);
    else
      report.approximate(path, population.model, `Input ${name}`, `${note} Record them, and give them to the input.`);
    return { ...common, node, isInput: true, isSpiking: true };
  }
  if (Object.keys(population.initial).length > 0) {
    report.unsupported(
      `initial.${name}`,
      "start values",
      "NIR has no start values. Give them to the program that reads the file.",
    );
  }
  const model = modelOf(name, network);
  if (model) return ownNode(population, model, common, report);
  const library = libraryNode(population, network, report);
  if (library) return { ...common, ...library, isSpiking: true };
  report.unsupported(
    path,
    population.model,
    "NIR has no such neuron. Use LeakySoma, or one of the somas that an import of NIR creates.",
  );
  return undefined;
};

/** The NIR model whose equations a population of the document has. */
const modelOf = (name: string, { experiment }: FlatNetwork): Model | undefined => {
  const { populations = {} } = experiment.document.model as {
    readonly populations?: Readonly<Record<string, { readonly equations?: unknown }>>;
  };
  const { equations } = populations[name] ?? (experiment.document.model as { readonly equations?: unknown });
  if (equations === undefined) return undefined;
  const text = Array.isArray(equations) ? equations.join("\n") : String(equations);
  return Object.values(models).find((model) => model.equations.join("\n") === text);
};

const perUnit = (value: PerUnit, units: number): Float64Array =>
  typeof value === "number" ? new Float64Array(units).fill(value) : Float64Array.from(value);

/** Values other than a standard one; undefined if all have it. */
const unlike = (value: PerUnit, units: number, standard: number): Float64Array | undefined => {
  const list = perUnit(value, units);
  return list.every((one) => one === standard) ? undefined : list;
};

const ownNode = (
  { name, model: own, fields, shape, units }: FlatPopulation,
  model: Model,
  common: Omit<ExportedNode, "node" | "isSpiking">,
  report: Reporter,
): ExportedNode => {
  const numbers: Record<string, Tensor> = {};
  for (const { name: key, factor } of model.parameters) {
    numbers[key] = { data: perUnit(fields[key]!, units).map((value) => divided(value, factor)), shape: [units] };
  }
  const path = `model.populations.${name}`;
  const result = `${model.type} ${name}`;
  if (model.isSubtracting) {
    numbers["v_reset"] = { data: new Float64Array(units), shape: [units] };
    report.approximate(
      path,
      own,
      result,
      `A spike subtracts the threshold, and in NIR it sets the potential. Import the file with reset: "subtract".`,
    );
  } else report.faithful(path, own, result);
  const node: WrittenNode =
    model.type === "Output"
      ? { type: "Output", wholes: { shape: { data: [units], shape: [1] } }, units: shape }
      : { type: model.type, numbers, units: shape };
  return {
    ...common,
    node,
    isSpiking: model.isSpiking,
    gain: unlike(fields["gain"]!, units, 1),
    bias: unlike(fields["bias"]!, units, 0),
  };
};

const leaky = new Set(["LeakySoma", "RefractoryLeakySoma", "StrictRefractoryLeakySoma"]);

const libraryNode = (
  { name, model, fields, shape, units }: FlatPopulation,
  { dt }: FlatNetwork,
  report: Reporter,
): Pick<ExportedNode, "node" | "factors"> | undefined => {
  if (!leaky.has(model)) return undefined;
  const values = (field: string): Float64Array => perUnit(fields[field]!, units);
  const tau = values("potentialTau");
  const resistance = values("resistance");
  const numbers = {
    tau: { data: tau.map((value) => divided(value, 1000)), shape: [units] },
    r: { data: resistance, shape: [units] },
    v_leak: { data: values("potentialRest"), shape: [units] },
    v_threshold: { data: values("threshold"), shape: [units] },
    v_reset: { data: values("potentialReset"), shape: [units] },
  };
  // A jump here is a current of one step there, which the membrane integrates.
  const factors = tau.map((value, k) => -1 / (resistance[k]! * Math.expm1(-dt / value)));
  const path = `model.populations.${name}`;
  const note = `Values are in mV, GΩ and pA, and weights are for dt ${dt} ms. It starts at its rest here, and at 0 in most programs.`;
  const cooldown = fields["cooldown"];
  if (cooldown !== undefined && perUnit(cooldown, units).some((value) => value > 0)) {
    const most = perUnit(cooldown, units).reduce((longest, value) => Math.max(longest, value), 0);
    report.approximate(
      path,
      model,
      `LIF ${name}`,
      `NIR has no refractory period: that of up to ${most} ms is left out. ${note}`,
    );
  } else report.faithful(path, model, `LIF ${name}`, note);
  return { node: { type: "LIF", numbers, units: shape }, factors };
};

/** A value whose product with the factor is the given one, so that an import finds it again. */
const divided = (value: number, factor: number): number => {
  if (factor === 1) return value;
  const quotient = value / factor;
  const step = Math.abs(quotient) * 2 ** -53;
  return [quotient, quotient + step, quotient - step].find((one) => one * factor === value) ?? quotient;
};
