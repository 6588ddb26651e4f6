import type { FlatPopulation } from "../network.ts";
import { sourceSpikesOf } from "../recorded.ts";
import type { Writing } from "../script/script.ts";

/* Sources of spikes: SpikeSourceArray with the spikes of the run. */

export interface Source {
  readonly text: string;
  /** Steps by which its spikes are later and its delays shorter. */
  readonly lead: 0 | 1;
}

/** A source as the spikes that it emitted in a run of this library. Undefined if it was left out. */
export const sourceText = async (
  population: FlatPopulation,
  own: string,
  { network, store, report }: Writing,
): Promise<Source | undefined> => {
  const { name, model, units } = population;
  const path = `model.populations.${name}`;
  const spikes = await sourceSpikesOf(population, network, report);
  if (!spikes) return undefined;
  // On NEST, PyNN relays spikes, which takes a step. A spike of the first step has none before it.
  const early = spikes.steps.filter((step) => step === 1).length;
  const delays = network.projections.flatMap((one) => (one.source === population ? [one.delays] : []));
  const lead = early > 0 && delays.every((list) => list.every((delay) => delay > 1)) ? 1 : 0;
  const target = `SpikeSourceArray ${own}`;
  if (early > 0 && lead === 0)
    report.approximate(
      path,
      model,
      target,
      `PyNN cannot emit the ${early} ${early === 1 ? "spike" : "spikes"} of the first step on NEST, so the script omits ${early === 1 ? "it" : "them"}. Use delays of at least two steps for the same spikes.`,
    );
  else report.faithful(path, model, target, model === "SpikeReplay" ? undefined : "It holds the spikes of this run.");
  const kept = Array.from(spikes.units, (_, k) => k).filter((k) => lead === 1 || spikes.steps[k]! > 1);
  const counts = new Int32Array(units);
  for (const k of kept) counts[spikes.units[k]!]!++;
  // Spikes are sorted by step; a stable sort by unit keeps this order within each unit.
  kept.sort((a, b) => spikes.units[a]! - spikes.units[b]!);
  const steps = Int32Array.from(kept, (k) => spikes.steps[k]! + lead);
  store(`${own}_steps`, steps);
  store(`${own}_counts`, counts);
  const lines = [
    `# ${name}: the spikes of ${units} × ${model}`,
    ...(lead === 1
      ? ["# They are one step later, and delays one step shorter, because NEST cannot emit spikes in the first step."]
      : []),
    `${own} = sim.Population(`,
    `    ${units},`,
    `    sim.SpikeSourceArray(spike_times=spike_times("${own}")),`,
    `    label="${own}",`,
    ")",
    "",
  ];
  return { text: lines.join("\n"), lead };
};
