import { Place, Site } from "../config/place.ts";
import { type NumericArray, sizeOf } from "../config/shape.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { ConfigError, StateError } from "../errors/errors.ts";
import type { Component } from "../model/component.ts";
import type { SpikeRecording } from "../record/recordings.ts";
import { stepsOf } from "../run/duration.ts";
import type { Progress } from "../run/options.ts";
import { compile, simulate } from "../run/simulate.ts";
import {
  componentOf,
  type Examined,
  isPopulation,
  type ProtocolOptions,
  protocolKeys,
  readCurrents,
  runOptions,
  stepOf,
  withUnits,
} from "./population.ts";

/** Options of `frequencyCurve`. */
export type FrequencyCurveOptions = ProtocolOptions & {
  /** Constant currents, pA, in any order; at least one. */
  readonly currents: readonly number[] | NumericArray;
  /** Time over which spikes are counted, after `settle`, ms; a whole number of steps. */
  readonly duration: number;
  /** Time before the count, in which the soma settles, ms; a whole number of steps. Default 0. */
  readonly settle?: number;
  /** Called at most ten times per second. */
  readonly progress?: (progress: Progress) => void;
};

/**
 * Response of somas to constant currents. The entry of current k and unit u is at k · `units` + u: for one unit, one entry
 * per current, in the given order.
 */
export interface FrequencyCurve {
  /** pA */
  readonly currents: Float64Array;
  /** Number of units. */
  readonly units: number;
  /** Number of spikes within `duration`, divided by `duration`, Hz. */
  readonly rates: Float64Array;
  /** Time from the start of the current to the first spike, ms; Infinity without a spike. */
  readonly latencies: Float64Array;
}

/**
 * Measures the f–I curve of a soma from rest, with currents that are constant from the start. Takes a component, or a
 * model for its defaults; both built-in and custom somas work. One unit is measured in one run, in which each unit gets
 * one of the currents. A population, whose units may have parameters of their own, is run once for each current.
 *
 * @throws ConfigError for an invalid option; ShapeError for parameters of other shapes than the units; StateError if
 * aborted.
 */
export const frequencyCurve = async (soma: Examined, options: FrequencyCurveOptions): Promise<FrequencyCurve> => {
  const where = "frequencyCurve";
  const site = new Site(new Place([where]), [], undefined);
  const { issues } = site;
  const component = componentOf(where, soma);
  refuseUnknown(options, [...protocolKeys, "currents", "duration", "settle", "progress"], site);
  const currents = readCurrents(`${where}.currents`, options.currents, issues);
  const { duration, settle = 0, progress } = options;
  const dt = stepOf(component, options);
  stepsOf(duration, dt, site.at("duration"));
  const before = settle === 0 ? 0 : stepsOf(settle, dt, site.at("settle"));
  if (issues.length > 0) throw new ConfigError(issues);
  if (isPopulation(component)) {
    return measurePopulation(where, component, currents, { ...options, duration, settle }, before);
  }
  const spikes = await runAtCurrents(where, component, currents, settle + duration, options, progress);
  const rates = new Float64Array(currents.length);
  const latencies = new Float64Array(currents.length).fill(Number.POSITIVE_INFINITY);
  const { units, steps, times } = spikes;
  for (let k = 0; k < units.length; k++) {
    const unit = units[k]!;
    if (steps[k]! > before) rates[unit]!++;
    latencies[unit] = Math.min(latencies[unit]!, times[k]!);
  }
  return { currents, units: 1, rates: rates.map((count) => (1000 * count) / duration), latencies };
};

/** Runs a population once for each current. The runs share one compiled simulation. */
const measurePopulation = async (
  where: string,
  component: Component,
  currents: Float64Array,
  options: FrequencyCurveOptions & { readonly settle: number },
  before: number,
): Promise<FrequencyCurve> => {
  const { signal, ...compiled } = runOptions(options);
  const { duration, settle, progress } = options;
  const begin = performance.now();
  const simulation = await compile(component, compiled);
  try {
    const count = sizeOf(simulation.units);
    const rates = new Float64Array(currents.length * count);
    const latencies = new Float64Array(currents.length * count).fill(Number.POSITIVE_INFINITY);
    for (const [k, current] of currents.entries()) {
      simulation.reset();
      const run = await simulation.run({
        duration: settle + duration,
        inputs: { current },
        record: { outSpikes: true },
        ...(signal && { signal }),
        ...(progress && { progress: (own: Progress) => progress(progressAt(own, k, currents.length, begin)) }),
      });
      if (!run.complete) {
        throw new StateError(`${where} was aborted at ${current} pA. Start it again to get a result.`);
      }
      const { steps, units } = run.outSpikes;
      const times = run.outSpikes.times();
      for (let i = 0; i < units.length; i++) {
        const entry = k * count + units[i]!;
        if (steps[i]! > before) rates[entry]!++;
        latencies[entry] = Math.min(latencies[entry]!, times[i]!);
      }
    }
    return { currents, units: count, rates: rates.map((spikes) => (1000 * spikes) / duration), latencies };
  } finally {
    simulation.dispose();
  }
};

/** The progress of run k of several equal ones. */
const progressAt = ({ step, steps }: Progress, k: number, runs: number, begin: number): Progress => {
  const fraction = (k + step / steps) / runs;
  const elapsed = (performance.now() - begin) / 1000;
  const remaining = fraction === 0 ? Number.POSITIVE_INFINITY : elapsed / fraction - elapsed;
  return { step: k * steps + step, steps: runs * steps, fraction, elapsed, remaining };
};

/** The spike data of a run that a protocol needs. */
export type AnsweredSpikes = Pick<SpikeRecording, "steps" | "units"> & {
  readonly times: Float64Array;
};

/** Runs one unit per current from rest and returns all spikes. @throws StateError if the run was aborted. */
export const runAtCurrents = async (
  where: string,
  component: Component,
  currents: Float64Array,
  duration: number,
  options: ProtocolOptions,
  progress?: (progress: Progress) => void,
): Promise<AnsweredSpikes> => {
  const run = await simulate(withUnits(component, currents.length), {
    ...runOptions(options),
    duration,
    inputs: { current: currents },
    record: { outSpikes: true },
    ...(progress && { progress }),
  });
  if (!run.complete)
    throw new StateError(`${where} was aborted at ${run.duration} ms. Start it again to get a result.`);
  const { steps, units } = run.outSpikes;
  return { steps, units, times: run.outSpikes.times() };
};
