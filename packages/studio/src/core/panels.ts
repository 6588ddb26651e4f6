import type { Command } from "./history.ts";
import { isObject, type Json, type JsonObject, objectAt, withAt } from "./json.ts";

/* The panels of plots, which the document keeps under `studio.panels`. */

export const panelKinds = [
  "raster",
  "rates",
  "traces",
  "intervals",
  "spectrum",
  "matrix",
  "weights",
  "readouts",
  "curve",
] as const;
export type PanelKind = (typeof panelKinds)[number];

export const panelNames: Readonly<Record<PanelKind, string>> = {
  raster: "Spikes",
  rates: "Rates",
  traces: "Traces",
  intervals: "Intervals",
  spectrum: "Spectrum",
  matrix: "Weight matrix",
  weights: "Weights",
  readouts: "Read-outs",
  curve: "f–I curve",
};

export interface Panel {
  readonly id: string;
  readonly kind: PanelKind;
  /** Population of the panel. The populations of a raster and of rates are all, unless `populations` names some. */
  readonly population: string;
  readonly populations: readonly string[] | undefined;
  /** Projection of a weight panel. */
  readonly projection: string;
  /** Units of traces. */
  readonly units: readonly number[];
  /** State variable of traces. */
  readonly variable: string;
  /** Whether traces have a line of their own each. */
  readonly separate: boolean;
  /** Width of the bins of rates, ms. */
  readonly bin: number;
  /** Columns (of 12) and rows of the grid. */
  readonly width: number;
  readonly height: number;
}

/** Columns of the grid of panels. */
export const gridColumns = 12;
const mostRows = 8;

export interface ModelPart {
  /** Empty for a document with a single population. */
  readonly name: string;
  /** As the canvas names it: "populations.excitatory" or "model". */
  readonly identity: string;
  readonly units: number;
  readonly isSource: boolean;
  readonly isInhibitory: boolean;
  /** Name of the model of the library; empty for equations. */
  readonly model: string;
}

const unitsOf = (units: Json | undefined): number =>
  Array.isArray(units)
    ? units.reduce<number>((product, size) => product * (typeof size === "number" ? size : 1), 1)
    : 1;

const partOf = (name: string, own: JsonObject): ModelPart => ({
  name,
  identity: name === "" ? "model" : `populations.${name}`,
  units: unitsOf(own["units"]),
  isSource: own["source"] !== undefined,
  isInhibitory: own["inhibitory"] === true,
  model: String(own["soma"] ?? own["source"] ?? own["neuron"] ?? ""),
});

/** The populations of a document, in their order. */
export const populationsOf = (document: JsonObject): readonly ModelPart[] => {
  const model = objectAt(document, "model");
  if (!isObject(model["populations"])) return Object.keys(model).length === 0 ? [] : [partOf("", model)];
  return Object.entries(model["populations"]).map(([name, own]) => partOf(name, objectAt(own)));
};

/** How plots name a population. */
export const titleOf = (population: string): string => (population === "" ? "Neurons" : population);

export const projectionsOf = (document: JsonObject): readonly string[] =>
  Object.keys(objectAt(document, "model", "projections"));

export const readoutsOf = (document: JsonObject): readonly string[] =>
  Object.keys(objectAt(document, "model", "readouts"));

const isKind = (value: Json | undefined): value is PanelKind => panelKinds.includes(value as PanelKind);

const numberAt = (object: JsonObject, key: string, otherwise: number, least: number, most: number): number => {
  const value = object[key];
  return typeof value === "number" && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
};

const listAt = <T extends Json>(
  object: JsonObject,
  key: string,
  holds: (value: Json) => value is T,
): T[] | undefined => {
  const value = object[key];
  return Array.isArray(value) ? value.filter(holds) : undefined;
};
const isName = (value: Json): value is string => typeof value === "string";
const isUnit = (value: Json): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const sizes: Readonly<Record<PanelKind, readonly [width: number, height: number]>> = {
  raster: [8, 4],
  rates: [4, 4],
  traces: [8, 3],
  intervals: [4, 3],
  spectrum: [4, 3],
  matrix: [4, 4],
  weights: [4, 3],
  readouts: [6, 3],
  curve: [4, 3],
};

const panelOf = (id: string, given: JsonObject, document: JsonObject): Panel | undefined => {
  const { kind } = given;
  if (!isKind(kind)) return undefined;
  const populations = populationsOf(document);
  const somas = populations.filter(({ isSource }) => !isSource);
  const named = populations.find(({ name }) => name === given["population"]);
  const population = named ?? (kind === "traces" || kind === "curve" ? somas[0] : populations[0]);
  const projections = projectionsOf(document);
  const projection = projections.find((name) => name === given["projection"]) ?? projections[0] ?? "";
  const known = listAt(given, "populations", isName)?.filter((name) => populations.some((own) => own.name === name));
  const [width, height] = sizes[kind];
  return {
    id,
    kind,
    population: population?.name ?? "",
    populations: known && known.length > 0 ? known : undefined,
    projection,
    units: (listAt(given, "units", isUnit) ?? [0, 1, 2]).filter((unit) => unit < (population?.units ?? 0)),
    variable: typeof given["variable"] === "string" ? given["variable"] : "potential",
    separate: given["separate"] === true,
    bin: numberAt(given, "bin", 5, 0.1, 1000),
    width: Math.round(numberAt(given, "width", width, 2, gridColumns)),
    height: Math.round(numberAt(given, "height", height, 2, mostRows)),
  };
};

const defaultPanels: JsonObject = { raster: { kind: "raster" }, rates: { kind: "rates" } };

const givenPanels = (document: JsonObject): JsonObject => {
  const { panels } = objectAt(document, "studio");
  return isObject(panels) ? panels : defaultPanels;
};

/** The panels of a document, in their order. A document without panels has a raster and the rates. */
export const panelsOf = (document: JsonObject): readonly Panel[] =>
  Object.entries(givenPanels(document)).flatMap(([id, given]) => panelOf(id, objectAt(given), document) ?? []);

/** The kinds of panels that a document has something for. */
export const kindsFor = (document: JsonObject): readonly PanelKind[] => {
  const hasSoma = populationsOf(document).some(({ isSource }) => !isSource);
  const hasProjection = projectionsOf(document).length > 0;
  const hasReadout = readoutsOf(document).length > 0;
  return panelKinds.filter((kind) => {
    if (kind === "traces" || kind === "curve") return hasSoma;
    if (kind === "matrix" || kind === "weights") return hasProjection;
    return kind === "readouts" ? hasReadout : true;
  });
};

const place = ["studio", "panels"] as const;

export const addPanel = (kind: PanelKind, given: JsonObject = {}): Command => ({
  label: `Add panel ${panelNames[kind]}`,
  apply: (document) => {
    const panels = givenPanels(document);
    let number = 1;
    while (panels[`${kind}${number}`] !== undefined) number++;
    return withAt(document, place, { ...panels, [`${kind}${number}`]: { kind, ...given } });
  },
});

export const removePanel = ({ id, kind }: Panel): Command => ({
  label: `Remove panel ${panelNames[kind]}`,
  apply: (document) => withAt(document, place, withAt(givenPanels(document), [id], undefined)),
});

/** Changes properties of a panel. Changes of the same property in quick succession are one entry of the history. */
export const changePanel = ({ id, kind }: Panel, change: JsonObject): Command => ({
  label: `Change panel ${panelNames[kind]}`,
  merge: `panel ${id} ${Object.keys(change).join(" ")}`,
  apply: (document) => {
    const panels = givenPanels(document);
    return withAt(document, place, { ...panels, [id]: { ...objectAt(panels, id), ...change } });
  },
});

/** Moves a panel by some places in the order. */
export const movePanel = ({ id, kind }: Panel, by: number): Command => ({
  label: `Move panel ${panelNames[kind]}`,
  apply: (document) => {
    const entries = Object.entries(givenPanels(document));
    const from = entries.findIndex(([own]) => own === id);
    const [moved] = entries.splice(from, 1);
    if (from < 0 || !moved) return document;
    entries.splice(Math.max(0, Math.min(entries.length, from + by)), 0, moved);
    return withAt(document, place, Object.fromEntries(entries));
  },
});
