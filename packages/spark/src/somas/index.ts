import type { ComponentType } from "../model/component.ts";
import { AdaptiveThresholdSoma } from "./adaptive-threshold.ts";
import { HodgkinHuxleySoma, TraubMilesSoma } from "./conductance.ts";
import { CoupledAdaptiveExponentialSoma, CoupledLeakySoma } from "./coupled.ts";
import { AdaptiveIzhikevichSoma, DoublyAdaptiveExponentialSoma, DoublyAdaptiveLeakySoma } from "./doubly-adaptive.ts";
import { GeneralizedIntegrateAndFireSoma, SpikeResponseSoma } from "./escape.ts";
import {
  AdaptiveExponentialSoma,
  ExponentialSoma,
  RefractoryExponentialSoma,
  SimplifiedAdaptiveExponentialSoma,
} from "./exponential.ts";
import { InactivatingThresholdSoma } from "./inactivating.ts";
import { AccommodatingIzhikevichSoma, IzhikevichSoma } from "./izhikevich.ts";
import { Izhikevich2007Soma } from "./izhikevich-2007.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma } from "./leaky.ts";
import { MorrisLecarSoma } from "./morris-lecar.ts";
import { PinskyRinzelSoma } from "./pinsky-rinzel.ts";
import { QuadraticIntegrateAndFireSoma, ThetaSoma } from "./quadratic.ts";

export {
  AdaptiveLeakySoma,
  type AdaptiveLeakySomaConfig,
  LeakySoma,
  type LeakySomaConfig,
  RefractoryLeakySoma,
  StrictRefractoryLeakySoma,
} from "./leaky.ts";

/**
 * Every soma of the library by name, simplest first. The conformance tests, the documentation and the command line use
 * this list.
 */
export const somas = {
  LeakySoma,
  RefractoryLeakySoma,
  StrictRefractoryLeakySoma,
  AdaptiveLeakySoma,
  ExponentialSoma,
  RefractoryExponentialSoma,
  AdaptiveExponentialSoma,
  SimplifiedAdaptiveExponentialSoma,
  IzhikevichSoma,
  AccommodatingIzhikevichSoma,
  Izhikevich2007Soma,
  QuadraticIntegrateAndFireSoma,
  ThetaSoma,
  AdaptiveThresholdSoma,
  InactivatingThresholdSoma,
  GeneralizedIntegrateAndFireSoma,
  SpikeResponseSoma,
  MorrisLecarSoma,
  HodgkinHuxleySoma,
  TraubMilesSoma,
  DoublyAdaptiveLeakySoma,
  DoublyAdaptiveExponentialSoma,
  AdaptiveIzhikevichSoma,
  CoupledLeakySoma,
  CoupledAdaptiveExponentialSoma,
  PinskyRinzelSoma,
} as const satisfies Readonly<Record<string, ComponentType>>;
