import { drawValues } from "../config/initializer.ts";
import type { ReadIntegrator } from "../graph/integrator.ts";
import { doubles } from "../math/doubles.ts";
import { exp, expm1, tanh } from "../math/elementary.ts";
import { keyOf } from "../math/threefry.ts";
import type { FilterState, Tuning } from "./tuning.ts";

/*
 * Integrators count the spikes of each group in a step, and then advance their traces. All values are in double
 * precision. Python Spark's scales depend on dt and on the number of units; normalised ones do not.
 */

type Options<N> = Extract<ReadIntegrator, { readonly name: N }>["value"];

/** The equations of an integrator. */
interface Law {
  /** Number of values at its end. */
  readonly columns: number;
  /** Number of traces. */
  readonly traces: number;
  /** Number of groups of units. */
  readonly groups: number;
  /** Advances the traces by a step, with the number of spikes of each group. */
  step(traces: Float64Array, counts: Float64Array): void;
  read(traces: Float64Array, out: Float64Array): void;
}

/** Fraction that a trace loses in a step. */
const lossOf = (tau: number, dt: number): number => -expm1(doubles, -dt / tau);
const keptOf = (tau: number, dt: number): number => exp(doubles, -dt / tau);

/** Spikes of one unit per step at the largest rate. */
const spikesPerStep = (rateMax: number, dt: number): number => (rateMax * dt) / 1000;

/** Increase of a trace by a spike in Python Spark. */
const referenceGain = (rateMax: number, tau: number, dt: number, size: number): number =>
  1000 / rateMax / (dt * tau * size);

const exponentialLaw = (own: Options<"exponential">, sizes: readonly number[], dt: number): Law => {
  const { tau, smooth, decayTau, rateMax, normalised } = own;
  const groups = sizes.length;
  const rise = smooth ? (tau * decayTau) / (tau + decayTau) : tau;
  const [keptRise, keptDecay] = [keptOf(rise, dt), keptOf(decayTau, dt)];
  const [lossRise, lossDecay] = [lossOf(rise, dt), lossOf(decayTau, dt)];
  // The sum of the response to a spike over all steps is 1 divided by the spikes per step of the group at the largest rate.
  const area = smooth ? 1 / lossDecay - 1 / lossRise : 1 / lossRise;
  const gains = sizes.map((size) => 1 / (area * spikesPerStep(rateMax, dt) * size));
  const reference = sizes.map((size) => referenceGain(rateMax, tau, dt, size));
  const riseGains = normalised ? gains : reference;
  const decayGains = normalised ? gains : sizes.map(() => 1 / decayTau);
  return {
    columns: groups,
    traces: smooth ? 2 * groups : groups,
    groups,
    step: (traces, counts) => {
      for (let k = 0; k < groups; k++) {
        traces[k] = traces[k]! * keptRise + riseGains[k]! * counts[k]!;
        if (smooth) traces[groups + k] = traces[groups + k]! * keptDecay + decayGains[k]! * counts[k]!;
      }
    },
    read: (traces, out) => {
      for (let k = 0; k < groups; k++) out[k] = smooth ? traces[groups + k]! - traces[k]! : traces[k]!;
    },
  };
};

const tanhLaw = (own: Options<"tanh">, sizes: readonly number[], dt: number): Law => {
  const { tau, smooth, smoothTau, rateMax, normalised } = own;
  const kept = keptOf(tau, dt);
  const gains = sizes.map((size) =>
    normalised ? lossOf(tau, dt) / (spikesPerStep(rateMax, dt) * size) : referenceGain(rateMax, tau, dt, size),
  );
  const keptSmooth = keptOf(smoothTau, dt);
  const smoothGain = normalised ? lossOf(smoothTau, dt) : 1 / smoothTau;
  const limited = (value: number): number => Math.min(1, Math.max(-1, value));
  return {
    columns: 1,
    traces: smooth ? 3 : 2,
    groups: 2,
    step: (traces, counts) => {
      for (let k = 0; k < 2; k++) traces[k] = limited(traces[k]! * kept + gains[k]! * counts[k]!);
      if (smooth) traces[2] = limited(traces[2]! * keptSmooth + smoothGain * (traces[0]! - traces[1]!));
    },
    read: (traces, out) => {
      out[0] = tanh(doubles, Math.PI * (smooth ? traces[2]! : traces[0]! - traces[1]!));
    },
  };
};

/** The units that an integrator reads, and the key of its draws. */
export interface Integrated {
  /** Number of units of each population, in order. */
  readonly sizes: readonly number[];
  readonly seed: number;
  readonly name: string;
}

/** Output of each unit. */
const groupsOf = ({ name, value }: ReadIntegrator, { sizes, seed, name: readout }: Integrated): Int32Array => {
  if (name === "tanh") return Int32Array.from(sizes.flatMap((size, k) => new Array<number>(size).fill(k)));
  const size = sizes.reduce((sum, own) => sum + own, 0);
  if (value.map) return Int32Array.from(value.map);
  // The first groups get the units that remain.
  const [least, more] = [Math.floor(size / value.outputs), size % value.outputs];
  const groups = new Int32Array(size);
  const order = value.shuffle ? shuffled(size, seed, readout) : undefined;
  for (let output = 0, at = 0; output < value.outputs; output++) {
    const end = at + least + (output < more ? 1 : 0);
    for (; at < end; at++) groups[order ? order[at]! : at] = output;
  }
  return groups;
};

/** The numbers of units in random order. */
const shuffled = (size: number, seed: number, readout: string): Int32Array => {
  const drawn = drawValues({ uniform: { min: 0, max: 1 } }, keyOf(seed, `readouts.${readout}.shuffle`), [size]);
  return new Int32Array(size).map((_, unit) => unit).sort((a, b) => drawn[a]! - drawn[b]! || a - b);
};

/**
 * Reads spikes with an integrator. The traces advance step by step, and the spikes of the last step wait until it is over,
 * so the times of reading and the division into chunks never change a bit.
 */
export class IntegratorFilter {
  readonly kind = "spikes";
  readonly keeps = true;
  /** The traces and then the counts of the step `since`. */
  readonly state: FilterState;
  readonly columns: number;
  readonly #law: Law;
  readonly #groups: Int32Array;
  readonly #traces: Float64Array;
  readonly #counts: Float64Array;
  readonly #copy: Float64Array;
  #scale: number;

  constructor(integrator: ReadIntegrator, integrated: Integrated, scale: number, dt: number) {
    this.#groups = groupsOf(integrator, integrated);
    const outputs = integrator.name === "tanh" ? 2 : integrator.value.outputs;
    const sizes = new Array<number>(outputs).fill(0);
    for (const group of this.#groups) sizes[group]!++;
    this.#law =
      integrator.name === "tanh" ? tanhLaw(integrator.value, sizes, dt) : exponentialLaw(integrator.value, sizes, dt);
    const { traces, groups, columns } = this.#law;
    this.columns = columns;
    const values = new Float64Array(traces + groups);
    this.state = { values, since: new Float64Array(1) };
    this.#traces = values.subarray(0, traces);
    this.#counts = values.subarray(traces);
    this.#copy = new Float64Array(traces);
    this.#scale = scale;
  }

  /** Uses another scale from now on. */
  tune({ scale }: Tuning, _step: number): void {
    this.#scale = scale;
  }

  /** Adds a spike. Steps count from 1 and must not decrease from call to call. */
  add(step: number, unit: number): void {
    this.#advance(step);
    this.#counts[this.#groups[unit]!]!++;
  }

  /** Writes the values at the end of a step. */
  read(step: number, out: Float64Array): void {
    this.#advance(step);
    this.#copy.set(this.#traces);
    this.#law.step(this.#copy, this.#counts);
    this.#law.read(this.#copy, out);
    if (this.#scale !== 1) for (let k = 0; k < out.length; k++) out[k] = out[k]! * this.#scale;
  }

  /** Ends the steps before the given one. */
  #advance(step: number): void {
    const { since } = this.state;
    for (; since[0]! < step; since[0]!++) {
      this.#law.step(this.#traces, this.#counts);
      this.#counts.fill(0);
    }
  }
}
