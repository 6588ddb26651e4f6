import type { NestedArray, NumericArray } from "../config/shape.ts";

/*
 * Who is connected to whom, as plain data: the same object in code and in a document. The names are those of the
 * field: Senk et al., "Connectivity concepts in neuronal network modeling", PLoS Comput Biol 18 (2022), e1010086.
 *
 * Every rule gives its synapses in an order, by which they are numbered from 0. Draws are counted by that number.
 */

/** A list of numbers, plain or typed. */
export type NumberList = readonly number[] | NumericArray;

export interface AutapseOption {
  /**
   * Whether a unit may be connected to itself; of no effect where the source is another population than the target.
   * Default true, as in NEST.
   */
  readonly autapses?: boolean;
}
export interface MultapseOption {
  /** Whether a pair may have several synapses. Default true, as in NEST. */
  readonly multapses?: boolean;
}

export interface BernoulliOptions extends AutapseOption {
  /** Of a synapse from a source unit to a target unit, from 0 to 1. */
  readonly probability: number;
}
export interface InDegreeOptions extends AutapseOption, MultapseOption {
  /** Synapses that each target unit receives. */
  readonly inDegree: number;
}
export interface OutDegreeOptions extends AutapseOption, MultapseOption {
  /** Synapses that each source unit makes. */
  readonly outDegree: number;
}
export interface TotalOptions extends AutapseOption, MultapseOption {
  /** Synapses of the projection. */
  readonly total: number;
}
export interface ExplicitOptions {
  /** Source unit of each synapse, counted from 0. */
  readonly sources: NumberList;
  /** Target unit of each synapse, counted from 0. */
  readonly targets: NumberList;
  /** Weight of each synapse, in place of the projection's weights. */
  readonly weights?: NumberList;
  /** Delay of each synapse in ms, in place of the projection's delays. */
  readonly delays?: NumberList;
}
export interface DistanceOptions extends AutapseOption {
  /** Of a synapse, by the distance of the two units. */
  readonly probability: DistanceProfile;
}

/** How a probability falls with distance, which has the unit of the positions. */
export type DistanceProfile =
  /** peak · exp(−distance² / (2·width²)) */
  | { readonly gaussian: { readonly peak: number; readonly width: number; readonly reach?: number } }
  /** peak · exp(−distance / length) */
  | { readonly exponential: { readonly peak: number; readonly length: number; readonly reach?: number } }
  /** peak up to the distance reach, 0 beyond it. */
  | { readonly disc: { readonly peak: number; readonly reach: number } };

export type Rule =
  | { readonly allToAll: AutapseOption }
  | { readonly oneToOne: Readonly<Record<never, never>> }
  | { readonly pairwiseBernoulli: BernoulliOptions }
  | { readonly distanceBernoulli: DistanceOptions }
  | { readonly fixedInDegree: InDegreeOptions }
  | { readonly fixedOutDegree: OutDegreeOptions }
  | { readonly fixedTotalNumber: TotalOptions }
  | { readonly explicit: ExplicitOptions };

/** Every source unit to every target unit, in order of source units, then of target units. */
export const allToAll = (options: AutapseOption = {}): Rule => ({ allToAll: options });
/** Source unit k to target unit k, of populations of one size. */
export const oneToOne = (): Rule => ({ oneToOne: {} });
/** Each pair with the same probability, by itself; in order of source units, then of target units. */
export const pairwiseBernoulli = (options: BernoulliOptions): Rule => ({ pairwiseBernoulli: options });
/** Each pair with a probability that falls with their distance, by itself; in order of source units. */
export const distanceBernoulli = (options: DistanceOptions): Rule => ({ distanceBernoulli: options });
/** The same number of synapses for each target unit, their sources drawn uniformly; in order of target units. */
export const fixedInDegree = (options: InDegreeOptions): Rule => ({ fixedInDegree: options });
/** The same number of synapses for each source unit, their targets drawn uniformly; in order of source units. */
export const fixedOutDegree = (options: OutDegreeOptions): Rule => ({ fixedOutDegree: options });
/** A number of synapses, each between a source and a target drawn uniformly; in order of source units. */
export const fixedTotalNumber = (options: TotalOptions): Rule => ({ fixedTotalNumber: options });
/** The synapses of lists, in their order. Columns of `readCsv` and arrays of `decodeNpz` may be given as they are. */
export const explicit = (options: ExplicitOptions): Rule => ({ explicit: options });

/** Where the units of a population are: one list of coordinates a unit, in any unit of length. */
export type Positions = NestedArray;
