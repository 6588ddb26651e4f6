/* Results of a run, as they are written to NWB. Recordings of `simulate` have these forms. */

/** A recorded window, ms: spikes with `from` < time <= `to`. */
export interface NwbWindow {
  readonly from: number;
  readonly to: number;
}

/** Recorded spikes of a population. */
export interface NwbSpikes {
  /** Time of each spike, ms. */
  readonly times: ArrayLike<number>;
  /** Unit of each spike, counted from 0. */
  readonly units: ArrayLike<number>;
  /** The recorded units. Default: all. The table of units has one row for each of them, even without spikes. */
  readonly recorded?: readonly number[];
  /** Time step of the run, ms, which is the resolution of the times. Default: unknown. */
  readonly dt?: number;
  /** The recorded windows, in order. Default: unknown, so the file has no observation intervals. */
  readonly windows?: readonly NwbWindow[];
}

/** A variable over time, such as a recording of `simulate`. */
export interface NwbTrace {
  readonly name: string;
  /** Unit of the values, such as "mV". */
  readonly unit: string;
  /** Unit of the population in each column; empty for one column that combines them. */
  readonly units: ArrayLike<number>;
  /** Time of each row, ms. */
  readonly times: ArrayLike<number>;
  /** Number of values in a row. */
  readonly columns: number;
  /** Values, row by row. */
  readonly values: Float32Array | Float64Array | Int32Array;
}

/** Records of a population. */
export interface NwbPopulation {
  readonly name: string;
  /** Number of units. */
  readonly units: number;
  readonly spikes?: NwbSpikes;
  readonly traces?: readonly NwbTrace[];
}

/**
 * The subject of the data: the animal that a simulation models. NWB has no subject that is a simulation, so the defaults
 * say the least that nwbinspector accepts.
 */
export interface NwbSubject {
  /** Identifier of the subject, without slashes. Default: "simulation". */
  readonly id?: string;
  /**
   * Latin name, such as "Mus musculus", or a link to the taxonomy of NCBI. Default: the taxon "synthetic construct",
   * "http://purl.obolibrary.org/obo/NCBITaxon_32630".
   */
  readonly species?: string;
  /**
   * Duration of ISO 8601 such as "P90D" for 90 days, or a range such as "P60D/P90D". Default: "P0D/", any age.
   */
  readonly age?: string;
  /** "M", "F", "O" (other) or "U" (unknown); "XO" or "XX" for C. elegans. Default: "U". */
  readonly sex?: string;
  /** Default: "No animal: a simulation computed the data." */
  readonly description?: string;
}

export interface NwbWriteOptions {
  /**
   * Date and time that is time 0 of the file, in ISO 8601 with a time zone, such as "2026-03-01T12:00:00Z". NWB demands
   * it. It is never taken from the clock, so that equal results give equal files.
   */
  readonly sessionStart: string;
  /** Date and time of the creation of the file, in the same form. Default: `sessionStart`. */
  readonly created?: string;
  /** Description of the session. Default: "Simulation with spark-snn." */
  readonly description?: string;
  /** Names of the persons who made the data, in the form "Last, First". Default: none. */
  readonly experimenter?: readonly string[];
  /** Institution where the data were made. Default: none. */
  readonly institution?: string;
  /** Lab where the data were made. Default: none. */
  readonly lab?: string;
  /** Words to search for. Default: "simulation" and "spiking neural network". */
  readonly keywords?: readonly string[];
  /** Description of the experiment that the session belongs to. Default: "Simulation of spiking neurons." */
  readonly experimentDescription?: string;
  /** The subject of the data. Default: a simulation without an animal. */
  readonly subject?: NwbSubject;
  /** Unique identifier of the file. Default: a hash of its content. */
  readonly identifier?: string;
  /** Names and versions of the programs that computed the results. Default: none. */
  readonly software?: readonly (readonly [name: string, version: string])[];
  /** A file with the experiment, which the NWB file then contains. Default: none. */
  readonly source?: { readonly name: string; readonly text: string };
}

/** An NWB file. */
export interface WrittenNwb {
  readonly bytes: Uint8Array;
  /** Names of the series and columns that were written, such as "potential". */
  readonly names: readonly string[];
  /** Names of records that have no place in the file, such as histograms, and of those without values. */
  readonly leftOut: readonly string[];
}
