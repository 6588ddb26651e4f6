import { somas, synapses } from "spark-snn";
import { isRecord } from "spark-snn/documents";
import type { Fields, FlatNetwork, FlatPopulation, FlatProjection, FlatReceptor, PerUnit } from "../network.ts";
import { MEAN } from "./templates.ts";

/* The model of the nodes of a population: one of NEST if it has the same equations, otherwise one of this library. */

export interface WrittenCells {
  /** Such as "nest:iaf_psc_exp". */
  readonly template: string;
  /** Parameters that all nodes share. */
  readonly shared: Readonly<Record<string, unknown>>;
  /** Parameters with one value for each node. */
  readonly own: Readonly<Record<string, Float64Array>>;
  /** Difference in other simulators. */
  readonly difference: string | undefined;
  /** Parameters of the synapses that reach a receptor. */
  readonly reach: (receptor: FlatReceptor) => Readonly<Record<string, unknown>>;
}

const valueAt = (value: PerUnit, k: number): number => (typeof value === "number" ? value : value[k]!);

/** A capacitance for which tau / capacitance gives the resistance again, to the last bit where there is one. */
const capacityOf = (tau: number, resistance: number): number => {
  const near = tau / resistance;
  const step = Math.abs(near) * 2 ** -53;
  for (const shift of [0, 1, -1, 2, -2, 3, -3, 4, -4]) {
    if (tau / (near + shift * step) === resistance) return near + shift * step;
  }
  return near;
};

/** Divides parameters into shared ones and those of single nodes. */
const divided = (parameters: Readonly<Record<string, PerUnit>>): Divided => {
  const shared: Record<string, number> = {};
  const own: Record<string, Float64Array> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === "number") shared[name] = value;
    else if (value.length > 0 && value.every((one) => one === value[0])) shared[name] = value[0]!;
    else own[name] = value;
  }
  return { shared, own };
};

interface Divided {
  readonly shared: Record<string, number>;
  readonly own: Record<string, Float64Array>;
}

/** Sign of the weights that reach a receptor: 1, −1, 0 without synapses, undefined for both. */
const signOf = (receptor: FlatReceptor, projections: readonly FlatProjection[]): number | undefined => {
  let sign = 0;
  for (const projection of projections) {
    if (projection.receptor !== receptor) continue;
    for (const weight of projection.weights) {
      if (weight === 0 || Math.sign(weight) === sign) continue;
      if (sign !== 0) return undefined;
      sign = Math.sign(weight);
    }
  }
  return sign;
};

/** Values of the run that are parameters of the nodes: the constant current (pA) and the start (mV). */
export interface CellStart {
  readonly current: PerUnit;
  /** Undefined for the potential at rest. */
  readonly start: PerUnit | undefined;
}

/** Returns undefined for a model that no file can hold. */
export const cellsOf = (population: FlatPopulation, network: FlatNetwork, start: CellStart): WrittenCells | undefined =>
  nestCells(population, network.projections, start) ?? sparkCells(population, network, start);

const nestSynapses: Readonly<Record<string, string>> = {
  AlphaSynapse: "alpha",
  ExponentialSynapse: "exp",
  DeltaSynapse: "delta",
};

const nestCells = (
  { model, fields, receptors, units }: FlatPopulation,
  projections: readonly FlatProjection[],
  { current, start }: CellStart,
): WrittenCells | undefined => {
  const kinds = new Set(receptors.map((one) => one.model));
  const kind = nestSynapses[receptors[0]?.model ?? "ExponentialSynapse"];
  if (model !== "StrictRefractoryLeakySoma" || kind === undefined || kinds.size > 1) return undefined;
  if (receptors.some(({ currentOf, name }) => currentOf !== "mean" || name.includes("."))) return undefined;
  const capacity =
    typeof fields["potentialTau"] === "number" && typeof fields["resistance"] === "number"
      ? capacityOf(fields["potentialTau"], fields["resistance"])
      : Float64Array.from({ length: units }, (_, k) =>
          capacityOf(valueAt(fields["potentialTau"]!, k), valueAt(fields["resistance"]!, k)),
        );
  const membrane = {
    C_m: capacity,
    tau_m: fields["potentialTau"]!,
    t_ref: fields["cooldown"]!,
    E_L: fields["potentialRest"]!,
    V_th: fields["threshold"]!,
    V_reset: fields["potentialReset"]!,
    I_e: current,
    V_m: start ?? fields["potentialRest"]!,
  };
  const difference = kind === "delta" ? undefined : MEAN;
  const plain = (more: Readonly<Record<string, PerUnit>>): WrittenCells => ({
    template: `nest:iaf_psc_${kind}`,
    ...divided({ ...membrane, ...more }),
    difference,
    reach: () => ({}),
  });
  if (kind === "delta" || receptors.length === 0) return plain({});
  const taus = receptors.map((one) => one.fields["tau"]!);
  if (taus.length === 1) return plain({ tau_syn_ex: taus[0]!, tau_syn_in: taus[0]! });
  const signs = receptors.map((one) => signOf(one, projections));
  if (taus.length === 2) {
    const excitatory = signs.findIndex((sign, k) => sign !== undefined && sign >= 0 && (signs[1 - k] ?? 1) <= 0);
    if (excitatory >= 0) return plain({ tau_syn_ex: taus[excitatory]!, tau_syn_in: taus[1 - excitatory]! });
  }
  if (!taus.every((tau) => typeof tau === "number")) return undefined;
  const { shared, own } = divided(membrane);
  if (Object.keys(own).length > 0) return undefined;
  return {
    template: `nest:iaf_psc_${kind}_multisynapse`,
    shared: { ...shared, tau_syn: taus },
    own,
    difference,
    reach: (receptor) => ({ receptor_type: receptors.indexOf(receptor) + 1 }),
  };
};

const isOfLibrary = (types: object, name: string): boolean => Object.hasOwn(types, name);

const sparkCells = (
  population: FlatPopulation,
  network: FlatNetwork,
  { current, start }: CellStart,
): WrittenCells | undefined => {
  const { name, model, fields, receptors } = population;
  const base = isOfLibrary(somas, model) ? { soma: model } : equationsIn(name, network);
  if (!base || receptors.some((one) => !isOfLibrary(synapses, one.model))) return undefined;
  const listed = (prefix: string, values: Fields): [string, PerUnit][] =>
    Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value]);
  const parameters = Object.fromEntries([
    ...listed("", fields),
    ...receptors.flatMap((one) => listed(`${one.name}.`, one.fields)),
    ["I_e", current] as const,
    ...(start === undefined ? [] : [["V_m", start] as const]),
  ]);
  const { shared, own } = divided(parameters);
  return {
    template: `spark:${"soma" in base ? model : "equations"}`,
    shared: {
      population: base,
      receptors: Object.fromEntries(
        receptors.map((one) => [
          one.name,
          { synapse: one.model, ...(one.currentOf !== "mean" && { currentOf: one.currentOf }) },
        ]),
      ),
      ...shared,
    },
    own,
    difference: "The model is one of this library. Other simulators do not have it.",
    reach: ({ name: receptor }) => ({ receptor }),
  };
};

/** The equations of a soma of the user, as a document has them. */
const equationsIn = (name: string, { experiment }: FlatNetwork): Readonly<Record<string, unknown>> | undefined => {
  const { document } = experiment;
  const model = document.model as Readonly<Record<string, unknown>>;
  const populations = model["populations"] as Readonly<Record<string, unknown>> | undefined;
  const part = experiment.kind === "brain" ? populations?.[name] : model;
  if (isRecord(part) && part["equations"] !== undefined) {
    const { equations, about, method, substeps } = part;
    return Object.fromEntries(
      Object.entries({ name: part["name"], equations, about, method, substeps }).filter(([, one]) => one !== undefined),
    );
  }
  return undefined;
};
