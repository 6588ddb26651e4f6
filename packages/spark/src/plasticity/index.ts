import type { PlasticityType } from "../model/rule-model.ts";
import { BehaviouralTimescaleRule } from "./behavioural.ts";
import { CalciumPlasticity } from "./calcium.ts";
import { DopamineStdp } from "./dopamine.ts";
import { HebbianRule, OjaRule, QuadrupletRule, ZenkeRule } from "./hebbian.ts";
import { SynapticScaling, WeightNormalization } from "./homeostasis.ts";
import { InhibitoryStdp } from "./inhibitory.ts";
import { OrchestratedStdp } from "./orchestrated.ts";
import { ResourceUsageRule, ShortTermPlasticity } from "./short-term.ts";
import { CentredPairStdp, NearestPairStdp, PairStdp, PowerLawStdp, RestrictedPairStdp } from "./stdp.ts";
import { NearestTripletStdp, TripletStdp } from "./triplet.ts";
import { ClopathStdp } from "./voltage.ts";

export { BehaviouralTimescaleRule, type BehaviouralTimescaleRuleConfig } from "./behavioural.ts";
export { CalciumPlasticity, type CalciumPlasticityConfig } from "./calcium.ts";
export { DopamineStdp, type DopamineStdpConfig } from "./dopamine.ts";
export {
  HebbianRule,
  type HebbianRuleConfig,
  OjaRule,
  type OjaRuleConfig,
  QuadrupletRule,
  type QuadrupletRuleConfig,
  ZenkeRule,
  type ZenkeRuleConfig,
} from "./hebbian.ts";
export {
  SynapticScaling,
  type SynapticScalingConfig,
  WeightNormalization,
  type WeightNormalizationConfig,
} from "./homeostasis.ts";
export { InhibitoryStdp, type InhibitoryStdpConfig } from "./inhibitory.ts";
export { OrchestratedStdp, type OrchestratedStdpConfig } from "./orchestrated.ts";
export {
  ResourceUsageRule,
  type ResourceUsageRuleConfig,
  ShortTermPlasticity,
  type ShortTermPlasticityConfig,
} from "./short-term.ts";
export {
  CentredPairStdp,
  type CentredPairStdpConfig,
  NearestPairStdp,
  type NearestPairStdpConfig,
  PairStdp,
  type PairStdpConfig,
  PowerLawStdp,
  type PowerLawStdpConfig,
  RestrictedPairStdp,
  type RestrictedPairStdpConfig,
} from "./stdp.ts";
export { NearestTripletStdp, type NearestTripletStdpConfig, TripletStdp, type TripletStdpConfig } from "./triplet.ts";
export { ClopathStdp, type ClopathStdpConfig } from "./voltage.ts";

/**
 * Every plasticity rule of the library by name, simplest first. The conformance tests, the documentation and the command
 * line use this list.
 */
export const plasticityRules = {
  PairStdp,
  NearestPairStdp,
  CentredPairStdp,
  RestrictedPairStdp,
  PowerLawStdp,
  TripletStdp,
  NearestTripletStdp,
  OrchestratedStdp,
  ClopathStdp,
  InhibitoryStdp,
  ShortTermPlasticity,
  DopamineStdp,
  CalciumPlasticity,
  WeightNormalization,
  SynapticScaling,
  HebbianRule,
  OjaRule,
  ZenkeRule,
  QuadrupletRule,
  BehaviouralTimescaleRule,
  ResourceUsageRule,
} as const satisfies Readonly<Record<string, PlasticityType>>;
