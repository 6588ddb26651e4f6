import { suggestName } from "../../config/nearest-name.ts";
import { Place, Site } from "../../config/place.ts";
import { describe, sizeOf } from "../../config/shape.ts";
import { readUnitList } from "../../config/unit-list.ts";
import { refuseUnknown } from "../../config/unknown-keys.ts";
import { ConfigError } from "../../errors/errors.ts";
import type { MachinePopulation } from "../../program/machine.ts";
import type { Frontend } from "../frontend.ts";

/** Where to look for spikes. */
export interface Search {
  /** Index of the population. */
  readonly population: number;
  readonly units: ReadonlySet<number> | undefined;
}

/** Reads the argument of `runToSpike`. @throws ConfigError that lists every problem */
export const searchOf = (given: object, { populations, network }: Frontend): Search => {
  const site = new Site(new Place(["runToSpike"]), [], undefined);
  refuseUnknown(given, ["population", "units"], site);
  const { population, units } = given as { readonly population?: unknown; readonly units?: unknown };
  const names = populations.map(({ name }) => name);
  let index = 0;
  if (network) {
    index = names.indexOf(population as string);
    if (population === undefined) site.at("population").refuse(`is missing. Known: ${names.join(", ")}.`);
    else if (typeof population !== "string") {
      site.at("population").refuse(`must be a name; received ${describe(population)}. Known: ${names.join(", ")}.`);
    } else if (index < 0)
      site.at("population").refuse(`is unknown: "${population}". ${suggestName(population, names)}`);
  } else if (population !== undefined) {
    site.at("population").refuse("must be omitted, because a single component has one population. Remove it.");
  }
  const { component } = populations[Math.max(index, 0)]!;
  const list =
    units === undefined || index < 0 ? undefined : readUnitList(units, sizeOf(component.units), site.at("units"));
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  return { population: index, units: list && new Set(list) };
};

/** The units that spiked in the first row of a chunk. */
export const spikesIn = (population: MachinePopulation, { units }: Search): number[] => {
  const { program } = population;
  const bits = population.view(program.spikes!) as Uint32Array;
  const found: number[] = [];
  for (let unit = 0; unit < program.units; unit++) {
    if (((bits[unit >>> 5]! >>> (unit & 31)) & 1) === 1 && (!units || units.has(unit))) found.push(unit);
  }
  return found;
};
