/*
 * The public names of spark-snn/documents: declaring options, and reading documents and the files that they name. Other
 * packages with documents use them, such as @spark-snn/fit.
 */

// Options
export { abortSignal, callback } from "../config/call-options.ts";
export { declaredTypes } from "../config/declared-types.ts";
export { brokenRule } from "../config/field.ts";
export { fieldNumber } from "../config/field-option.ts";
export { suggestName } from "../config/nearest-name.ts";
export {
  byDefault,
  choice,
  chooseGroup,
  custom,
  type Declarations,
  flag,
  named,
  number,
  type Option,
  optional,
  options,
  optionsSchema,
  type Read,
  readOptions,
  readSound,
  required,
  text,
  time,
  type Written,
  whole,
  words,
} from "../config/options.ts";
export { commonNames } from "../config/parse.ts";
// Places of values, and problems there
export { type Language, Place, Site } from "../config/place.ts";
export { networkNames } from "../config/reserved-names.ts";
export { describe, isRecord } from "../config/shape.ts";
export { timingOptions } from "../config/timing.ts";
export { refuseUnknown } from "../config/unknown-keys.ts";
// Somas for fits
export { equationsOptions, type ReadSoma, readEquationsSoma } from "../experiment/equations.ts";
// Versions of documents
export { currentDocument, experimentVersion, type Migration, migrated, versionOption } from "../experiment/versions.ts";
// Options of files, and reading the files
export type { ColumnUnit } from "../io/column-units.ts";
export type { FileReading } from "../io/file-reading.ts";
export { type FilePosition, issueInFile, type Locate, NamedFiles, type ReadFile } from "../io/named-files.ts";
export {
  type ResolvedSamples,
  recordingKind,
  resolveRecordedSpikes,
  resolveSamples,
  sampleFiles,
  trainFiles,
} from "../io/recording-file.ts";
export type {
  NamedBytes,
  RecordedSamples,
  RecordedSpikes,
  RecordingKind,
  RecordingReader,
  RecordingSelection,
} from "../io/recording-reader.ts";
export {
  type Column,
  columnName,
  type DescribedTable,
  filePath,
  firstId,
  type OpenFile,
  openFile,
  type RequestedColumn,
  type RequestedColumns,
  readTable,
  unitsOfColumns,
} from "../io/table-file.ts";
export { type TableOptions, tableOptions } from "../io/table-options.ts";
export { readZipDirectory, readZipEntry, type ZipEntry } from "../io/zip.ts";
export { GIVEN, isRandom, LOG_LIKELIHOOD, withGivenSpikes } from "../model/given-spikes.ts";
export { componentType } from "../model/soma.ts";
export { type OptionRow, optionTable } from "../tell/options.ts";
