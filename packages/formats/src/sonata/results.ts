import { FileError } from "spark-snn";
import type { Hdf5Group } from "../hdf5/objects.ts";
import { withHdf5 } from "../hdf5/read.ts";
import type { ByteStore } from "../hdf5/store.ts";
import { lengthOf } from "./nodes.ts";
import { namesIn, readSpikes, type SonataSpikes } from "./spikes.ts";

/* Spikes and reports of SONATA, from any simulator. */

/** Largest number of nodes and of times of a report. */
const MOST = 2 ** 28;

export interface SonataReport {
  readonly population: string;
  /** Unit of the values, such as "mV". */
  readonly unit: string;
  /** Id of the node of each column. A node with several compartments has several columns. */
  readonly nodes: Float64Array;
  /** Time of each row, ms. */
  readonly times: Float64Array;
  /** rows × columns, in row-major order. */
  readonly values: Float32Array | Float64Array;
}

export interface SonataReadOptions {
  /** Reads only this population. Default: all. */
  readonly population?: string;
}

/**
 * Reads the spikes of a file of SONATA, by population.
 * @param name file name, for messages
 * @throws FileError for a file that is damaged, has no spikes, or lacks the population
 */
export const readSonataSpikes = (
  source: Uint8Array | ByteStore,
  name = "spikes.h5",
  { population }: SonataReadOptions = {},
): Promise<readonly SonataSpikes[]> => withHdf5(source, (root) => readSpikes(root, name, population));

/**
 * Reads the reports of a file of SONATA, by population.
 * @param name file name, for messages
 * @throws FileError for a file that is damaged, has no reports, or lacks the population
 */
export const readSonataReports = (
  source: Uint8Array | ByteStore,
  name = "report.h5",
  { population }: SonataReadOptions = {},
): Promise<readonly SonataReport[]> => withHdf5(source, (root) => readReports(root, name, population));

/** The reports of an open file, by population. */
export const readReports = (root: Hdf5Group, name: string, population?: string): readonly SonataReport[] => {
  const reports = root.group("report");
  return namesIn(reports, population, name).map((own) => reportIn(reports.group(own), own, name));
};

const reportIn = (group: Hdf5Group, population: string, name: string): SonataReport => {
  const data = group.dataset("data");
  const mapping = group.group("mapping");
  const ids = mapping.dataset("node_ids");
  lengthOf(ids, name, MOST);
  const [rows, columns] = data.shape;
  if (rows === undefined || columns === undefined || data.shape.length !== 2) {
    throw new FileError(`${name}: ${data.path} has the shape [${data.shape.join(", ")}]; expected rows and columns.`);
  }
  // Shapes are only numbers in the file. They must not decide how much memory is taken.
  if (columns > MOST || rows > MOST || rows * columns > MOST) {
    throw new FileError(
      `${name}: ${data.path} has the shape [${data.shape.join(", ")}], more than ${MOST} values. Split the report, or record fewer nodes.`,
    );
  }
  const [start, , step] = mapping.dataset("time").numbers();
  if (start === undefined || step === undefined || !(step > 0)) {
    throw new FileError(`${name}: ${mapping.path}/time must be start, stop and step in ms. The file is damaged.`);
  }
  const unit = data.attribute("units");
  return {
    population,
    unit: typeof unit === "string" ? unit : "",
    nodes: nodesOf(ids.numbers(), mapping, columns, name),
    times: Float64Array.from({ length: rows }, (_, k) => start + k * step),
    values: data.numbers() as Float32Array | Float64Array,
  };
};

/** The node of each column, from the pointers to the first column of each node. */
const nodesOf = (ids: ArrayLike<number>, mapping: Hdf5Group, columns: number, name: string): Float64Array => {
  const pointers = mapping.dataset("index_pointers").numbers();
  const nodes = new Float64Array(columns);
  for (let k = 0; k < ids.length; k++) {
    const from = pointers[k] ?? Number.NaN;
    const to = pointers[k + 1] ?? columns;
    if (!(from >= 0 && from <= to && to <= columns)) {
      throw new FileError(
        `${name}: ${mapping.path}/index_pointers gives the columns ${from} to ${to} to node ${ids[k]}, but there are ${columns}. The file is damaged.`,
      );
    }
    nodes.fill(ids[k]!, from, to);
  }
  return nodes;
};
