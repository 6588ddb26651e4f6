import { choice, custom, number, optional, readOptions } from "../config/options.ts";
import { Place, Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";

/* Checks of the arguments that code gives beside a document. */

const anything = { schema: {}, about: "" };

/** Models by name. */
const types = (takes: string, remedy: string, part: "model" | "rule") =>
  optional(
    custom<Readonly<Record<string, never>>>({
      ...anything,
      takes,
      read: (value, site) => {
        if (!isRecord(value)) return site.refuse(`takes ${takes} by name; received ${describe(value)}. ${remedy}`);
        for (const [name, type] of Object.entries(value)) {
          const own = (typeof type === "function" || isRecord(type)) && (type as { readonly [part: string]: unknown });
          if (own && isRecord(own[part])) continue;
          site.at(name).refuse(`must be one of ${takes}; received ${describe(type)}. ${remedy}`);
        }
        return value as Readonly<Record<string, never>>;
      },
    }),
  );

const models = types("somas and sources", "Give { MySoma }, what soma() returned.", "model");
const synapses = types("synapses", "Give { MySynapse }, what synapse() returned.", "model");
const rules = types("connection rules", "Give { myRule }, a declared rule.", "rule");

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
  models,
  synapses,
  rules,
  kind: optional(choice("", ["soma", "brain"], "Omit it for any kind.")),
  memory: optional(number("", { holds: (bytes) => bytes > 0, takes: "a number of bytes greater than 0" })),
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
