import { ConfigError, type Issue } from "spark-snn";
import { isObject, refuseUnknown, shown } from "./shown.ts";

/* Checks of the arguments of public functions, for plain JavaScript. */

/** @throws ConfigError for options that are not an object, and for unknown ones */
export const requireOptions = (where: string, options: unknown, known: readonly string[]): void => {
  if (!isObject(options)) {
    const message = `takes an object of options; received ${shown(options)}. Give one with ${known.join(", ")}.`;
    throw new ConfigError({ path: where, message });
  }
  const issues: Issue[] = [];
  refuseUnknown(where, options, known, issues);
  if (issues.length > 0) throw new ConfigError(issues);
};

/** @throws ConfigError unless these are models by name */
export const requireModels = (path: string, models: unknown): void => {
  if (!isObject(models)) {
    throw new ConfigError({ path, message: `takes somas by name; received ${shown(models)}. Give { MySoma }.` });
  }
  for (const [name, type] of Object.entries(models)) {
    if (typeof type === "function" && "model" in type && isObject(type.model)) continue;
    const message = `must be a soma; received ${shown(type)}. Give what soma() returned.`;
    throw new ConfigError({ path: `${path}.${name}`, message });
  }
};
