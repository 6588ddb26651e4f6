import { suggestName } from "../config/nearest-name.ts";
import { byDefault, custom, flag, number, optional, text, time } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import type { UnitList } from "../config/unit-list.ts";
import { type RuleTypes, ruleOption } from "../connectivity/rule.ts";
import { synapseValues } from "../connectivity/values.ts";
import { layoutOption } from "../layout/layout.ts";
import type { Plasticity } from "../model/rule-model.ts";
import type { Synapse } from "../model/synapse.ts";
import type { Drive } from "../sources/drive.ts";
import { integratorOption } from "./integrator.ts";
import type { Parts } from "./parts.ts";

/* Options of projections, drives, read-outs and signals. */

/** Data that the readers of the parts of a network need. */
export interface BrainContext {
  readonly parts: Parts;
  /** Custom connection rules. */
  readonly rules?: RuleTypes;
  /** Index of each population by name; undefined if the population is invalid. */
  readonly places: ReadonlyMap<string, number | undefined>;
}

type BrainSite = Site<BrainContext>;

/** The index of the named population; undefined, with an issue, if there is none. */
const placeOf = (name: unknown, site: BrainSite): number | undefined => {
  const { places } = site.context;
  if (typeof name === "string" && places.has(name)) return places.get(name);
  const names = [...places.keys()];
  const hint = typeof name === "string" ? suggestName(name, names) : `Known: ${names.join(", ")}.`;
  return site.refuse(`must be the name of a population; received ${describe(name)}. ${hint}`);
};

const missing = ({ places }: BrainContext): string => `Name a population: ${[...places.keys()].join(", ")}.`;

const population = (about: string) =>
  custom<string, number, BrainContext>({
    about,
    takes: "the name of a population",
    schema: { description: about, type: "string", minLength: 1 },
    missing,
    read: (value, site) => {
      const [name = "", synapse] = typeof value === "string" ? value.split(".") : [];
      if (synapse === undefined || !site.context.places.has(name)) return placeOf(value, site);
      // A synapse is not a source of spikes.
      return site.refuse(
        `must be the name of a population; received "${value}". Spikes leave from the population: write "${name}".`,
      );
    },
  });

/** The target of a projection or drive, as written: a population, or one of its synapses. */
export interface Goal {
  readonly target: number;
  readonly synapse: string | undefined;
  readonly written: string;
}

const goal = (about: string) =>
  custom<string, Goal, BrainContext>({
    about,
    takes: "a population, or population.synapse",
    schema: { description: about, type: "string", minLength: 1 },
    missing,
    read: (value, site) => {
      const [name, first, second, ...more] = typeof value === "string" ? value.split(".") : [value];
      if (more.length > 0) {
        return site.refuse(
          `must be a population, population.synapse or population.compartment.synapse; received "${value}". Write "${name}.${first}", for instance.`,
        );
      }
      const target = placeOf(name, site);
      const synapse = second === undefined ? first : `${first}.${second}`;
      return target === undefined ? undefined : { target, synapse: synapse as string | undefined, written: `${value}` };
    },
  });

const synapse = custom<Synapse, Synapse, BrainContext>({
  about: "Synapse model. Omit it if `to` names a synapse, or a neuron with one synapse.",
  takes: "a synapse",
  schema: { $ref: "#/$defs/synapse" },
  read: (value, site) => site.context.parts.synapse(value, site),
});

const plasticity = custom<Plasticity | readonly Plasticity[], Plasticity, BrainContext>({
  about: "Plasticity rule with which the synapses learn, or a list of rules. Default: weights are constant.",
  takes: "a plasticity rule or a list of rules",
  schema: { $ref: "#/$defs/plasticity" },
  read: (value, site) => site.context.parts.plasticity(value, site),
});

export const projectionOptions = {
  from: population("Name of the source population."),
  to: goal("Name of the target population, or population.synapse."),
  /** Connection rule. */
  connect: ruleOption,
  /**
   * In the unit of the synapse: pA, mV or nS. For inhibitory units, give magnitudes; the sign is applied for you. Omit it
   * only if the connection rule lists weights.
   */
  weight: optional(
    synapseValues(
      "weights",
      "In the unit of the synapse: pA, mV or nS. For inhibitory units, give magnitudes. A conductance is never negative. Required, unless the rule lists weights.",
    ),
  ),
  /** ms; rounded to whole steps, at least one. Default: one step, or the delays that the connection rule lists. */
  delay: optional(synapseValues("delays", "ms; rounded to whole steps, at least one. Default: one step.")),
  /** Synapse model. Omit it if `to` is or names a synapse of a neuron. */
  synapse: optional(synapse),
  /**
   * Plasticity rule with which the synapses learn, such as PairStdp({ weightMax: 10 }). The rules of a list apply one after
   * the other in each moment of a step. Default: weights are constant.
   */
  plasticity: optional(plasticity),
  /**
   * Part of the delay that is on the side of the dendrite, ms, for synapses that learn: postsynaptic spikes reach the synapses
   * this time later, and presynaptic ones this time before they act on the target. Rounded to whole steps, at least one, and at
   * most the shortest delay. Default: none, so the whole delay is axonal.
   */
  dendriticDelay: optional(
    time(
      "Part of the delay on the side of the dendrite, for synapses that learn: postsynaptic spikes reach the synapses this time later. Rounded to whole steps, at least one. Default: none.",
      "Omit it for an axonal delay.",
    ),
  ),
  /** Layout of the synapses in memory. It changes speed and memory, never results. Default "auto". */
  layout: layoutOption,
};

const drive = custom<Drive, Drive, BrainContext>({
  about: "Kind of drive, such as the spikes of many Poisson trains.",
  takes: "a drive",
  remedy: "Give one such as PoissonDrive({ rate: 8, trains: 1000 }).",
  schema: { $ref: "#/$defs/PoissonDrive" },
  read: (value, site) => site.context.parts.drive(value, site),
});

export const driveOptions = {
  to: goal("Name of the driven population, or population.synapse."),
  /** Omit it if `to` is or names a synapse of a neuron. */
  synapse: optional(synapse),
  /** Such as PoissonDrive({ rate: 8, trains: 1000, weight: 87.8 }). */
  drive,
};

/** Options of a drive in a document, where the key names the kind of drive. */
export const documentDriveOptions = {
  to: driveOptions.to,
  synapse: driveOptions.synapse,
  poisson: { ...drive, remedy: 'Give { "rate": 8, "trains": 1000, "weight": 0.1 }.' },
};

const READ = "Name of the population that is read, or a list of names, whose units follow one another.";
const readFrom = custom<string | readonly string[], readonly number[], BrainContext>({
  about: READ,
  takes: "the name of a population or a list of names",
  schema: {
    description: READ,
    anyOf: [
      { type: "string", minLength: 1 },
      { type: "array", items: { type: "string", minLength: 1 }, minItems: 1, uniqueItems: true },
    ],
  },
  missing,
  read: (value, site) => {
    if (!Array.isArray(value)) {
      const place = placeOf(value, site);
      return place === undefined ? undefined : [place];
    }
    if (value.length === 0)
      return site.refuse(`must name a population; received an empty list. ${missing(site.context)}`);
    const places = value.map((name, k) => placeOf(name, site.at(k)));
    const twice = value.findIndex((name, k) => value.indexOf(name) < k);
    if (twice >= 0)
      return site
        .at(twice)
        .refuse(`must not repeat a population; received ${describe(value[twice])} again. Remove it.`);
    return places.includes(undefined) ? undefined : (places as number[]);
  },
});

const units = custom<UnitList>({
  about: "Flat indices of the units, counted from 0. Default: all units.",
  takes: "a list of units",
  schema: { $ref: "#/$defs/unitList" },
  // The units are checked when the population is known.
  read: (value) => value as UnitList,
});

const of = byDefault(
  "outSpikes",
  custom<string, unknown>({
    ...text(
      "outSpikes, as a rate in Hz; a state variable such as potential; or a state variable of a synapse, as synapse.variable.",
    ),
    read: (value) => value,
  }),
);
const filterTime = optional(
  time("Time constant of the low-pass filter. Default: no filter.", "Leave it out for values that are not filtered."),
);
const mean = flag(
  false,
  "True for the mean over the units, false for one value per unit.",
  "True gives one number for all units.",
);

export const readoutOptions = {
  /** The population that is read, or several whose units follow one another. */
  from: readFrom,
  /** "outSpikes" (default), as a rate in Hz; a state variable such as "potential"; or a state variable of a synapse, as "synapse.variable". */
  of,
  /** Time constant of the low-pass filter, ms; omit it for no filtering. */
  tau: filterTime,
  /** True for one number, the mean over the units; false (default) for one per unit. */
  mean,
  /** Flat indices of the units that are read. Default: all units. */
  units: optional(units),
  /** Decodes spikes into a few numbers: exponentialIntegrator({ … }) or tanhIntegrator({ … }). */
  integrator: optional(integratorOption),
  /** Multiplies every value, which then has no unit. Default 1. */
  scale: byDefault(1, number("Multiplies every value, which then has no unit.", { remedy: "Leave it out for 1." })),
};

const TARGET =
  "Where the values act: population.port, or projection.plasticity.parameter, with the name of the rule before the parameter if there are several. A population alone means its current, or its only signal.";

export const signalOptions = {
  /** The population that is read, or several whose units follow one another. */
  from: readFrom,
  /** "outSpikes" (default), as a rate in Hz; a state variable such as "potential"; or a state variable of a synapse, as "synapse.variable". */
  of,
  /**
   * Where the values act in the next step: "population.port", such as "cells.current" or "spiker.signal", or
   * "projection.plasticity.parameter". A population alone means its current, or its only signal.
   */
  to: text(TARGET, 'Name it, such as "cells.current" or "learned.plasticity.modulation".'),
  /** Time constant of the low-pass filter, ms; omit it for no filtering. */
  tau: filterTime,
  /** True for one number, the mean over the units; false (default) for one per unit. */
  mean,
  /** Flat indices of the units that are read. Default: all units. */
  units: optional(units),
  /** Multiplies every value, in the unit of the target per unit of the values. Required if these units differ; default 1. */
  scale: optional(
    number("Multiplies every value, in the unit of the target per unit of the values. Default: 1, if the units agree."),
  ),
  /** Added to every value, in the unit of the target. Default 0. */
  offset: byDefault(0, number("Added to every value, in the unit of the target.", { remedy: "Leave it out for 0." })),
};
