import { counted } from "../config/counted.ts";
import { Place, Site } from "../config/place.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { End, Ends, NumberList } from "./ends.ts";
import { type PositionTable, readPositions } from "./positions.ts";
import { type Rule, ruleOption } from "./rule.ts";
import { MOST_SYNAPSES, type ReadRule } from "./rules/connection-rule.ts";
import { isList, type ParameterValues, type SynapseValues, synapseValues } from "./values.ts";

/** A projection: two populations, a rule, weights and delays. */
export interface Wiring {
  /** Name of the projection, part of the keys of its draws. */
  readonly name: string;
  readonly rule: Rule;
  /** Weights, pA; mV for synapses that make the membrane jump. */
  readonly weights: SynapseValues;
  /** ms */
  readonly delays: SynapseValues;
  readonly source: End;
  readonly target: End;
  /** Whether source and target are the same population. */
  readonly recurrent: boolean;
  readonly seed: number;
  /** ms */
  readonly dt: number;
}

/** Paths of the parts of a projection in messages. */
export interface WiringPlaces {
  readonly rule: Place;
  readonly weights: Place;
  readonly delays: Place;
  /** The place of the parameters of the plasticity rule. */
  readonly parameters?: Place;
  readonly source: { readonly positions: Place };
  readonly target: { readonly positions: Place };
}

/** The paths of a projection that is given as one object. */
export const placesIn = (...keys: readonly string[]): WiringPlaces => {
  const place = new Place(keys);
  return {
    rule: place.at("rule"),
    weights: place.at("weights"),
    delays: place.at("delays"),
    source: { positions: place.at("source", "positions") },
    target: { positions: place.at("target", "positions") },
  };
};

/** A projection whose parts are valid individually. */
export interface ReadWiring extends Omit<Wiring, "rule"> {
  readonly rule: ReadRule;
  /** Parameters of its plasticity rule that differ between synapses. */
  readonly parameters?: Readonly<Record<string, ParameterValues>>;
}

/** A valid projection. */
export interface CheckedWiring extends ReadWiring, Ends {
  /** Number of synapses, if it is known without drawing. */
  readonly known: number | undefined;
  /** Number of synapses, or the expected number. */
  readonly expected: number;
}

const weightValues = synapseValues("weights", "Weights.");
const delayValues = synapseValues("delays", "Delays.");

/** Reads the parts of a projection that is given as one object. @throws ConfigError with all problems */
export const readWiring = (wiring: Wiring, places: WiringPlaces): ReadWiring => {
  const issues: Issue[] = [];
  const at = (place: Place): Site<undefined> => new Site(place, issues, undefined);
  const rule = ruleOption.read(wiring.rule, at(places.rule));
  weightValues.read(wiring.weights, at(places.weights));
  delayValues.read(wiring.delays, at(places.delays));
  if (!rule || issues.length > 0) throw new ConfigError(issues);
  return { ...wiring, rule };
};

/** Checks whether the parts of a projection fit the populations. @throws ConfigError with all problems */
export const checkWiring = (wiring: ReadWiring, places: WiringPlaces): CheckedWiring => {
  const issues: Issue[] = [];
  const at = (place: Place): Site<undefined> => new Site(place, issues, undefined);
  const { rule } = wiring;
  const positions = positionsOf(wiring, places, issues);
  const ends: Ends = { ...wiring, autapses: rule.autapses, positions };
  const size = rule.size(ends);
  const known = size?.exact ? size.synapses : undefined;
  rule.check(at(places.rule).at(rule.name).with(ends));
  refuseValues(wiring, wiring.weights, known, at(places.weights));
  refuseValues(wiring, wiring.delays, known, at(places.delays));
  for (const [name, values] of parametersOf(wiring)) {
    refuseValues(wiring, values, known, at(parameterPlace(name, places)));
  }
  if (size && size.synapses > MOST_SYNAPSES) {
    at(places.rule).refuse(
      `must make at most ${MOST_SYNAPSES} synapses; received a rule for ${size.synapses}. Split the projection, or connect fewer pairs.`,
    );
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return { ...wiring, autapses: rule.autapses, positions, known, expected: size!.synapses };
};

const parametersOf = ({ parameters = {} }: ReadWiring): [string, ParameterValues][] => Object.entries(parameters);

/** The place of a parameter. Among other rules, its name contains that of its rule. */
export const parameterPlace = (name: string, { parameters, rule }: WiringPlaces): Place =>
  (parameters ?? rule).at(...name.split("."));

const byDistance = (values: ParameterValues): boolean =>
  typeof values === "object" && !isList(values) && "byDistance" in values;

const positionsOf = (wiring: ReadWiring, places: WiringPlaces, issues: Issue[]): Ends["positions"] => {
  const users = [
    ...(wiring.rule.byDistance ? [places.rule] : []),
    ...(byDistance(wiring.weights) ? [places.weights] : []),
    ...(byDistance(wiring.delays) ? [places.delays] : []),
    ...parametersOf(wiring).flatMap(([name, values]) => (byDistance(values) ? [parameterPlace(name, places)] : [])),
  ].map(({ keys }) => keys.at(-1));
  if (users.length === 0) return undefined;
  const read = (end: "source" | "target"): PositionTable | undefined => {
    const { positions, units } = wiring[end];
    const place = places[end].positions;
    const site = new Site(place, issues, undefined);
    if (!positions) {
      return site.refuse(`is missing, but needed for ${users.join(" and ")}. Give the population's positions.`);
    }
    const table = readPositions(positions, units);
    return "message" in table ? site.refusePart(table) : table;
  };
  const source = read("source");
  const target = read("target");
  if (!source || !target) return undefined;
  if (source.dimensions !== target.dimensions) {
    const message = `must have as many coordinates as those of the source, ${source.dimensions}; received ${target.dimensions}. Give both populations positions in the same space.`;
    issues.push(places.target.positions.issue(message));
    return undefined;
  }
  return { source, target };
};

/** Rejects values that do not fit the populations or the number of synapses. */
const refuseValues = (wiring: ReadWiring, values: ParameterValues, known: number | undefined, site: Site): void => {
  if (typeof values === "number") return;
  if (isList(values)) {
    if (known === undefined) {
      site.refuse(
        `may be a list only if the rule determines the number of synapses; received ${counted(values.length, "value")}. Draw them, or give them by source or target unit.`,
      );
    } else if (values.length !== known) {
      site.refuse(
        `must contain one value per synapse, ${known}; received ${values.length}. Give them in the order of the rule.`,
      );
    }
    return;
  }
  for (const [key, end] of [
    ["bySource", "source"],
    ["byTarget", "target"],
  ] as const) {
    const list = (values as Readonly<Record<string, NumberList | undefined>>)[key];
    if (!list || list.length === wiring[end].units) continue;
    site
      .at(key)
      .refuse(
        `must contain one value per ${end} unit, ${wiring[end].units}; received ${list.length}. Give one for each.`,
      );
  }
};
