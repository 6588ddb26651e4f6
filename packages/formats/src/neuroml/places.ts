import type { FlatPopulation } from "../network.ts";
import { cellOf, fieldsOf } from "./cells.ts";
import { type Element, element } from "./xml.ts";

/* Populations of equal cells: NeuroML has one component for each population. */

/** Where a unit is: a population of NeuroML and a place in it. */
export interface Placed {
  readonly population: string;
  readonly index: number;
}

/** Start of the tag of a property of the network, before the id of a population. */
export const PART_TAG = "sparkUnits:";

/**
 * A property of the network that tells an import which units of which population a population has. A property of the
 * population itself would make its cells unreachable for jNeuroML.
 */
export const partOf = (id: string, name: string, units: readonly number[]): Element =>
  element("property", { tag: `${PART_TAG}${id}`, value: [name, ...units].join(" ") });

/** A population as populations of NeuroML. */
export interface Populations {
  readonly components: readonly Element[];
  readonly populations: readonly Element[];
  /** Properties of the network that tell which units are in which population. */
  readonly properties: readonly Element[];
  /** The place of each unit. */
  readonly places: readonly Placed[];
}

/** The path of a cell, as seen from a projection. */
export const pathOf = ({ population, index }: Placed): string => `../${population}[${index}]`;

/** Groups units with equal parameters into populations. `starts`: start potentials, mV, of cells that have one. */
export const cellPopulations = (population: FlatPopulation, own: string, starts: Float64Array): Populations => {
  const { units, model } = population;
  const groups = new Map<string, number[]>();
  for (let unit = 0; unit < units; unit++) {
    const key = JSON.stringify([fieldsOf(population, unit), starts[unit]]);
    const members = groups.get(key);
    if (members) members.push(unit);
    else groups.set(key, [unit]);
  }
  const places: Placed[] = new Array(units);
  const components: Element[] = [];
  const populations: Element[] = [];
  const properties: Element[] = [];
  [...groups.values()].forEach((members, k) => {
    const id = groups.size === 1 ? own : `${own}_${k}`;
    components.push(cellOf(model, `${id}_cell`, fieldsOf(population, members[0]!), starts[members[0]!]!));
    if (groups.size > 1) properties.push(partOf(id, own, members));
    populations.push(element("population", { id, component: `${id}_cell`, size: `${members.length}` }));
    members.forEach((unit, index) => {
      places[unit] = { population: id, index };
    });
  });
  return { components, populations, properties, places };
};
