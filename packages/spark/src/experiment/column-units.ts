import type { Key } from "../errors/errors.ts";
import type { Wiring } from "../graph/wiring.ts";
import type { Declaration } from "../model/component.ts";

/* Units of the values of a document, by their keys below "experiment". */

const unitOf = ({ fields, state, observables }: Declaration, name: Key | undefined): string | undefined => {
  const all: Readonly<Record<string, { readonly unit: string }>> = { ...state, ...observables, ...fields };
  return Object.hasOwn(all, `${name}`) ? all[`${name}`]!.unit : undefined;
};

/** The unit of a parameter, weight, delay or start value of a network. */
export const unitInBrain =
  ({ populations, projections, drives }: Wiring) =>
  ([, part, ...keys]: readonly Key[]): string | undefined => {
    const last = keys.at(-1);
    const population = (name: Key | undefined) => populations.find((one) => one.name === name);
    if (part === "initial") {
      const found = population(keys[0]);
      return found && unitOf(found.component.model, last);
    }
    const [kind, name, ...below] = keys;
    if (kind === "populations") {
      const found = population(name);
      const place = below.indexOf("synapses");
      if (place < 0) return found && unitOf(found.component.model, last);
      const receptor = found?.receptors.find((one) => one.name === below[place + 1]);
      return receptor && unitOf(receptor.synapse.model, last);
    }
    const ends = (kind === "projections" ? projections : drives).find((one) => one.name === name);
    const synapse = ends && populations[ends.target]?.receptors[ends.receptor]?.synapse;
    if (!ends || !synapse) return undefined;
    if (below[0] === "synapse") return unitOf(synapse.model, last);
    if (below.includes("weight") || last === "weights") return synapse.model.weightUnit;
    if ("drive" in ends) return unitOf(ends.drive.model, last);
    return below[0] === "delay" ? "ms" : undefined;
  };
