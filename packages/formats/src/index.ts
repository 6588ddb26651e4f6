/*
 * The public names of @spark-snn/formats: imports and exports of models. Everything works in a page too. No file inside
 * src/ imports this file.
 */
export { type Project, type ReadArchiveOptions, readArchive, writeArchive } from "./archive/archive.ts";
export { exportDrawn } from "./archive/drawn.ts";
export { looksLikeZip, readZip, writeZip } from "./archive/zip.ts";
export { exportBrian2 } from "./brian2/export.ts";
export { type AnyImportOptions, type Format, type FormatName, formatOf, formats } from "./formats.ts";
export type { ByteStore } from "./hdf5/store.ts";
export { exportNeuroml } from "./neuroml/export.ts";
export { importNeuroml, type NeuromlImportOptions } from "./neuroml/import.ts";
export { exportNir } from "./nir/export.ts";
export { importNir, type NirImportOptions } from "./nir/import.ts";
export type {
  NwbPopulation,
  NwbSpikes,
  NwbSubject,
  NwbTrace,
  NwbWindow,
  NwbWriteOptions,
  WrittenNwb,
} from "./nwb/results.ts";
export { resultsToNwb } from "./nwb/write.ts";
export { looksLikeRecording, type OpenRecordingOptions, openRecording } from "./open-recording.ts";
export { exportPynn } from "./pynn/export.ts";
export { recordings } from "./read-recordings.ts";
export { type Columns, type RecordingPart, recordingArrays, recordingColumns } from "./recordings/convert.ts";
export type { Channel, Recording, Spikes, Sweep } from "./recordings/recording.ts";
export { type Fidelity, type Report, type ReportEntry, reportText } from "./report.ts";
export {
  dataReader,
  type Exported,
  type ExportOptions,
  type Files,
  type Imported,
  type ImportOptions,
  neighbourReader,
  type ReadNeighbour,
} from "./result.ts";
export { exportScfg } from "./scfg/export.ts";
export { importScfg, type ScfgImportOptions } from "./scfg/import.ts";
export { exportSonata } from "./sonata/export.ts";
export { importSonata, type SonataImportOptions } from "./sonata/import.ts";
export { isSonataRecording } from "./sonata/recording.ts";
export { readSonataReports, readSonataSpikes, type SonataReadOptions, type SonataReport } from "./sonata/results.ts";
export type { SonataSpikes } from "./sonata/spikes.ts";
