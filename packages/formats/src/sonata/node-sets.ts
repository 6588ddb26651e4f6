import { FileError } from "spark-snn";
import { isRecord } from "spark-snn/documents";
import type { JsonRecord } from "./files.ts";
import type { NodePopulation, Value } from "./nodes.ts";

/* Node sets: subsets of the nodes by their attributes, and unions of such sets. */

/** Rows of each population, in ascending order. */
export type NodeSet = ReadonlyMap<NodePopulation, readonly number[]>;

/**
 * The nodes of a set.
 * @param wanted name of a set or of a population, or the rules of a set
 * @param from place in the configuration, for messages
 * @throws FileError for an unknown set, or one that contains itself
 */
export const nodesOfSet = (
  wanted: unknown,
  sets: JsonRecord,
  populations: readonly NodePopulation[],
  from: string,
): NodeSet => {
  const found = new Map<NodePopulation, Set<number>>();
  collect(wanted, { sets, populations, from, open: [] }, found);
  return new Map([...found].map(([population, rows]) => [population, [...rows].sort((a, b) => a - b)]));
};

interface Search {
  readonly sets: JsonRecord;
  readonly populations: readonly NodePopulation[];
  readonly from: string;
  /** Names of the sets that are being read. */
  readonly open: readonly string[];
}

const collect = (wanted: unknown, search: Search, found: Map<NodePopulation, Set<number>>): void => {
  const { sets, populations, from, open } = search;
  if (Array.isArray(wanted)) {
    for (const one of wanted) collect(one, search, found);
    return;
  }
  if (isRecord(wanted)) {
    for (const population of populations) {
      const rows = matching(wanted, population);
      if (rows.length === 0) continue;
      const all = found.get(population) ?? new Set<number>();
      for (const row of rows) all.add(row);
      found.set(population, all);
    }
    return;
  }
  if (typeof wanted !== "string") {
    throw new FileError(`${from} must name a node set; received ${JSON.stringify(wanted)}. Name one.`);
  }
  if (open.includes(wanted)) throw new FileError(`${from}: the node set "${wanted}" contains itself. Correct it.`);
  const key = Object.hasOwn(sets, wanted) ? wanted : sameName(Object.keys(sets), wanted);
  if (key !== undefined) {
    collect(sets[key], { ...search, open: [...open, wanted] }, found);
    return;
  }
  const population = populations.find(({ name }) => name === wanted);
  if (population) {
    collect({ population: wanted }, search, found);
    return;
  }
  if (wanted === "all") {
    collect({}, search, found);
    return;
  }
  throw new FileError(
    `${from} names the node set "${wanted}", which does not exist. Known: ${[...Object.keys(sets), ...populations.map(({ name }) => name)].join(", ") || "none"}.`,
  );
};

/** Published files write the names of sets in another case than their configuration. */
const sameName = (names: readonly string[], wanted: string): string | undefined =>
  names.find((name) => name.toLowerCase() === wanted.toLowerCase());

const matching = (rules: JsonRecord, population: NodePopulation): readonly number[] => {
  const tests = Object.entries(rules).map(([key, wanted]): ((row: number) => boolean) => {
    const values = Array.isArray(wanted) ? wanted : [wanted];
    if (key === "population") return () => values.includes(population.name);
    const attribute: (row: number) => Value =
      key === "node_id" || key === "node_ids"
        ? (row) => population.ids[row]
        : key === "node_type_id"
          ? (row) => population.typeIds[row]
          : population.attribute(key);
    const texts = new Set(values.map((value) => plain(key, String(value))));
    return (row) => {
      const value = attribute(row);
      return value !== undefined && texts.has(plain(key, String(value)));
    };
  });
  const rows: number[] = [];
  for (let row = 0; row < population.count; row++) if (tests.every((test) => test(row))) rows.push(row);
  return rows;
};

/** The two names of point neurons of the versions of SONATA are one. */
const plain = (key: string, value: string): string =>
  key === "model_type" && value === "point_process" ? "point_neuron" : value;
