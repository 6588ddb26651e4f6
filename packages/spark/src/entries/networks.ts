/*
 * The parts of networks, which "spark-snn" also exports. "spark-snn/page/networks" combines them with the core in one
 * file, for pages without a bundler. Inside src/, only index.ts and page.ts import this file.
 */
// Connectivity

export {
  allToAll,
  distanceBernoulli,
  explicit,
  fixedInDegree,
  fixedOutDegree,
  fixedTotalNumber,
  oneToOne,
  type Positions,
  pairwiseBernoulli,
  type Rule as ConnectionRule,
} from "../connectivity/rule.ts";
export type { SynapseBatch, Synapses } from "../connectivity/synapses.ts";
export { byDistance, bySource, byTarget, type SynapseValues } from "../connectivity/values.ts";
// Neurons and brains
export { type Brain, brain } from "../graph/brain.ts";
export type { BrainOptions, Input, Projection } from "../graph/brain-options.ts";
export { exponentialIntegrator, type Integrator, tanhIntegrator } from "../graph/integrator.ts";
export {
  type Neuron,
  type NeuronOptions,
  neuron,
  type Population,
  type Soma,
  type SpikeSource,
} from "../graph/neuron.ts";
export type { Readout, Readouts, StatesOf } from "../graph/readout.ts";
export type { Signal } from "../graph/signal.ts";
export type { Layout } from "../layout/layout.ts";
export {
  type EndScope,
  type PlasticityDefinition,
  type PlasticityScope,
  plasticity,
  type UnitScope,
} from "../model/plasticity.ts";
// Somas beyond the leaky ones
export { type PresetType, withPresets } from "../model/presets.ts";
export type { ByKind, RuleValue } from "../model/rule-config.ts";
export type {
  Moment,
  Plasticity,
  PlasticityConfigOf,
  PlasticityModel,
  PlasticityType,
  Space,
  TargetStates,
  Updates,
} from "../model/rule-model.ts";
export type { PresetRule } from "../model/rule-presets.ts";
export {
  type SignalInputs,
  type SpikeSourceDefinition,
  type SpikeSourceScope,
  type SpikeSourceStep,
  spikeSource,
} from "../model/spike-source.ts";
export {
  type CurrentOf,
  type Observed,
  type Synapse,
  type SynapseConfigOf,
  type SynapseDefinition,
  type SynapseModel,
  type SynapseScope,
  type SynapseStep,
  type SynapseType,
  synapse,
} from "../model/synapse.ts";
export {
  AdaptiveLIFNeuron,
  AdExNeuron,
  ALIFNeuron,
  LIFNeuron,
  type ReadyMade,
  type ReadyMadeSynapses,
  RefractoryLIFNeuron,
} from "../neurons/ready-made.ts";
// Plasticity rules
export {
  BehaviouralTimescaleRule,
  type BehaviouralTimescaleRuleConfig,
  CalciumPlasticity,
  type CalciumPlasticityConfig,
  CentredPairStdp,
  type CentredPairStdpConfig,
  ClopathStdp,
  type ClopathStdpConfig,
  DopamineStdp,
  type DopamineStdpConfig,
  HebbianRule,
  type HebbianRuleConfig,
  InhibitoryStdp,
  type InhibitoryStdpConfig,
  NearestPairStdp,
  type NearestPairStdpConfig,
  NearestTripletStdp,
  type NearestTripletStdpConfig,
  OjaRule,
  type OjaRuleConfig,
  OrchestratedStdp,
  type OrchestratedStdpConfig,
  PairStdp,
  type PairStdpConfig,
  PowerLawStdp,
  type PowerLawStdpConfig,
  QuadrupletRule,
  type QuadrupletRuleConfig,
  ResourceUsageRule,
  type ResourceUsageRuleConfig,
  RestrictedPairStdp,
  type RestrictedPairStdpConfig,
  ShortTermPlasticity,
  type ShortTermPlasticityConfig,
  SynapticScaling,
  type SynapticScalingConfig,
  TripletStdp,
  type TripletStdpConfig,
  WeightNormalization,
  type WeightNormalizationConfig,
  ZenkeRule,
  type ZenkeRuleConfig,
} from "../plasticity/index.ts";
// Running
export type {
  BrainCompileOptions,
  BrainRunOptions,
  BrainSimulateOptions,
  BrainSimulation,
} from "../run/brain.ts";
export type {
  BrainRecordOptions,
  BrainRecords,
  BrainRun,
  BrainRunInfo,
  PopulationRun,
  ReadoutRecordOptions,
} from "../run/model.ts";
export type { BrainStepInputs, BrainStepOutputs, ReadoutValues } from "../run/steps.ts";
export { AdaptiveThresholdSoma, type AdaptiveThresholdSomaConfig } from "../somas/adaptive-threshold.ts";
export { cableSoma } from "../somas/cable.ts";
export {
  HodgkinHuxleySoma,
  type HodgkinHuxleySomaConfig,
  TraubMilesSoma,
  type TraubMilesSomaConfig,
} from "../somas/conductance.ts";
export {
  CoupledAdaptiveExponentialSoma,
  type CoupledAdaptiveExponentialSomaConfig,
  CoupledLeakySoma,
  type CoupledLeakySomaConfig,
} from "../somas/coupled.ts";
export {
  AdaptiveIzhikevichSoma,
  type AdaptiveIzhikevichSomaConfig,
  DoublyAdaptiveExponentialSoma,
  type DoublyAdaptiveExponentialSomaConfig,
  DoublyAdaptiveLeakySoma,
  type DoublyAdaptiveLeakySomaConfig,
} from "../somas/doubly-adaptive.ts";
export {
  GeneralizedIntegrateAndFireSoma,
  type GeneralizedIntegrateAndFireSomaConfig,
  SpikeResponseSoma,
  type SpikeResponseSomaConfig,
} from "../somas/escape.ts";
export {
  AdaptiveExponentialSoma,
  type AdaptiveExponentialSomaConfig,
  ExponentialSoma,
  type ExponentialSomaConfig,
  RefractoryExponentialSoma,
  type RefractoryExponentialSomaConfig,
  SimplifiedAdaptiveExponentialSoma,
  type SimplifiedAdaptiveExponentialSomaConfig,
} from "../somas/exponential.ts";
export { InactivatingThresholdSoma, type InactivatingThresholdSomaConfig } from "../somas/inactivating.ts";
export { AccommodatingIzhikevichSoma, IzhikevichSoma, type IzhikevichSomaConfig } from "../somas/izhikevich.ts";
export { Izhikevich2007Soma, type Izhikevich2007SomaConfig } from "../somas/izhikevich-2007.ts";
export { MorrisLecarSoma, type MorrisLecarSomaConfig } from "../somas/morris-lecar.ts";
export { PinskyRinzelSoma, type PinskyRinzelSomaConfig } from "../somas/pinsky-rinzel.ts";
export {
  QuadraticIntegrateAndFireSoma,
  type QuadraticIntegrateAndFireSomaConfig,
  ThetaSoma,
  type ThetaSomaConfig,
} from "../somas/quadratic.ts";
// Sources
export {
  type Drive,
  LinearSpiker,
  type LinearSpikerConfig,
  PoissonDrive,
  type PoissonDriveConfig,
  PoissonSource,
  type PoissonSourceConfig,
  PoissonSpiker,
  type PoissonSpikerConfig,
  SignalAccumulator,
  type SignalAccumulatorConfig,
  SignalAverage,
  type SignalAverageConfig,
  SignalSource,
  type SignalSourceConfig,
  SpikeReplay,
  type SpikeReplayConfig,
  TopologicalLinearSpiker,
  type TopologicalLinearSpikerConfig,
  TopologicalPoissonSpiker,
  type TopologicalPoissonSpikerConfig,
} from "../sources/index.ts";
// Synapses
export {
  AlphaSynapse,
  type AlphaSynapseConfig,
  ConductanceAlphaSynapse,
  type ConductanceAlphaSynapseConfig,
  ConductanceExponentialSynapse,
  type ConductanceExponentialSynapseConfig,
  DeltaSynapse,
  type DeltaSynapseConfig,
  ExponentialSynapse,
  type ExponentialSynapseConfig,
  FastSlowSynapse,
  type FastSlowSynapseConfig,
  LinearSynapse,
  type LinearSynapseConfig,
  RiseDecaySynapse,
  type RiseDecaySynapseConfig,
} from "../synapses/index.ts";
