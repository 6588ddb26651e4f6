import type { FlatNetwork, FlatPopulation, FlatReceptor, PerUnit } from "../network.ts";

/* Receptors of a population as the two of a standard cell of PyNN: one for excitation, one for inhibition. */

/** The kinds of synapses of PyNN's cells. A cell has synapses of one kind. */
export type Kind = "exp" | "alpha" | "delta" | "condExp" | "condAlpha";

const kinds: Readonly<Record<string, Kind>> = {
  ExponentialSynapse: "exp",
  AlphaSynapse: "alpha",
  DeltaSynapse: "delta",
  // A current of one step moves the potential as a jump does.
  LinearSynapse: "delta",
  ConductanceExponentialSynapse: "condExp",
  ConductanceAlphaSynapse: "condAlpha",
};

export const receptorNames: readonly string[] = Object.keys(kinds);

export type SlotName = "excitatory" | "inhibitory";

/** Parameters of a receptor of a cell. */
export interface Slot {
  readonly tau: PerUnit;
  /** mV; of conductances only. */
  readonly reversal: PerUnit | undefined;
}

export interface Slots {
  /** Kind of the synapses; undefined without synapses. */
  readonly kind: Kind | undefined;
  /** Absent for kinds without parameters. */
  readonly own: Readonly<Record<SlotName, Slot>> | undefined;
  /** Where a weight of a receptor goes. */
  readonly slotOf: (receptor: FlatReceptor, weight: number) => SlotName;
}

/** The slots of a population, or the sentence that says why there are none and what to do. */
export type FoundSlots = { readonly slots: Slots } | { readonly remedy: string };

const bySign = (_: FlatReceptor, weight: number): SlotName => (weight < 0 ? "inhibitory" : "excitatory");

const keyOf = ({ fields }: FlatReceptor): string =>
  ["tau", "potentialReversal"].map((key) => String(fields[key])).join(" ");

const firstOf = (value: PerUnit | undefined): number => (typeof value === "number" ? value : (value?.[0] ?? 0));

interface Group extends Slot {
  readonly receptors: readonly FlatReceptor[];
  readonly hasPositive: boolean;
  readonly hasNegative: boolean;
}

const groupsOf = ({ receptors }: FlatPopulation, { projections, drives }: FlatNetwork): readonly Group[] => {
  const byKey = new Map<string, FlatReceptor[]>();
  for (const receptor of receptors) byKey.set(keyOf(receptor), [...(byKey.get(keyOf(receptor)) ?? []), receptor]);
  return [...byKey.values()].map((same) => {
    const weights = projections.filter(({ receptor }) => same.includes(receptor)).map((one) => one.weights);
    const driven = drives.filter(({ receptor }) => same.includes(receptor)).map(({ weight = 0 }) => weight);
    const some = (holds: (weight: number) => boolean): boolean =>
      weights.some((list) => list.some(holds)) || driven.some(holds);
    return {
      receptors: same,
      tau: same[0]!.fields["tau"]!,
      reversal: same[0]!.fields["potentialReversal"],
      hasPositive: some((weight) => weight > 0),
      hasNegative: some((weight) => weight < 0),
    };
  });
};

const TWO = "Cells of PyNN have one receptor for excitation and one for inhibition.";

/** The receptors of a population as slots of a cell. */
export const slotsOf = (population: FlatPopulation, network: FlatNetwork): FoundSlots => {
  const { receptors } = population;
  const unknown = receptors.find(({ model }) => !Object.hasOwn(kinds, model));
  if (unknown)
    return {
      remedy: `PyNN has no standard cell with ${unknown.model}. Its synapses must be of ${receptorNames.join(", ")}.`,
    };
  const used = [...new Set(receptors.map(({ model }) => kinds[model]!))];
  const [kind] = used;
  if (used.length > 1)
    return {
      remedy: `Cells of PyNN have synapses of one kind, and this population has ${receptors.map(({ model }) => model).join(" and ")}. Use one of them.`,
    };
  if (kind === undefined || kind === "delta") return { slots: { kind, own: undefined, slotOf: bySign } };
  const groups = groupsOf(population, network);
  const found = kind.startsWith("cond") ? conductanceSlots(groups, population) : currentSlots(groups);
  return "remedy" in found ? found : { slots: { kind, ...found } };
};

type Found = Omit<Slots, "kind"> | { readonly remedy: string };

const currentSlots = (groups: readonly Group[]): Found => {
  const [first, second] = groups as [Group, Group?];
  if (second === undefined) return { own: { excitatory: first, inhibitory: first }, slotOf: bySign };
  const [excitatory, inhibitory] = first.hasNegative ? [second, first] : [first, second];
  if (groups.length > 2 || excitatory.hasNegative || inhibitory.hasPositive)
    return {
      remedy: `${TWO} Use one time constant for all positive weights and one for all negative weights of the population.`,
    };
  return { own: { excitatory, inhibitory }, slotOf: bySign };
};

const conductanceSlots = (groups: readonly Group[], { fields }: FlatPopulation): Found => {
  if (groups.some(({ hasNegative }) => hasNegative))
    return { remedy: "Conductances of PyNN are not negative. Use a reversal potential below rest instead." };
  if (groups.length > 2)
    return { remedy: `${TWO} Use at most two pairs of a reversal potential and a time constant for the population.` };
  const [first, second] = groups as [Group, Group?];
  const rest = firstOf(fields["potentialRest"]);
  const isFirst = second ? firstOf(first.reversal) >= firstOf(second.reversal) : firstOf(first.reversal) > rest;
  const [excitatory, inhibitory] = isFirst ? [first, second ?? first] : [second ?? first, first];
  const isExcitatory = (receptor: FlatReceptor): boolean =>
    second ? excitatory.receptors.includes(receptor) : isFirst;
  return {
    own: { excitatory, inhibitory },
    slotOf: (receptor) => (isExcitatory(receptor) ? "excitatory" : "inhibitory"),
  };
};
