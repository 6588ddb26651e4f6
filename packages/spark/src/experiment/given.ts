import { declaredTypes } from "../config/declared-types.ts";
import { choice, custom, number, optional, readOptions } from "../config/options.ts";
import { Place, Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";

/* Checks of the arguments that code gives beside a document. */

const anything = { schema: {}, about: "" };

const models = optional(
  declaredTypes("somas and sources", "a soma or source", "Give { MySoma }, the result of soma().", "model"),
);
const synapses = optional(
  declaredTypes("synapses", "a synapse", "Give { MySynapse }, the result of synapse().", "model"),
);
const plasticity = optional(
  declaredTypes("plasticity rules", "a plasticity rule", "Give { MyRule }, the result of plasticity().", "model"),
);
const rules = optional(
  declaredTypes("connection rules", "a connection rule", "Give { myRule }, the result of connectionRule().", "rule"),
);

const experimentOptions = {
  readFile: optional(
    custom<unknown>({
      ...anything,
      takes: "a function",
      read: (value, site) =>
        typeof value === "function"
          ? value
          : site.refuse(`must be a function that reads a file; received ${describe(value)}. Give async (path) => ….`),
    }),
  ),
  recordings: optional(
    custom<unknown>({
      ...anything,
      takes: "an object with samples and spikes",
      read: (value, site) =>
        isRecord(value) && typeof value["samples"] === "function" && typeof value["spikes"] === "function"
          ? value
          : site.refuse(
              `takes an object with samples and spikes; received ${describe(value)}. Give recordings of @spark-snn/formats.`,
            ),
    }),
  ),
  models,
  synapses,
  plasticity,
  rules,
  kind: optional(choice("", ["soma", "brain"], "Omit it for any kind.")),
  memory: optional(number("", { holds: (bytes) => bytes > 0, takes: "a number of bytes greater than 0" })),
};

/** Adds a problem for each argument that is not a set of types by name. */
export const checkTypes = (given: Readonly<Record<string, unknown>>, site: Site): void => {
  for (const [key, option] of Object.entries({ models, synapses, plasticity, rules })) {
    if (given[key] !== undefined) option.read(given[key], site.at(key));
  }
};

const require = (site: Site): void => {
  if (site.issues.length > 0) throw new ConfigError(site.issues);
};

/** @throws ConfigError for invalid options of `experiment` */
export const requireExperimentOptions = (given: unknown): void => {
  const site = new Site(new Place(["options"]), [], undefined);
  readOptions(experimentOptions, given as Readonly<Record<string, unknown>>, site);
  require(site);
};

/** @throws ConfigError unless these are models and connection rules by name */
export const requireTypes = (where: string, given: { readonly models: unknown; readonly rules: unknown }): void => {
  const site = new Site(new Place([where]), [], undefined);
  models.read(given.models, site.at("models"));
  rules.read(given.rules, site.at("rules"));
  require(site);
};
