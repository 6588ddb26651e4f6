import type { FlatPopulation, FlatProjection, FlatReceptor, PerUnit } from "../network.ts";
import type { Reporter } from "../report.ts";
import { numberText, type Store } from "../script/script.ts";
import type { Written } from "./cells.ts";
import type { SlotName } from "./receptors.ts";

/* Projections as lists of drawn synapses. */

/** Name of the unit of the weights in the script. */
export const weightUnit = ({ model, unit }: FlatReceptor): string => (model === "LinearSynapse" ? "mV" : unit);

/** Writes a projection: one of PyNN for each receptor that its weights go to. */
export const projectionText = (
  projection: FlatProjection,
  own: string,
  written: ReadonlyMap<FlatPopulation, Written>,
  store: Store,
  report: Reporter,
): string[] => {
  const { name, source, target, receptor, weights, rule } = projection;
  const path = `model.projections.${name}`;
  const [from, to] = [written.get(source)!, written.get(target)!];
  if (to.cell === undefined) return [];
  report.faithful(path, receptor.model, `Projection ${own}`);
  if (rule)
    report.unsupported(
      `${path}.plasticity`,
      rule.model,
      "Rules are not exported: the weights are constant. Add a synapse type such as STDPMechanism to the script.",
    );
  const { slotOf } = to.cell.slots;
  const chosen = { excitatory: [] as number[], inhibitory: [] as number[] };
  weights.forEach((weight, k) => {
    chosen[slotOf(receptor, weight)].push(k);
  });
  const slots = (Object.keys(chosen) as SlotName[]).filter((slot) => chosen[slot].length > 0);
  if (slots.length === 0) return [`# ${name}: no synapses from ${source.name} to ${target.name}\n`];
  return slots.map((slot) => {
    const isPart = slots.length > 1;
    const variable = isPart ? `${own}_${slot}` : own;
    const list = chosen[slot];
    const factor = factorText(projection, variable, to, store);
    storeLists(projection, list, variable, from, to, store);
    return [
      `# ${name}: ${list.length} ${isPart ? `${slot} ` : ""}synapses from ${source.name} to ${target.name}`,
      `${variable} = sim.Projection(`,
      `    ${from.own},`,
      `    ${to.own},`,
      `    connections("${variable}", ${weightUnit(receptor)}${factor}),`,
      `    receptor_type="${slot}",`,
      `    label="${variable}",`,
      ")",
      "",
    ].join("\n");
  });
};

/** Stores the synapses at some places of the lists of a projection. */
const storeLists = (
  { sources, targets, weights, delays, receptor }: FlatProjection,
  list: readonly number[],
  variable: string,
  { lead }: Written,
  { cell }: Written,
  store: Store,
): void => {
  const isCurrent = receptor.model === "LinearSynapse";
  const weightOf = (k: number): number => (isCurrent ? weights[k]! * cell!.jump(targets[k]!) : weights[k]!);
  const take = (values: Int32Array, shift = 0): Int32Array => Int32Array.from(list, (k) => values[k]! - shift);
  store(`${variable}_sources`, take(sources));
  store(`${variable}_targets`, take(targets));
  store(`${variable}_weights`, Float64Array.from(list, weightOf));
  store(`${variable}_delays`, take(delays, lead));
};

/** The factor of exponential currents, from the time constants of the synapses and of their targets. */
const factorText = ({ receptor }: FlatProjection, variable: string, { own, cell }: Written, store: Store): string => {
  if (receptor.model !== "ExponentialSynapse" || cell?.tauM === undefined) return "";
  const text = (value: PerUnit, name: string): string => {
    if (typeof value === "number") return numberText(value);
    return `${store(name, value)}[data["${variable}_targets"]]`;
  };
  const tau = text(receptor.fields["tau"]!, `${own}_tau_syn_${receptor.name}`);
  const decays = receptor.currentOf === "mean" ? "" : ", decays=False";
  return `, step_factor(${tau}, ${text(cell.tauM, `${own}_tau_m`)}${decays})`;
};
