import { ConfigError } from "spark-snn";
import { safeNames } from "../names.ts";
import type { Reporter } from "../report.ts";
import { PART_TAG } from "./places.ts";
import { attribute } from "./quantities.ts";
import { cellTypes, type ReadCell, readCell, readDifference, simplest } from "./read-components.ts";
import { type Component, children, type Model } from "./read-model.ts";
import type { Element } from "./xml.ts";

/* Populations of a network of NeuroML, and the populations of the document that they become. */

/** A population of the document. */
export interface Made {
  readonly name: string;
  readonly units: number;
  /** The cell of each unit; undefined for sources. */
  readonly cells: readonly ReadCell[] | undefined;
  /** The component of each unit of a source. */
  readonly sources: readonly Component[] | undefined;
}

/** A population of NeuroML. */
export interface Listed {
  readonly id: string;
  readonly size: number;
  /** Positions of instances by their ids; undefined for a population with a size. */
  readonly instances: ReadonlyMap<string, number> | undefined;
  readonly component: Component;
  /** The population that it becomes, or undefined if it was left out, and the unit of each cell in it. */
  readonly made: Made | undefined;
  readonly units: readonly number[];
  /** Whether it is one of several parts of a population. */
  readonly isPart: boolean;
}

interface Draft extends Omit<Listed, "made" | "units" | "isPart"> {
  readonly cell: ReadCell | undefined;
  readonly kind: "soma" | "source" | undefined;
  /** Name and units of the population of which it is a part. */
  readonly part: { readonly name: string; readonly units: readonly number[] } | undefined;
}

/** Largest number of cells, which bounds the memory that a damaged size asks for. */
const MOST = 2 ** 24;

export const sourceTypes = ["spikeArray", "spikeGenerator", "spikeGeneratorPoisson"];

/** All populations of the network, by id. @throws ConfigError for components, sizes and ids that are missing or invalid */
export const readPopulations = (model: Model, report: Reporter): ReadonlyMap<string, Listed> => {
  const drafts = new Map<string, Draft>();
  const parts = partsOf(model);
  for (const element of children(model.network.element)) {
    if (element.name !== "population") continue;
    const draft = draftOf(element, model, parts);
    if (drafts.has(draft.id)) {
      throw new ConfigError({
        path: `${model.network.where} population ${draft.id}`,
        message: "has the id of another population. Rename one of them.",
      });
    }
    drafts.set(draft.id, draft);
  }
  const nameOf = safeNames();
  const listed = new Map<string, Listed>();
  for (const group of groupsOf([...drafts.values()])) {
    const made = madeOf(group, nameOf);
    tell(group, made, model, report);
    for (const { cell: _, kind: __, part, ...draft } of group) {
      listed.set(draft.id, {
        ...draft,
        made,
        units: part?.units ?? Array.from({ length: draft.size }, (_, k) => k),
        isPart: part !== undefined,
      });
    }
  }
  return listed;
};

const draftOf = (
  element: Element,
  { components, network }: Model,
  parts: ReadonlyMap<string, NonNullable<Draft["part"]>>,
): Draft => {
  const id = attribute(element, "id", `${network.where} population`);
  const where = `${network.where} population ${id}`;
  const wanted = attribute(element, "component", where);
  const component = components.get(wanted);
  if (!component) {
    throw new ConfigError({
      path: where,
      message: `has the component "${wanted}", which is in none of the files. Include the file that defines it.`,
    });
  }
  const ids = children(element).filter(({ name }) => name === "instance");
  const instances =
    ids.length === 0
      ? undefined
      : new Map(ids.map((one, k) => [attribute(one, "id", `${where} instance ${k}`), k] as const));
  // As in jNeuroML, the instances count and not the attribute.
  const size = instances ? ids.length : wholeOf(element, "size", where);
  if (instances && instances.size !== size) {
    throw new ConfigError({
      path: where,
      message: `has ${size} instances with ${instances.size} different ids. Number them from 0.`,
    });
  }
  const cell = readCell(component);
  const kind = cell ? "soma" : sourceTypes.includes(component.type) ? "source" : undefined;
  const part = parts.get(id);
  return { id, size, instances, component, cell, kind, part: part?.units.length === size ? part : undefined };
};

const wholeOf = (element: Element, key: string, where: string): number => {
  const text = attribute(element, key, where);
  const value = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= MOST) return value;
  throw new ConfigError({
    path: `${where}.${key}`,
    message: `must be a whole number from 1 to ${MOST}; received ${JSON.stringify(text.slice(0, 40))}. Correct it.`,
  });
};

/** The parts that properties of the network name, by population: the name of the whole, and its units. */
const partsOf = ({ network }: Model): ReadonlyMap<string, NonNullable<Draft["part"]>> =>
  new Map(
    children(network.element).flatMap(({ name, attributes }) => {
      const { tag = "", value = "" } = attributes;
      if (name !== "property" || !tag.startsWith(PART_TAG)) return [];
      const [whole = "", ...units] = value.split(" ");
      return [[tag.slice(PART_TAG.length), { name: whole, units: units.map(Number) }] as const];
    }),
  );

/** Whether parts are together all units of one population. */
const isWhole = (group: readonly Draft[]): boolean => {
  const units = group.flatMap(({ part }) => part?.units ?? []);
  const seen = new Set(units);
  return (
    seen.size === units.length &&
    units.length === group.reduce((sum, { size }) => sum + size, 0) &&
    units.every((unit) => Number.isInteger(unit) && unit >= 0 && unit < units.length)
  );
};

/** Populations that become one. Parts that are not complete stay populations of their own. */
const groupsOf = (drafts: readonly Draft[]): readonly (readonly Draft[])[] => {
  const parts = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const key = draft.part ? `part ${draft.part.name}` : `whole ${draft.id}`;
    const own = parts.get(key);
    if (own) own.push(draft);
    else parts.set(key, [draft]);
  }
  return [...parts.values()].flatMap((group) => {
    const isSame = group.every(({ component }) => component.type === group[0]!.component.type);
    return group[0]!.part && !(isSame && isWhole(group)) ? group.map((one) => [{ ...one, part: undefined }]) : [group];
  });
};

const madeOf = (group: readonly Draft[], nameOf: (name: string) => string): Made | undefined => {
  const [first] = group;
  const { kind, id, part } = first!;
  if (kind === undefined) return undefined;
  const units = group.reduce((sum, { size }) => sum + size, 0);
  const place = <T>(of: (draft: Draft) => T): readonly T[] => {
    const list = new Array<T>(units);
    for (const draft of group) for (let k = 0; k < draft.size; k++) list[draft.part?.units[k] ?? k] = of(draft);
    return list;
  };
  const name = nameOf(part?.name ?? id);
  return kind === "soma"
    ? { name, units, cells: simplest(place(({ cell }) => cell!)), sources: undefined }
    : { name, units, cells: undefined, sources: place(({ component }) => component) };
};

const tell = (group: readonly Draft[], made: Made | undefined, { network }: Model, report: Reporter): void => {
  const [first] = group;
  const { type, id } = first!.component;
  const path = `${network.id}.${first!.part?.name ?? first!.id}`;
  if (!made) {
    report.unsupported(
      path,
      type,
      `The cell ${id} has no counterpart. Known: ${[...cellTypes, ...sourceTypes].join(", ")}.`,
    );
    return;
  }
  const joined = group.length > 1 ? `${group.length} populations become one again.` : undefined;
  if (!made.cells) {
    if (type !== "spikeGeneratorPoisson") report.faithful(path, type, "SpikeReplay", joined);
    else report.approximate(path, type, "PoissonSource", [OTHER_NUMBERS, joined].filter(Boolean).join(" "));
    return;
  }
  const { soma } = made.cells[0]!;
  const difference = readDifference(soma, made.cells);
  if (difference === undefined) report.faithful(path, type, soma, joined);
  else report.approximate(path, type, soma, [difference, joined].filter(Boolean).join(" "));
};

export const OTHER_NUMBERS = "A run draws other numbers from the same distribution.";

/**
 * The position of a cell in a population, from a path such as "../cells[3]" or "../cells/3/iaf".
 * @throws ConfigError for paths that name no cell of it
 */
export const cellOf = (path: string, listed: Listed, where: string): number => {
  const plain = path.length > 1000 ? "" : path.replace(/^(?:\.{1,2}\/)+/, "");
  const [, name, bracket, slash] = /^([^[\]/]+)(?:\[(\d+)\]|\/([^/]+)(?:\/.*)?)$/.exec(plain) ?? [];
  const index =
    bracket === undefined && slash !== undefined && listed.instances
      ? listed.instances.get(slash)
      : Number(bracket ?? (slash !== undefined && /^\d+$/.test(slash) ? slash : Number.NaN));
  if (name === listed.id && index !== undefined && index < listed.size) return index;
  throw new ConfigError({
    path: where,
    message: `names no cell of the population ${listed.id}, which has ${listed.size}; received ${JSON.stringify(path.slice(0, 100))}. Write "../${listed.id}[0]" for its first cell.`,
  });
};
