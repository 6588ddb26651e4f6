import { custom, optional, options, readOptions, text, whole } from "../config/options.ts";
import { checkDt, checkSeed } from "../config/parse.ts";
import { Place, Site } from "../config/place.ts";
import { ConfigError } from "../errors/errors.ts";
import type { Drawer } from "../program/machine.ts";
import { buildSynapses } from "./build.ts";
import { Draws } from "./draws.ts";
import type { End } from "./ends.ts";
import { type Positions, readPositions } from "./positions.ts";
import type { Rule } from "./rule.ts";
import type { Synapses } from "./synapses.ts";
import type { SynapseValues } from "./values.ts";
import { placesIn, readWiring, type Wiring } from "./wiring.ts";

/** A single projection, without a network. */
export interface DrawSynapsesOptions {
  readonly rule: Rule;
  readonly source: End;
  /** Target population. Default: the source population. */
  readonly target?: End;
  /** Weights, pA; mV for synapses that make the membrane jump. Default 1. */
  readonly weights?: SynapseValues;
  /** Delays, ms. Default: one step. */
  readonly delays?: SynapseValues;
  readonly seed: number;
  /** Time step, ms. */
  readonly dt: number;
  /** Name of the projection, part of the keys of its draws. Default "projection". */
  readonly name?: string;
}

const positions = custom<Positions>({
  about: "Coordinates of the units.",
  takes: "one list of coordinates per unit",
  schema: {},
  read: (value) => value as Positions,
});

const end = (about: string) =>
  options(about, { units: whole("Number of units.", 1, 2 ** 31 - 1), positions: optional(positions) });

const checked = <T>(about: string, takes: string, check: (value: unknown, site: Site) => boolean) =>
  custom<T>({ about, takes, schema: {}, read: (value, site) => (check(value, site) ? (value as T) : undefined) });

/** The parts that `readWiring` reads. */
const part = <T>(about: string) => custom<T>({ about, takes: about, schema: {}, read: (value) => value as T });

const drawOptions = {
  rule: { ...part<Rule>("The connection rule."), remedy: "Give a rule such as allToAll()." },
  source: end("The source population."),
  target: optional(end("The target population.")),
  weights: optional(part<SynapseValues>("Weights.")),
  delays: optional(part<SynapseValues>("Delays.")),
  seed: checked<number>("Seed of the draws.", "a whole number", checkSeed),
  dt: checked<number>("Time step.", "a time", checkDt),
  name: optional(text("Name of the projection.")),
};

/** The synapses of one projection, which do not depend on the drawer. @throws ConfigError with all problems */
export const drawSynapsesWith = (drawer: Drawer, given: DrawSynapsesOptions): Synapses => {
  const place = new Place(["drawSynapses"]);
  const site = new Site(place, [], undefined);
  const read = readOptions(drawOptions, given as unknown as Readonly<Record<string, unknown>>, site);
  if (!read) throw new ConfigError(site.issues);
  for (const key of ["source", "target"] as const) {
    const { units, positions: table } = read[key] ?? read.source;
    const wrong = table === undefined ? undefined : readPositions(table, units);
    if (wrong && "message" in wrong) site.at(key, "positions").refusePart(wrong);
  }
  const { explicit: listed } = (read.rule ?? {}) as { readonly explicit?: Readonly<Record<string, unknown>> };
  for (const key of ["weights", "delays"] as const) {
    if (read[key] === undefined || listed?.[key] === undefined) continue;
    site
      .at(key)
      .refuse(`cannot be combined with rule.explicit.${key}, which lists one value per synapse. Remove one of them.`);
  }
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  const { rule, source, target = source, weights = 1, seed, dt, name = "projection", delays = dt } = read;
  const recurrent = read.target === undefined;
  const wiring: Wiring = { name, rule, weights, delays, source, target, recurrent, seed, dt };
  const places = placesIn(name);
  return buildSynapses(readWiring(wiring, places), new Draws(drawer), places);
};
