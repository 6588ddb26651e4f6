import { FileError } from "spark-snn";
import type { Hdf5Dataset, Hdf5Group } from "../hdf5/objects.ts";
import type { Row } from "./table.ts";

/* Nodes of a SONATA file: a population has types (a table) and groups, whose attributes override those of the types. */

export type Value = number | string | undefined;

/** Largest number of nodes of a population, or of edges between two. Files can declare any number. */
export const MOST_NODES = 2 ** 26;

export interface NodePopulation {
  readonly name: string;
  readonly count: number;
  /** Id of each node. */
  readonly ids: ArrayLike<number>;
  /** Whether the ids are 0, 1, 2, … */
  readonly isNumbered: boolean;
  /** The position of a node among the nodes of the population; −1 if there is none with the id. */
  rowOf(id: number): number;
  readonly typeIds: ArrayLike<number>;
  /** The row of the table of types of a node. */
  typeOf(row: number): Row;
  /** An attribute of each node. */
  attribute(name: string): (row: number) => Value;
  /** Names of the attributes that the file has itself, for any of its nodes. */
  readonly own: readonly string[];
  /** Names of the parameters of the model that the file has itself. */
  readonly parameters: readonly string[];
  /** A parameter of the model, if the file has it itself. */
  parameter(name: string): (row: number) => number | undefined;
}

/** The populations of a file of nodes. */
export const readNodes = (root: Hdf5Group, path: string, types: readonly Row[]): readonly NodePopulation[] => {
  const nodes = root.group("nodes");
  return nodes.names().map((name) => populationOf(nodes.group(name), name, path, types));
};

/** Rows of a table by their id. Rows of other populations are left out. */
export const typesById = (
  types: readonly Row[],
  key: string,
  population: string,
  path: string,
): ReadonlyMap<number, Row> => {
  const found = new Map<number, Row>();
  for (const row of types) {
    if (row["population"] !== undefined && row["population"] !== population) continue;
    const id = Number(row[key]);
    if (row[key] === undefined || !Number.isInteger(id)) {
      throw new FileError(`The table of types of ${path} has the ${key} "${row[key] ?? "NULL"}". Give whole numbers.`);
    }
    if (found.has(id)) throw new FileError(`The table of types of ${path} has the ${key} ${id} twice. Rename one.`);
    found.set(id, row);
  }
  return found;
};

export const lengthOf = (dataset: Hdf5Dataset, path: string, most: number): number => {
  if (dataset.shape.length !== 1) {
    throw new FileError(`${path}: ${dataset.path} has the shape [${dataset.shape.join(", ")}]; expected one axis.`);
  }
  if (dataset.length > most) {
    throw new FileError(`${path}: ${dataset.path} has ${dataset.length} values; at most ${most} can be imported.`);
  }
  return dataset.length;
};

/** The numbers of a dataset that must have a length. */
export const numbersOf = (dataset: Hdf5Dataset, length: number, path: string): ArrayLike<number> => {
  if (dataset.length !== length || dataset.shape.length !== 1) {
    throw new FileError(
      `${path}: ${dataset.path} has the shape [${dataset.shape.join(", ")}]; expected [${length}], one value for each node or edge.`,
    );
  }
  return dataset.numbers();
};

const optional = (group: Hdf5Group, name: string): Hdf5Dataset | undefined => {
  const found = group.get(name);
  return found?.kind === "dataset" ? found : undefined;
};

const populationOf = (group: Hdf5Group, name: string, path: string, types: readonly Row[]): NodePopulation => {
  const typeIdSet = group.dataset("node_type_id");
  const count = lengthOf(typeIdSet, path, MOST_NODES);
  const typeIds = typeIdSet.numbers();
  const idSet = optional(group, "node_id");
  const ids = idSet ? numbersOf(idSet, count, path) : Float64Array.from({ length: count }, (_, k) => k);
  let isNumbered = true;
  for (let k = 0; k < count && isNumbered; k++) isNumbered = ids[k] === k;
  const rows = isNumbered ? undefined : rowsById(ids, `${path}: population ${name}`);
  const known = typesById(types, "node_type_id", name, path);
  const groups = groupsOf(group, path, { count, kind: "node" });
  return {
    name,
    count,
    ids,
    isNumbered,
    rowOf: (id) => (rows ? (rows.get(id) ?? -1) : id >= 0 && id < count && Number.isInteger(id) ? id : -1),
    typeIds,
    typeOf(row) {
      const found = known.get(typeIds[row]!);
      // A file without a table of types has all attributes itself.
      if (found || types.length === 0) return found ?? {};
      throw new FileError(
        `${path}: node ${ids[row]} of ${name} has the node_type_id ${typeIds[row]}, which the table of types does not contain. Add it.`,
      );
    },
    attribute(key) {
      const inFile = groups.attribute(key);
      return (row) => inFile(row) ?? this.typeOf(row)[key];
    },
    own: groups.names,
    parameters: groups.parameters,
    parameter: (key) => groups.attribute(`dynamics_params/${key}`) as (row: number) => number | undefined,
  };
};

const rowsById = (ids: ArrayLike<number>, what: string): ReadonlyMap<number, number> => {
  const rows = new Map<number, number>();
  for (let k = 0; k < ids.length; k++) {
    if (rows.has(ids[k]!)) throw new FileError(`${what} has the node_id ${ids[k]} twice. Ids must differ.`);
    rows.set(ids[k]!, k);
  }
  return rows;
};

interface Groups {
  readonly names: readonly string[];
  readonly parameters: readonly string[];
  attribute(name: string): (row: number) => Value;
}

/** The groups of a population of nodes, which hold its attributes. */
const groupsOf = (
  population: Hdf5Group,
  path: string,
  { count, kind }: { readonly count: number; readonly kind: "node" },
): Groups => {
  const groupIds = optional(population, `${kind}_group_id`);
  const groupIndex = optional(population, `${kind}_group_index`);
  const of = groupIds && numbersOf(groupIds, count, path);
  const index = groupIndex && numbersOf(groupIndex, count, path);
  const groups = new Map<number, Hdf5Group>();
  for (const name of population.names().filter((one) => /^\d+$/.test(one))) {
    const found = population.get(name);
    if (found?.kind === "group") groups.set(Number(name), found);
  }
  const datasetsIn = (group: Hdf5Group): readonly string[] =>
    group.names().filter((name) => group.get(name)?.kind === "dataset");
  const names = new Set<string>();
  const parameters = new Set<string>();
  for (const group of groups.values()) {
    for (const name of datasetsIn(group)) names.add(name);
    const dynamics = group.get("dynamics_params");
    if (dynamics?.kind === "group") for (const name of datasetsIn(dynamics)) parameters.add(name);
  }
  return {
    names: [...names],
    parameters: [...parameters],
    attribute(name) {
      const columns = new Map<number, readonly Value[] | ArrayLike<Value>>();
      for (const [id, group] of groups) {
        const found = group.get(name);
        if (found?.kind === "dataset") columns.set(id, valuesOf(group, found, name));
      }
      if (columns.size === 0) return () => undefined;
      return (row) => {
        const column = columns.get(of ? of[row]! : 0);
        if (!column) return undefined;
        const at = index ? index[row]! : row;
        if (at >= column.length) {
          throw new FileError(
            `${path}: node_group_index ${at} is beyond the ${column.length} values of ${name} in group ${of?.[row] ?? 0} of ${population.path}. The file is damaged.`,
          );
        }
        return column[at];
      };
    },
  };
};

/** The values of an attribute. Whole numbers may stand for texts of a library. */
const valuesOf = (group: Hdf5Group, dataset: Hdf5Dataset, name: string): ArrayLike<Value> => {
  if (dataset.values === "strings") return dataset.strings();
  const numbers = dataset.numbers();
  const library = group.get(`@library/${name}`);
  if (library?.kind !== "dataset" || library.values !== "strings") return numbers;
  const texts = library.strings();
  return Array.from(numbers, (k) => texts[k]);
};
