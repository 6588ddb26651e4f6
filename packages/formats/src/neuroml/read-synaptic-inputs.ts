import { attribute, positiveOf } from "./quantities.ts";
import { type ReadSynapse, synapseTypes } from "./read-components.ts";
import type { Component } from "./read-model.ts";
import { type Made, OTHER_NUMBERS } from "./read-populations.ts";
import type { Edges } from "./read-projections.ts";
import { type InputContext, spikesOf } from "./read-spikes.ts";

/* Synapses of NeuroML with spikes of their own: random or given. */

type Part = Readonly<Record<string, unknown>>;

/** One input of a cell. */
export interface Input {
  readonly made: Made;
  readonly unit: number;
  readonly weight: number;
}

/** Parts of the document that synaptic inputs become. */
export interface SynapticInputs {
  readonly drives: Record<string, Part>;
  readonly sources: Record<string, Part>;
  /** Inputs of the sources. */
  readonly inputs: Record<string, Part>;
  readonly edges: Edges[];
  readonly driveNames: (name: string) => string;
  readonly nameOf: (name: string) => string;
}

/** A Poisson synapse at each unit is a drive; at some units, a source with one unit for each. */
export const addPoisson = (
  component: Component,
  list: readonly Input[],
  { drives, sources, edges, driveNames, nameOf }: SynapticInputs,
  context: InputContext,
): void => {
  const { report, model, receptors, dt } = context;
  const { id, type, element, where } = component;
  const path = `${model.network.id}.${id}`;
  const rate = positiveOf(element, "averageRate", "rate", where);
  const found = synapseOf(component, list, context);
  if (!found) return;
  const { synapseId, synapse } = found;
  const groups = new Map<Made, Map<number, Input[]>>();
  for (const input of list) {
    const own = groups.get(input.made) ?? new Map<number, Input[]>();
    groups.set(input.made, own);
    const same = own.get(input.weight) ?? [];
    own.set(input.weight, same);
    same.push(input);
  }
  const base = id.replace(/_drive$/, "");
  for (const [made, own] of groups) {
    for (const [weight, same] of own) {
      const receptor = receptors.name(made, synapseId);
      const counts = new Uint32Array(made.units);
      for (const { unit } of same) counts[unit]!++;
      if (counts.every((count) => count === counts[0])) {
        const poisson = { rate, trains: counts[0]!, weight: synapse.weight(weight) };
        drives[driveNames(base)] = { to: `${made.name}.${receptor}`, poisson };
        report.approximate(path, type, "drive", OTHER_NUMBERS);
      } else if ((rate * dt) / 1000 > 1) {
        report.unsupported(path, type, `It has more than one spike in a step of ${dt} ms. Use a shorter dt.`);
      } else {
        const source: Made = { name: nameOf(base), units: same.length, cells: undefined, sources: undefined };
        sources[source.name] = { source: "PoissonSource", units: [source.units], rate };
        edges.push({
          ...{ name: source.name, source, target: made, receptor },
          sources: same.map((_, k) => k),
          targets: same.map(({ unit }) => unit),
          weights: same.map(() => synapse.weight(weight)),
          delays: same.map(() => dt),
        });
        report.approximate(path, type, "PoissonSource", `${OTHER_NUMBERS} Spikes arrive one step later.`);
      }
    }
  }
};

/** The same train of spikes at each cell: a source of one unit. */
export const addTimed = (
  component: Component,
  list: readonly Input[],
  { sources, inputs, edges, nameOf }: SynapticInputs,
  context: InputContext,
): void => {
  const found = synapseOf(component, list, context);
  if (!found) return;
  const { id, type } = component;
  const source: Made = { name: nameOf(id), units: 1, cells: undefined, sources: [component] };
  sources[source.name] = { source: "SpikeReplay", units: [1] };
  // A spike takes one step, so it is sent a step before it acts.
  Object.assign(inputs, Object.fromEntries(spikesOf(source, context, 1)));
  const targets = [...new Set(list.map(({ made }) => made))];
  for (const target of targets) {
    const own = list.filter(({ made }) => made === target);
    edges.push({
      name: targets.length === 1 ? source.name : nameOf(`${id}_${target.name}`),
      ...{ source, target, receptor: context.receptors.name(target, found.synapseId) },
      sources: own.map(() => 0),
      targets: own.map(({ unit }) => unit),
      weights: own.map(({ weight }) => found.synapse.weight(weight)),
      delays: own.map(() => context.dt),
    });
  }
  context.report.faithful(`${context.model.network.id}.${id}`, type, "SpikeReplay");
};

/** The synapse of an input; undefined, with an entry in the report, if it has no counterpart. */
const synapseOf = (
  { id, type, element, where }: Component,
  list: readonly Input[],
  { report, model, receptors }: InputContext,
): { readonly synapseId: string; readonly synapse: ReadSynapse } | undefined => {
  const path = `${model.network.id}.${id}`;
  const synapseId = attribute(element, "synapse", where);
  const synapse = receptors.synapse(synapseId, `${where}.synapse`);
  if (!synapse) {
    report.unsupported(path, type, `Its synapse has no counterpart. Known: ${synapseTypes.join(", ")}.`);
    return undefined;
  }
  if (synapse.isConductance && list.some(({ weight }) => synapse.weight(weight) < 0)) {
    report.unsupported(path, type, "Conductances are not negative. Use a reversal potential below rest instead.");
    return undefined;
  }
  return { synapseId, synapse };
};
