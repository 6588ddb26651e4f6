import type { Site } from "../config/place.ts";
import { isRecord, type Shape } from "../config/shape.ts";
import type { Given, Json, JsonObject } from "./document.ts";
import { jsonObject, writeValue } from "./written-values.ts";

/* The run of a document: its duration, inputs, records, changes and start values. */

/** The shape of a population, in which flat typed arrays are written, and those of inputs with another shape. */
export interface Shaped {
  readonly units: Shape | undefined;
  readonly ports: Readonly<Record<string, Shape>>;
}

/** The shape of the only population, or of each population of a network. */
export interface Shapes {
  readonly only?: Shaped;
  readonly populations?: Readonly<Record<string, Shaped>>;
  /** Of the targets of the drives of a network. */
  readonly drives?: Readonly<Record<string, Shaped>>;
}

type Write = (value: unknown, site: Site, shapes: Shapes) => Json | undefined;

const plain: Write = (value, site) => writeValue(value, site);

/** Writes values of one population, or of each population of a network. */
const perPopulation =
  (write: (value: unknown, site: Site, shaped: Shaped | undefined) => Json | undefined): Write =>
  (value, site, { only, populations }) =>
    populations && isRecord(value)
      ? writeEach(value, site, (one, own, name) => write(one, own, populations[name]))
      : write(value, site, only);

const writeStarts = perPopulation((value, site, shaped) => writeValue(value, site, shaped?.units));

const writeInputs = perPopulation((value, site, shaped) =>
  isRecord(value)
    ? writeEach(value, site, (one, own, port) => writeValue(one, own, shaped?.ports[port] ?? shaped?.units))
    : writeValue(value, site),
);

const writeEach = (
  value: Given,
  site: Site,
  write: (one: unknown, own: Site, name: string) => Json | undefined,
): JsonObject =>
  jsonObject(
    Object.entries(value).map(([name, one]) => [name, one === undefined ? undefined : write(one, site.at(name), name)]),
  );

/** New values of parameters take the shape of their population; the other lists of a change have no shape. */
const writeChanges: Write = (value, site, shapes) => {
  if (!Array.isArray(value)) return writeValue(value, site);
  const shapeAt = (path: string): Shape | undefined => {
    const [first = ""] = path.split(".");
    const shaped = shapes.populations ? (shapes.populations[first] ?? shapes.drives?.[first]) : shapes.only;
    return shaped?.units;
  };
  const written = value.map((change: unknown, k) =>
    isRecord(change)
      ? writeEach(change, site.at(k), (one, own, key) =>
          key === "set" && isRecord(one)
            ? writeEach(one, own, (each, at, path) => writeValue(each, at, shapeAt(path)))
            : writeValue(one, own),
        )
      : writeValue(change, site.at(k)),
  );
  return written.map((change) => change ?? null);
};

const parts: Readonly<Record<string, Write>> = {
  name: plain,
  description: plain,
  duration: plain,
  dt: plain,
  dtype: plain,
  seed: plain,
  inputs: writeInputs,
  record: plain,
  changes: writeChanges,
  initial: writeStarts,
};

/** Options of a run that a document contains, with its texts. */
export const runPartKeys: readonly string[] = Object.keys(parts);

/** Writes the options of a run. Adds issues for everything that a document cannot contain. */
export const writeRun = (given: Given, shapes: Shapes, site: Site): JsonObject =>
  jsonObject(
    Object.entries(parts).map(([key, write]) => [
      key,
      given[key] === undefined ? undefined : write(given[key], site.at(key), shapes),
    ]),
  );
