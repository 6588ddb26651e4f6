/*
 * The core: declaring components, running them, errors. This is what a page needs at run time. It stays below 52.2 kB
 * when minified and compressed. "spark-snn" exports all of it and more. Inside src/, only index.ts imports this file.
 */
// Backends
export { fastest } from "../backend/fastest.ts";
export { interpreter } from "../backend/interpreter/interpreter.ts";
export type { BackendChoice, BackendName } from "../backend/named.ts";
export { type WasmOptions, wasm } from "../backend/wasm/wasm.ts";
// Declaring custom somas
export { between, type Check, type Field, type Fields, field, nonNegative, positive } from "../config/field.ts";
// Values of fields
export {
  constant,
  type Initializer,
  type LogNormalOptions,
  logNormal,
  type NormalOptions,
  normal,
  normalizedSparseUniform,
  type SparseOptions,
  sparseUniform,
  type UniformOptions,
  uniform,
} from "../config/initializer.ts";
export type { CommonConfig, FieldInput, Parameter, Precision, VaryingParameter } from "../config/parse.ts";
export type { SeriesInput, VaryingField } from "../config/series.ts";
export type { NestedArray, NumericArray, Shape } from "../config/shape.ts";
export type { UnitList } from "../config/unit-list.ts";
// Errors
export {
  BackendError,
  ConfigError,
  FileError,
  type Issue,
  type Key,
  MemoryError,
  ModelError,
  NonFiniteError,
  ShapeError,
  SparkError,
  StateError,
  UnitError,
} from "../errors/errors.ts";
export type { DType } from "../expr/dtype.ts";
export type { Bool, Expr, Float, FloatLike, Int, IntLike } from "../expr/expr.ts";
export { dt } from "../expr/expr.ts";
export {
  type Arithmetic,
  abs,
  add,
  and,
  type Comparison,
  ceil,
  clip,
  cos,
  cosTurn,
  decay,
  div,
  eq,
  exp,
  expm1,
  exprel,
  floor,
  ge,
  gt,
  le,
  linoid,
  log,
  log1p,
  lt,
  max,
  meanDecay,
  min,
  mod,
  mul,
  nearest,
  neg,
  normalNoise,
  not,
  or,
  otherBits,
  pairedBits,
  pow,
  quantity,
  randomBits,
  relax,
  type Selection,
  select,
  sigmoid,
  sign,
  sin,
  since,
  sinTurn,
  softplus,
  sqrt,
  stepIndex,
  steps,
  sub,
  tanh,
  toFloat,
  toInt,
  uniformNoise,
  unitIndex,
  when,
  xor,
} from "../expr/verbs.ts";
export {
  type CurrentInput,
  type CurrentPart,
  type InputChunk,
  type InputFunction,
  ornsteinUhlenbeck,
  pulses,
  ramp,
  type SpikeInput,
  type StepsInput,
  sine,
  stepCurrent,
  sum,
  whiteNoise,
} from "../inputs/forms.ts";
// Inputs
export type {
  NoiseOptions,
  OrnsteinUhlenbeckOptions,
  PulsesOptions,
  RampOptions,
  SineOptions,
  StepCurrentOptions,
} from "../inputs/generator.ts";
export type {
  BuildOptions,
  Built,
  BuiltComponent,
  Component,
  ComponentType,
  ConfigOf,
  Declaration,
  Model,
  Observable,
  PopulationKind,
  Preset,
  Rule,
  StateVariable,
} from "../model/component.ts";
export type { Differential, IntegrationMethod } from "../model/methods.ts";
export {
  CurrentArray,
  current,
  type InputPort,
  jump,
  type PayloadName,
  type Port,
  type PortOptions,
  PortSpecs,
  PotentialArray,
  type SignalOptions,
  SpikeArray,
  signal,
} from "../model/ports.ts";
export { type FieldScope, float, int } from "../model/scope.ts";
export { type SomaDefinition, type SomaScope, type SomaStep, soma } from "../model/soma.ts";
export type { Backend } from "../program/machine.ts";
export type {
  ActiveFractionRecordOptions,
  ConditionOptions,
  RateRecordOptions,
  RecordOptions,
  RecordWindow,
  SpikeCondition,
  SpikeRecordOptions,
  TraceRecordOptions,
  VariableCondition,
  WeightRecordOptions,
} from "../record/options.ts";
export type { ConditionPlan, RatePlan, SpikePlan, TracePlan, TriggerPlan } from "../record/plan.ts";
export type { RecordedWindow, SpikeRecording, TraceRecording, WeightRecording } from "../record/recordings.ts";
export type { RecordHeader, RecordSink } from "../record/sink.ts";
export type { StepWindow, StepWindows, WindowRepetition } from "../record/windows.ts";
export type { InitialOptions } from "../run/initial.ts";
// Running
export type {
  Change,
  ChangeOptions,
  InitialOf,
  InputOptions,
  InputsOf,
  NameOf,
  PathOf,
  RecordOf,
  Run,
  RunInfo,
  Runnable,
  RunOf,
  SetWeights,
  SinkOf,
  StateOf,
  StopReason,
} from "../run/model.ts";
export type { CompileOptions, Progress, RunChoices, RunOptions, SimulateOptions } from "../run/options.ts";
export type { Prepared } from "../run/prepare.ts";
export type {
  FoundSpikes,
  Frame,
  FrameRecords,
  Session,
  SessionOptions,
  SessionWeights,
  SpikeSearch,
} from "../run/session/model.ts";
export { compile, simulate } from "../run/simulate.ts";
export { Simulation } from "../run/simulation.ts";
export type { Snapshot } from "../run/snapshot.ts";
export type { StepInputs, StepOutputs } from "../run/stepper.ts";
export type { StepInputsOf, StepOutputsOf } from "../run/steps.ts";
export type { TriggerAction } from "../run/triggers.ts";
export type { ProjectionWeights } from "../run/weights.ts";
// Somas
export {
  AdaptiveLeakySoma,
  type AdaptiveLeakySomaConfig,
  LeakySoma,
  type LeakySomaConfig,
  RefractoryLeakySoma,
  type RefractoryLeakySomaConfig,
  StrictRefractoryLeakySoma,
  type StrictRefractoryLeakySomaConfig,
} from "../somas/leaky.ts";
