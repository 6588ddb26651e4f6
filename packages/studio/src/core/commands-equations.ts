import type { Catalogue } from "./catalogue.ts";
import { entryOf, keysOf, modelOf, partOf } from "./graph.ts";
import type { Command } from "./history.ts";
import { type JsonObject, withAt } from "./json.ts";

/* Models of the library as equations that the user can edit. */

/** The text with another default of a parameter, or undefined if the text does not define it by a number. */
const withDefault = (text: string, name: string, value: number): string | undefined => {
  const line = new RegExp(`(^|[\\n;]\\s*)(${name}\\s*=\\s*)-?[\\d.]+(?:e[-+]?\\d+)?`, "i");
  return line.test(text)
    ? text.replace(line, (_, before: string, start: string) => `${before}${start}${value}`)
    : undefined;
};

/** Whether the model of a population can be written as equations. */
export const hasSource = (catalogue: Catalogue, population: JsonObject): boolean =>
  modelOf(population)?.kind === "soma" && entryOf(catalogue, population)?.source !== undefined;

/**
 * Replaces the soma of a population by its equations, which compute the same bits. Numbers of the population become the
 * defaults in the text; other values stay beside it.
 */
export const useEquations = (catalogue: Catalogue, id: string): Command => ({
  label: "Edit the equations",
  apply: (document) => {
    const population = partOf(document, id);
    const entry = entryOf(catalogue, population);
    if (!entry?.source || modelOf(population)?.kind !== "soma") return document;
    const { equations, ...options } = entry.source;
    const names = entry.fields.map(({ name }) => name);
    const { soma, ...config } = population;
    let text = equations;
    const parameters: Record<string, JsonObject[string]> = {};
    const others: Record<string, JsonObject[string]> = {};
    for (const [key, value] of Object.entries(config)) {
      const changed = names.includes(key) && typeof value === "number" ? withDefault(text, key, value) : undefined;
      if (changed !== undefined) text = changed;
      else if (names.includes(key)) parameters[key] = value;
      else others[key] = value;
    }
    return withAt(document, keysOf(id), {
      equations: text.split("\n"),
      name: `Own${String(soma)}`,
      ...options,
      ...(Object.keys(parameters).length > 0 && { parameters }),
      ...others,
    });
  },
});
