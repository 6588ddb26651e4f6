import {
  byDefault,
  custom,
  flag,
  number,
  oneOf,
  optional,
  options,
  type Read,
  time,
  whole,
} from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe, isTypedArray } from "../config/shape.ts";
import type { UnitList } from "../config/unit-list.ts";

/* Integrators decode the spikes of groups of units into a few numbers: the output interfaces of Python Spark. */

const rateMax = byDefault(
  50,
  number("Mean rate of the units of a group for an output of 1.", {
    holds: (value) => value > 0,
    takes: "a rate greater than 0 Hz",
    unit: "Hz",
    remedy: "Give the rate that counts as saturated.",
    schema: { exclusiveMinimum: 0 },
  }),
);
const tau = byDefault(5, time("Time constant of the trace of the spikes."));
const normalised = flag(
  true,
  "Whether the mean over time does not depend on dt and on the number of units. False for the values of Python Spark.",
);

const map = custom<UnitList>({
  about: "Output of each unit, counted from 0. Default: equal groups of neighbouring units, the first ones larger.",
  takes: "a list with the output of each unit",
  schema: { $ref: "#/$defs/unitList" },
  // The outputs are checked when the number of units is known.
  read: (value) => value as UnitList,
});

const exponential = options("Traces of the spikes of groups of units.", {
  outputs: whole("Number of outputs, each of which reads a group of units.", 1),
  rateMax,
  tau,
  smooth: flag(true, "Whether the response to a spike rises with tau and decays with decayTau, instead of a jump."),
  decayTau: byDefault(10, time("Time constant of the decay, with smooth.")),
  shuffle: flag(false, "Whether the units of the groups are drawn, instead of neighbours."),
  map: optional(map),
  normalised,
});

const tanh = options("Difference of the saturating traces of two populations, between −1 and 1.", {
  rateMax,
  tau,
  smooth: flag(true, "Whether the difference is low-pass filtered."),
  smoothTau: byDefault(5, time("Time constant of the low-pass filter, with smooth.")),
  normalised,
});

export const integratorOption = oneOf("integrator", "Decodes spikes into a few numbers.", { exponential, tanh });

/** The options of an integrator, with defaults. */
export type ReadIntegrator = Read<{ readonly integrator: typeof integratorOption }>["integrator"];
type Exponential = NonNullable<(typeof exponential)["written"]>;
type Tanh = NonNullable<(typeof tanh)["written"]>;

/** An integrator as users write it. */
export type Integrator = { readonly exponential: Exponential } | { readonly tanh: Tanh };

/**
 * Reads groups of units as numbers that follow their rates: 1 if the units of a group spike at `rateMax`. The result is an
 * option of a read-out: `readouts: { motor: { from: ["left", "right"], integrator: exponentialIntegrator({ outputs: 2 }) } }`.
 */
export const exponentialIntegrator = (options: Exponential): { readonly exponential: Exponential } => ({
  exponential: options,
});

/**
 * Reads two populations as one number between −1 and 1: tanh(π·(x − y)), where x and y are their rates divided by
 * `rateMax`, at most 1. The result is an option of a read-out with `from: [x, y]`.
 */
export const tanhIntegrator = (options: Tanh = {}): { readonly tanh: Tanh } => ({ tanh: options });

/** Where and of what an integrator reads: the number of units of each population, in order. */
interface ReadSizes {
  readonly sizes: readonly number[];
  readonly names: readonly string[];
}

/** Checks an integrator against the populations that it reads. `key` is that of the integrator. */
export const checkIntegrator = ({ name, value }: ReadIntegrator, { sizes, names }: ReadSizes, site: Site): void => {
  const size = sizes.reduce((sum, own) => sum + own, 0);
  const own = site.at("integrator", name);
  if (name === "tanh") {
    if (sizes.length === 2) return;
    site.at("from").refuse(`must name two populations for a tanh integrator; received ${names.join(", ")}. Name both.`);
    return;
  }
  if (value.outputs > size) {
    own.at("outputs").refuse(`must be at most the number of units, ${size}; received ${value.outputs}. Use fewer.`);
  }
  if (value.map === undefined) return;
  if (value.shuffle) own.at("shuffle").refuse("cannot be combined with map. Remove one of them.");
  checkMap(value.map, size, value.outputs, own.at("map"));
};

const checkMap = (map: unknown, size: number, outputs: number, site: Site): void => {
  const list = Array.isArray(map) || isTypedArray(map) ? Array.from(map as ArrayLike<unknown>) : undefined;
  if (list?.length !== size) {
    const received = list ? `${list.length}` : describe(map);
    site.refuse(`must contain ${size} outputs, one per unit; received ${received}. Give one per unit.`);
    return;
  }
  const bad = list.findIndex((output) => !Number.isInteger(output) || Number(output) < 0 || Number(output) >= outputs);
  if (bad >= 0) {
    const wanted = `a whole number from 0 to ${outputs - 1}`;
    site.at(bad).refuse(`must be ${wanted}; received ${describe(list[bad])}. Count outputs from 0.`);
    return;
  }
  const empty = Array.from({ length: outputs }, (_, output) => output).find((output) => !list.includes(output));
  if (empty !== undefined)
    site.refuse(`has no unit for output ${empty}. Give each output a unit, or use fewer outputs.`);
};
