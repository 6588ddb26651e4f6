import {
  columnName,
  filePath,
  firstId,
  optional,
  tableOptions,
  text,
  unitsOfColumns,
  whole,
} from "spark-snn/documents";
import { evenSamples, type SampledUnit } from "../recording/series.ts";

/* Options of the files that a fit names in place of samples and spikes. */

const csv = filePath("Path of a CSV file, relative to the document.");
const times = columnName("Column of times in ms.", "Name the column of times in ms.");

const samples = (unit: SampledUnit) =>
  columnName(`Column of samples in ${unit}.`, `Name the column of samples in ${unit}.`);

/** Samples in a column, next to the column of their times. */
export const timedColumn = (unit: SampledUnit) => ({
  /** Path of the file, relative to the document. */
  csv,
  /** Column of the samples: its name, or its index, counted from 0. */
  column: samples(unit),
  /** Column of the times, ms. */
  time: columnName("Column of times in ms.", "Name the column of times in ms, or give interval."),
  ...tableOptions,
  /** Units of the columns, if not pA or mV, and ms: { "time": "s", "column": "nA" }. */
  units: unitsOfColumns({ time: "ms", column: unit }),
});

/** Samples at regular intervals in a column. */
export const evenColumn = (unit: SampledUnit) => {
  const { interval, start } = evenSamples(unit);
  return {
    /** Path of the file, relative to the document. */
    csv,
    /** Column of the samples: its name, or its index, counted from 0. */
    column: samples(unit),
    /** Time between samples, ms. */
    interval,
    /** Time of the first sample, ms. Default 0. */
    start,
    ...tableOptions,
    /** Unit of the column, if not pA or mV: { "column": "nA" }. */
    units: unitsOfColumns({ column: unit }),
  };
};

/** Spikes in a JSON file. */
export const spikesInJson = {
  /** Path of a JSON file with a list for each repetition. */
  json: filePath("Path of a JSON file with a list for each repetition, relative to the document."),
  /** Key of the lists, if the file contains an object. */
  key: optional(text("Key of the lists, if the file contains an object.", "Omit it if the file is a list.")),
};

/** Spikes in a table with one row per spike. */
export const spikesInTable = {
  /** Path of the file, relative to the document. */
  csv,
  /** Column of the times, ms. */
  time: times,
  /** Column of the numbers of the repetitions. Without one, all spikes are of one repetition. */
  repetition: optional(
    columnName(
      "Column of the numbers of the repetitions. Default: all spikes are of one repetition.",
      "Name the column of whole numbers, or omit it for one repetition.",
    ),
  ),
  /** Number of repetitions, including those without a spike. Default: those in the file. */
  repetitions: optional(
    whole(
      "Number of repetitions, including those without a spike. Default: those in the file.",
      1,
      100_000,
      "Give the number of repetitions.",
    ),
  ),
  ...tableOptions,
  /** Unit of the times, if not ms: { "time": "s" }. */
  units: unitsOfColumns({ time: "ms" }),
  /** Number of the first repetition. Default 0. */
  firstId,
};
