import { isConductance } from "../config/conductance.ts";
import { suggestName } from "../config/nearest-name.ts";
import type { Place, Site } from "../config/place.ts";
import { describe, isRecord, isTypedArray } from "../config/shape.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import type { Issue } from "../errors/errors.ts";
import type { Wiring } from "../graph/wiring.ts";
import type { NewWeights } from "./weights.ts";

/* New weights in the changes of a run. The number of synapses is known only when the network is built. */

/** New weights of a projection, whose lengths and numbers of synapses are still to be checked. */
export interface PlannedWeights extends NewWeights {
  /** What is wrong with them, once the number of synapses is known. */
  issues(synapses: number): readonly Issue[];
}

const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || isTypedArray(value);

/** Reads new weights by projection. Adds all problems to the issues. */
export const readWeights = (given: unknown, wiring: Wiring | undefined, site: Site): PlannedWeights[] => {
  if (!isRecord(given)) return [];
  if (!wiring) {
    site.refuse("needs a network: a single component has no projections. Remove it.");
    return [];
  }
  const names = wiring.projections.map(({ name }) => name);
  return Object.entries(given).flatMap(([name, one]): PlannedWeights[] => {
    const own = site.at(name);
    const projection = names.indexOf(name);
    if (projection < 0) {
      own.refuse(`is unknown. ${suggestName(name, names)}`);
      return [];
    }
    const read = readOne(one, own);
    if (!read) return [];
    const { weights, numbers, place } = read;
    if (!checkValues(weights, projection, wiring, place)) return [];
    const written = { projection, weights, ...(numbers && { numbers }) };
    return [{ ...written, issues: (synapses) => issuesWith(written, own.place, synapses) }];
  });
};

interface ReadOne extends Pick<NewWeights, "weights" | "numbers"> {
  readonly place: Site;
}

const readOne = (given: unknown, site: Site): ReadOne | undefined => {
  const take = (value: unknown, place: Site, takes: string): ReadOne | undefined =>
    typeof value === "number" || isList(value)
      ? { weights: value as number | ArrayLike<number>, place }
      : place.refuse(`must be ${takes}; received ${describe(value)}. Give one of these.`);
  if (!isRecord(given)) return take(given, site, "a number, a list with one per synapse, or { synapses, values }");
  refuseUnknown(given, ["synapses", "values"], site);
  const { synapses, values } = given;
  const numbers = isList(synapses)
    ? (synapses as ArrayLike<number>)
    : site.at("synapses").refuse(`must be a list of numbers of synapses; received ${describe(synapses)}. Give one.`);
  const read = take(values, site.at("values"), "a number or a list with one per number of a synapse");
  return numbers && read && { ...read, numbers };
};

/** Refuses the first value that no weight of the projection can have. Returns whether there is none. */
const checkValues = (
  weights: number | ArrayLike<unknown>,
  projection: number,
  { projections, populations }: Wiring,
  site: Site,
): boolean => {
  const { source, target, receptor } = projections[projection]!;
  const { synapse } = populations[target]!.receptors[receptor]!;
  const isMagnitude = populations[source]!.inhibitory !== false || isConductance(synapse.model.weightUnit);
  const wanted = isMagnitude ? "a finite number of at least 0" : "a finite number";
  const list: ArrayLike<unknown> = typeof weights === "number" ? [weights] : weights;
  for (let k = 0; k < list.length; k++) {
    const value = list[k];
    if (typeof value === "number" && Number.isFinite(value) && !(isMagnitude && value < 0)) continue;
    const at = typeof weights === "number" ? site : site.at(k);
    at.refuse(`must be ${wanted}; received ${describe(value)} ${synapse.model.weightUnit}. Give a weight.`);
    return false;
  }
  return true;
};

const issuesWith = ({ weights, numbers }: NewWeights, place: Place, synapses: number): readonly Issue[] => {
  if (!numbers) {
    if (typeof weights === "number" || weights.length === synapses) return [];
    return [
      place.issue(`must contain ${synapses} values, one per synapse; received ${weights.length}. Give one for each.`),
    ];
  }
  for (let k = 0; k < numbers.length; k++) {
    const number = numbers[k]!;
    if (Number.isInteger(number) && number >= 0 && number < synapses) continue;
    const message = `must be a whole number from 0 to ${synapses - 1}; received ${describe(number)}. Count the synapses from 0.`;
    return [place.at("synapses", k).issue(message)];
  }
  if (typeof weights === "number" || weights.length === numbers.length) return [];
  const message = `must contain ${numbers.length} values, one per number in synapses; received ${weights.length}. Give one for each.`;
  return [place.at("values").issue(message)];
};
