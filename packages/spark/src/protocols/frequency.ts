import { Place, Site } from "../config/place.ts";
import type { NumericArray } from "../config/shape.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { ConfigError, StateError } from "../errors/errors.ts";
import type { Component } from "../model/component.ts";
import type { SpikeRecording } from "../record/recordings.ts";
import { stepsOf } from "../run/duration.ts";
import type { Progress } from "../run/options.ts";
import { simulate } from "../run/simulate.ts";
import {
  type Examined,
  examinedComponent,
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

/** Response of a soma to constant currents: one entry per current, in the given order. */
export interface FrequencyCurve {
  /** pA */
  readonly currents: Float64Array;
  /** Number of spikes within `duration`, divided by `duration`, Hz. */
  readonly rates: Float64Array;
  /** Time from the start of the current to the first spike, ms; Infinity without a spike. */
  readonly latencies: Float64Array;
}

/**
 * Measures the f–I curve of a soma in one run from rest. Each unit gets one of the currents, constant from the start.
 * Takes a component of one unit, or a model for its defaults; both built-in and custom somas work.
 *
 * @throws ConfigError for an invalid option, and for a component whose fields differ between units; StateError if
 * aborted.
 */
export const frequencyCurve = async (soma: Examined, options: FrequencyCurveOptions): Promise<FrequencyCurve> => {
  const where = "frequencyCurve";
  const site = new Site(new Place([where]), [], undefined);
  const { issues } = site;
  const component = examinedComponent(where, soma, issues);
  refuseUnknown(options, [...protocolKeys, "currents", "duration", "settle", "progress"], site);
  const currents = readCurrents(`${where}.currents`, options.currents, issues);
  const { duration, settle = 0, progress } = options;
  const dt = stepOf(component, options);
  stepsOf(duration, dt, site.at("duration"));
  const before = settle === 0 ? 0 : stepsOf(settle, dt, site.at("settle"));
  if (issues.length > 0) throw new ConfigError(issues);
  const spikes = await runAtCurrents(where, component, currents, settle + duration, options, progress);
  const rates = new Float64Array(currents.length);
  const latencies = new Float64Array(currents.length).fill(Number.POSITIVE_INFINITY);
  const { units, steps, times } = spikes;
  for (let k = 0; k < units.length; k++) {
    const unit = units[k]!;
    if (steps[k]! > before) rates[unit]!++;
    latencies[unit] = Math.min(latencies[unit]!, times[k]!);
  }
  return { currents, rates: rates.map((count) => (1000 * count) / duration), latencies };
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
