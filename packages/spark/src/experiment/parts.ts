import { nearestName, suggestName } from "../config/nearest-name.ts";
import { describe } from "../config/shape.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Given } from "./document.ts";

/** What makes a part of a brain from its fields: a soma, a source of spikes or a synapse. */
export interface PartType<T> {
  (config?: never): T;
  readonly model: { readonly name: string };
}

export type PartKey = "soma" | "neuron" | "source" | "synapse";

const nouns: Readonly<Record<PartKey, string>> = {
  soma: "a soma",
  neuron: "a ready-made neuron",
  source: "a source of spikes",
  synapse: "a synapse",
};

/**
 * Makes the part that an object names under `key`, from the rest of the object. Gives undefined where that cannot be
 * done, and adds to the issues why.
 */
export const readPart = <T>(
  key: PartKey,
  { [key]: name, ...config }: Given,
  path: string,
  types: Readonly<Record<string, PartType<T>>>,
  issues: Issue[],
): T | undefined => {
  const names = Object.keys(types);
  if (name === undefined) {
    const meant = Object.keys(config).find((given) => nearestName(given, [key]) !== undefined);
    const message =
      meant === undefined
        ? `is missing. Name one of ${names.join(", ")}.`
        : `is missing; received "${meant}" in its place. Rename it.`;
    issues.push({ path: `${path}.${key}`, message });
    return undefined;
  }
  if (typeof name !== "string" || !Object.hasOwn(types, name)) {
    const hint = typeof name === "string" ? suggestName(name, names) : `Known: ${names.join(", ")}.`;
    const message = `must be the name of ${nouns[key]}; received ${describe(name)}. ${hint}`;
    issues.push({ path: `${path}.${key}`, message });
    return undefined;
  }
  const type = types[name]!;
  return placed(type.model.name, path, issues, () => type(config as never));
};

/** Makes something; its problems, whose paths begin with `name`, are told of the place in the document. */
export const placed = <T>(name: string, path: string, issues: Issue[], make: () => T): T | undefined => {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const issue of error.issues) {
      const inside = issue.path === name || issue.path.startsWith(`${name}.`) || issue.path.startsWith(`${name}[`);
      const message = issue.message.replaceAll(`${name}.`, `${path}.`);
      issues.push(
        inside
          ? { path: `${path}${issue.path.slice(name.length)}`, message }
          : { path, message: `gives ${issue.path}, which ${message}` },
      );
    }
    return undefined;
  }
};
