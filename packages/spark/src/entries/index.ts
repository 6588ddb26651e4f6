/*
 * The public names of spark-snn, for Node and browsers. Files and streams of Node are in "spark-snn/node".
 * No file inside src/ imports this file.
 */

// Analysis
export * as analysis from "../analysis/index.ts";
export { backendNames } from "../backend/named.ts";
export type { JsonSchema, JsonValue } from "../config/json-schema.ts";
export type { Need, NumberRule, Option } from "../config/options.ts";
// Suggestions for misspelled names
export { suggestName } from "../config/suggest.ts";
// Statistics of connectivity
export type { DrawSynapsesOptions } from "../connectivity/draw-synapses.ts";
export type { End, Ends } from "../connectivity/ends.ts";
// Custom connection rules
export { type PairBatch, PairCollector, type PairContext, type Pairs } from "../connectivity/pairs.ts";
export type { RuleTypes } from "../connectivity/rule.ts";
export { connectionRule, type RuleDefinition, type RuleType } from "../connectivity/rules/connection-rule.ts";
export { ruleOptions } from "../connectivity/rules/rule-options.ts";
export {
  type ConnectivityStatistics,
  connectivityStatistics,
  type Summary,
  type ValueHistogram,
} from "../connectivity/statistics.ts";
export type { SynapseTally } from "../connectivity/synapses.ts";
// Equations as text
export type { EquationsOptions } from "../equations/options.ts";
export {
  type EquationsConfig,
  type EquationsSoma,
  type EquationsSource,
  soma,
} from "../equations/soma.ts";
export { equationsSource } from "../equations/source.ts";
export {
  type EquationsSynapse,
  type SynapseEquationsConfig,
  type SynapseEquationsOptions,
  synapse,
} from "../equations/synapse.ts";
// Experiments as data
export type { BrainExperiment } from "../experiment/brain.ts";
export type { BrainDocument, Json, JsonObject, SomaDocument } from "../experiment/document.ts";
export { type DocumentOfOptions, documentOf } from "../experiment/document-of.ts";
export {
  type DrawnDocument,
  type DrawnDocumentOptions,
  drawnDocumentOf,
  drawnExperiment,
} from "../experiment/drawn-document.ts";
export { type Experiment, type ExperimentOptions, experiment, type ReadExperiment } from "../experiment/experiment.ts";
export type { SomaTypes } from "../experiment/model.ts";
export type { ExperimentDocument } from "../experiment/options.ts";
export { experimentSchema } from "../experiment/schema.ts";
export type { SomaExperiment } from "../experiment/soma.ts";
export { valueKeys, withValue } from "../experiment/with-value.ts";
// Tables and diagrams of networks
export { brainDiagram, brainMermaid } from "../graph/diagram.ts";
export {
  type BrainTable,
  brainTable,
  type DriveRow,
  type PopulationRow,
  type ProjectionRow,
  type ReadoutRow,
  type SignalRow,
} from "../graph/table.ts";
// Inputs that can be repeated
export { type KeptInput, keepInput } from "../inputs/keep.ts";
// File formats
export { type CsvOptions, type CsvTable, csvRows, readCsv, readCsvStream } from "../io/csv.ts";
export type { CsvRowsOptions } from "../io/csvrows.ts";
export type { FileReading } from "../io/file-reading.ts";
export type { ReadFile } from "../io/named-files.ts";
export {
  decodeNpy,
  encodeNpy,
  type NpyArray,
  type NpyDtype,
  type NpyReadOptions,
  type NpySource,
  type TypedArray,
} from "../io/npy.ts";
export { decodeNpz, encodeNpz, type NpzReadOptions, type NpzWriteOptions } from "../io/npz.ts";
export type { TableOptions } from "../io/table-options.ts";
export {
  type EventTable,
  eventsFromCsv,
  eventsToCsv,
  type ReadEvents,
  type ReadTrace,
  type TableReadOptions,
  type TableWriteOptions,
  type TraceReadOptions,
  type TraceTable,
  type TraceWriteOptions,
  traceFromCsv,
  traceToCsv,
} from "../io/tables.ts";
// Draws and functions that give the same bits in every JavaScript engine
export { type Draws, drawsFor, exactExp, exactLog } from "../math/draws.ts";
export { plasticityRules } from "../plasticity/index.ts";
// Protocols: experiments of several runs
export * from "../protocols/index.ts";
// Options of runs as data: their descriptions, defaults and checks
export { runOptions } from "../run/declared.ts";
// Runs of prepared experiments, for command lines and forms
export { simulatePrepared } from "../run/simulate.ts";
export { somas } from "../somas/index.ts";
export { sources } from "../sources/index.ts";
export { synapses } from "../synapses/index.ts";
// Generated from declarations
export { equationsLatex, equationsText } from "../tell/equations.ts";
export { configSchema } from "../tell/schema.ts";
export {
  type FieldRow,
  fieldTable,
  type PortRow,
  type PresetRow,
  portTable,
  presetTable,
  type StateRow,
  stateTable,
} from "../tell/table.ts";
export * from "./core.ts";
// Single projections
export { drawSynapses } from "./draw-synapses.ts";
// Networks
export * from "./networks.ts";
