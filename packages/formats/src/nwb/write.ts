import { hdf5Bytes, type WrittenGroup } from "../hdf5/write.ts";
import { contentHash, objectId } from "./identity.ts";
import { defaultDescriptions, requireMetadata, writeGeneral } from "./metadata.ts";
import type { NwbPopulation, NwbTrace, NwbWriteOptions, WrittenNwb } from "./results.ts";
import { type Mark, writeSeries } from "./write-series.ts";
import { writeUnits } from "./write-units.ts";

/*
 * Writes results of a run as NWB. Potentials and currents of models are general time series of the acquisition: a
 * CurrentClampSeries would need an amplifier and an electrode, which a simulation does not have.
 */

/** Version of the schema of NWB whose types are written. */
const VERSION = "2.11.0";

interface NamedTrace {
  readonly name: string;
  readonly population: string;
  readonly trace: NwbTrace;
}

/** Histograms have no place in NWB, and programs take a series without values for a mistake. */
const isSeries = ({ columns, units, times }: NwbTrace): boolean =>
  columns === Math.max(1, units.length) && times.length > 0;

/** The traces of all populations, with the population in their names if there are several. */
const tracesOf = (populations: readonly NwbPopulation[]): readonly NamedTrace[] =>
  populations.flatMap(({ name, traces = [] }) =>
    traces.map((trace) => ({
      name: populations.length > 1 ? `${name}.${trace.name}` : trace.name,
      population: name,
      trace,
    })),
  );

/** A hash of everything that a file contains. */
const hashOf = (populations: readonly NwbPopulation[], options: NwbWriteOptions): Promise<string> => {
  const arrays: (Float32Array | Float64Array | Int32Array)[] = [];
  const shown = populations.map(({ name, units, spikes, traces = [] }) => {
    if (spikes) arrays.push(Float64Array.from(spikes.times), Float64Array.from(spikes.units));
    const { recorded, windows, dt } = spikes ?? {};
    const own = traces.map((trace) => {
      arrays.push(Float64Array.from(trace.times), Float64Array.from(trace.units), trace.values);
      return [trace.name, trace.unit, trace.columns, trace.values.constructor.name];
    });
    return { name, units, hasSpikes: spikes !== undefined, recorded, windows, dt, own };
  });
  // In the order of their names, so that the order in which options are written does not matter.
  const given = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return contentHash(JSON.stringify([VERSION, shown, given]), arrays);
};

/**
 * Writes records of a run as a file of NWB 2: spikes as the table of units, with the population and the unit of each
 * row, and each variable as a series of the acquisition, with a column for each recorded unit. Potentials are in volts
 * and currents in amperes, by the factor `conversion` of the series; the stored values are those of the run.
 *
 * Equal results and options give equal files.
 *
 * @throws FileError for a date, name, species, age or sex in another form than NWB and its archives accept, and for a spike
 * of a unit that was not recorded
 */
export const resultsToNwb = async (
  populations: readonly NwbPopulation[],
  options: NwbWriteOptions,
): Promise<WrittenNwb> => {
  requireMetadata(options);
  const content = await hashOf(populations, options);
  const mark: Mark = async (object, type, namespace = "core") => {
    object.attribute("namespace", namespace);
    object.attribute("neurodata_type", type);
    object.attribute("object_id", await objectId(content, object.path));
  };
  const traces = tracesOf(populations);
  const written = traces.filter(({ trace }) => isSeries(trace));
  const spiking = populations.filter(({ spikes }) => spikes !== undefined);
  const bytes = await hdf5Bytes(async (root) => {
    await mark(root, "NWBFile");
    root.attribute("nwb_version", VERSION);
    writeSession(root, options, content);
    await writeGeneral(root, options, mark);
    const acquisition = root.group("acquisition");
    for (const name of ["analysis", "processing"]) root.group(name);
    const stimulus = root.group("stimulus");
    for (const name of ["presentation", "templates"]) stimulus.group(name);
    for (const { name, population, trace } of written) await writeSeries(acquisition, name, population, trace, mark);
    if (spiking.length > 0) await writeUnits(root, spiking, mark);
  });
  return {
    bytes,
    names: [...written.map(({ name }) => name), ...(spiking.length > 0 ? ["units"] : [])],
    leftOut: traces.filter(({ trace }) => !isSeries(trace)).map(({ name }) => name),
  };
};

/** The texts and dates of a session. */
const writeSession = (root: WrittenGroup, options: NwbWriteOptions, content: string): void => {
  const { sessionStart, created = sessionStart, description = defaultDescriptions.session } = options;
  root.dataset("session_description", description);
  root.dataset("identifier", options.identifier ?? content);
  root.dataset("session_start_time", sessionStart);
  root.dataset("timestamps_reference_time", sessionStart);
  root.dataset("file_create_date", [created]);
};
