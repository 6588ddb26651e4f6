import { suggestPath } from "../config/nearest-path.ts";
import { Place } from "../config/place.ts";
import { ConfigError } from "../errors/errors.ts";
import type { Wiring } from "../graph/wiring.ts";

/* Paths of parameters, such as "excitatory.threshold". */

/** A part of a simulation that has parameters. */
export interface NamedPart {
  /** Path, such as "populations.excitatory"; empty for a single component. */
  readonly path: string;
  /** Names of the parameters. */
  readonly names: readonly string[];
}

/** A parameter. */
export interface Target<P extends NamedPart> {
  readonly part: P;
  readonly name: string;
  /** Other projections and drives that act through the same synapse, if the path names it by one of them. */
  readonly others?: readonly string[];
}

/** What the paths of a simulation name. A short path may name several parameters. */
export type Targets<P extends NamedPart> = ReadonlyMap<string, readonly Target<P>[]>;

/** The model that paths refer to. */
export interface Pathed {
  readonly populations: readonly { readonly name: string }[];
  /** Absent for a single component. */
  readonly wiring?: Wiring | undefined;
}

export const joined = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

/** The place of a parameter below a call or an option. */
export const placeOfPath = (below: Place, path: unknown): Place => below.at(...`${path}`.split("."));

/** The place of a parameter in the messages of a method. */
export const placeIn = (call: string, path: unknown): Place => placeOfPath(new Place([call]), path);

const FULL = /^(populations|projections|drives|readouts)\./;
const isShort = (path: string): boolean => !FULL.test(path);

/** All paths of parameters: in full, and without the kind of the part. */
export const targetsOf = <P extends NamedPart>(parts: readonly P[], wiring: Wiring | undefined): Targets<P> => {
  const targets = new Map<string, Target<P>[]>();
  const add = (path: string, target: Target<P>): void => {
    for (const key of new Set([path, path.replace(FULL, "")])) targets.set(key, [...(targets.get(key) ?? []), target]);
  };
  for (const part of parts) for (const name of part.names) add(joined(part.path, name), { part, name });
  const { populations = [], projections = [], drives = [] } = wiring ?? {};
  for (const { name: projection, target, receptor } of projections) {
    const { name: population, receptors } = populations[target]!;
    const part = parts.find(({ path }) => path === `populations.${population}.${receptors[receptor]!.name}`);
    if (!part) continue;
    const users = [...projections, ...drives].filter((user) => user.target === target && user.receptor === receptor);
    const others = users.map((user) => user.name).filter((name) => name !== projection);
    for (const name of part.names) add(`projections.${projection}.synapse.${name}`, { part, name, others });
  }
  return targets;
};

/** The parameter that a path names. @throws ConfigError for an unknown or ambiguous path */
export const findTarget = <P extends NamedPart>(
  targets: Targets<P>,
  model: Pathed,
  path: string,
  place: Place,
): Target<P> => {
  const found = targets.get(path) ?? [];
  const { part, name, others = [] } = found[0] ?? {};
  if (found.length === 1 && others.length === 0) return found[0]!;
  if (found.length === 1) {
    const full = joined(part!.path, name!);
    throw new ConfigError(
      place.issue(
        `belongs to a synapse shared with ${others.join(", ")}. Write "${full}" to change it for all of them.`,
      ),
    );
  }
  if (found.length > 1) {
    const full = found.map((target) => `"${joined(target.part.path, target.name)}"`);
    throw new ConfigError(place.issue(`names several parameters. Write ${full.join(" or ")}.`));
  }
  const reason = builtIn(path, model);
  if (reason !== undefined) throw new ConfigError(place.issue(`cannot be set. ${reason}`));
  throw new ConfigError(place.issue(`is unknown. ${suggestPath(path, [...targets.keys()].filter(isShort))}`));
};

/** The reason for a path of something that is built once, or that another method changes. */
const builtIn = (path: string, { wiring, populations }: Pathed): string | undefined => {
  const keys = path.replace(FULL, "").split(".");
  const last = keys.at(-1)!;
  const projection = wiring?.projections.find(({ name }) => name === keys[0])?.name;
  if (projection !== undefined && (last === "weight" || last === "weights")) {
    return `Weights belong to the synapses: use weights("${projection}").write(…), or weights in changes of a run.`;
  }
  const isProjection = projection !== undefined && ["delay", "connect", "from", "to", "layout"].includes(last);
  const isPopulation =
    ["units", "dt", "dtype", "seed", "inhibitory"].includes(last) &&
    (keys.length === 1 || populations.some(({ name }) => name === keys[0]));
  if (!isProjection && !isPopulation) return undefined;
  return `${last} decides how the simulation is built, so it cannot change later. Compile again with another value.`;
};
