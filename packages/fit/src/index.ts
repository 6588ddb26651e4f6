/* The public names of @spark-snn/fit, for Node and browsers. No file inside src/ imports this one. */
export { type CheckedCrossValidation, checkCrossValidation, crossValidate } from "./cross-validation/cross-validate.ts";
export {
  type ComparedSoma,
  type ComparedSomas,
  type CrossValidationOptions,
  type CrossValidationProgress,
  type CrossValidationState,
  crossValidationOptions,
} from "./cross-validation/options.ts";
export type { ComparedModel, CrossValidationResult, HeldOutScore, Spread } from "./cross-validation/result.ts";
export {
  type ComparedDocument,
  documentOptions as fitDocumentOptions,
  type FitDocument,
  type FittedDocument,
  type RecordingDocument,
  type SeriesDocument,
  type SpikesDocument,
} from "./document/options.ts";
export {
  type FitDocumentOptions,
  type ReadCrossValidationDocument,
  type ReadFitDocument,
  readCrossValidationDocument,
  readFitDocument,
} from "./document/read.ts";
export { fitSchema } from "./document/schema.ts";
export { type CheckedFit, checkFit, fit } from "./fit.ts";
export type { Objective } from "./objective.ts";
export {
  type Budget,
  budgetOptions,
  type FitOptions,
  type FitProgress,
  type FitState,
  type Fitted,
  fitOptions,
  type Validation,
  type ValidationContext,
} from "./options.ts";
export { type DetectOptions, detectSpikes } from "./recording/detect.ts";
export type { Recording, RecordingContext } from "./recording/read.ts";
export type { ReadRecording } from "./recording/recording.ts";
export type { SampledSeries } from "./recording/series.ts";
export type {
  Candidate,
  FitResult,
  FittedParameter,
  Fold,
  Prediction,
  Profile,
  RecordingScore,
} from "./result/result.ts";
export type { Generation, Method, SearchState, SearchStop } from "./search/search.ts";
export type { Latency, LatencyContext } from "./space/latency.ts";
export type { FreeParameter, FreeParameters } from "./space/read.ts";
export type { Bounds } from "./space/space.ts";
