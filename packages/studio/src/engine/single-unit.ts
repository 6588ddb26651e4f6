import { experiment, frequencyCurve, rheobase, type SomaExperiment, simulate } from "spark-snn";
import { type JsonObject, objectAt } from "../core/json.ts";
import type { CurrentCurve, StepResponse } from "../core/protocol.ts";
import { tracedVariable } from "../core/recording.ts";
import { rounded } from "./statistics.ts";

/* Experiments with one unit of a population, without the network. */

/** Keys of a population in a network that do not belong to its soma. */
const ofNetworks = ["synapses", "inhibitory", "excitatorySynapse", "inhibitorySynapse"];

const curvePoints = 41;
/** Time in which the smallest current makes a unit spike, ms. */
const rheobaseTime = 1000;

interface Unit {
  readonly component: SomaExperiment["component"];
  /** ms */
  readonly dt: number;
  /** pA; undefined if the unit does not spike at any current. */
  readonly least: number | undefined;
}

const unitOf = async (document: JsonObject, population: string, purpose: string): Promise<Unit> => {
  const whole = objectAt(document, "model");
  const own = population === "" ? whole : objectAt(whole, "populations", population);
  const model = Object.fromEntries(Object.entries({ ...own, units: [1] }).filter(([key]) => !ofNetworks.includes(key)));
  const read = await experiment({ model, dt: document["dt"] ?? 1, duration: document["dt"] ?? 1 } as never);
  if (read.kind !== "soma" || own["source"] !== undefined) throw new Error(`${purpose} needs a population of somas.`);
  const { component, settings } = read;
  const { dt } = settings;
  const duration = Math.round(rheobaseTime / dt) * dt;
  const least = await rheobase(component as never, { dt, duration, tolerance: 0.1 }).catch(() => undefined);
  return { component, dt, least };
};

/** Measures one unit of a population, from no current to three times its rheobase. */
export const currentCurve = async (document: JsonObject, population: string): Promise<CurrentCurve> => {
  const { component, dt, least } = await unitOf(document, population, "The f–I curve");
  const duration = Math.round(1000 / dt) * dt;
  const highest = rounded(3 * (least ?? 200));
  const currents = Float64Array.from({ length: curvePoints }, (_, k) => (highest * k) / (curvePoints - 1));
  const curve = await frequencyCurve(component as never, { currents, dt, duration, settle: Math.round(200 / dt) * dt });
  return { currents: curve.currents, rates: curve.rates, rheobase: least };
};

/** Current of the step relative to the rheobase: several spikes, so that adaptation shows. */
const overRheobase = 1.3;

/** The response of one unit to a step of current. */
export const stepResponse = async (document: JsonObject, population: string): Promise<StepResponse> => {
  const { component, dt, least } = await unitOf(document, population, "The response to a step");
  const at = (time: number): number => Number((Math.max(1, Math.round(time / dt)) * dt).toPrecision(12));
  const [from, to, duration] = [at(50), at(250), at(300)];
  const amplitude = Number((overRheobase * (least ?? 200)).toPrecision(2));
  const variable = tracedVariable(document, population === "" ? "model" : `populations.${population}`);
  const run = (await simulate(component, {
    dt,
    duration,
    inputs: { current: { step: { amplitude, from, to } } },
    record: { outSpikes: true, [variable]: true },
  } as never)) as unknown as { readonly outSpikes: { readonly count: number } } & Record<
    string,
    { readonly unit: string; readonly values: ArrayLike<number> }
  >;
  const { unit, values } = run[variable]!;
  const trace = Float64Array.from(values);
  return {
    variable,
    unit: unit === "1" ? "" : unit,
    values: trace,
    low: trace.reduce((smallest, value) => Math.min(smallest, value)),
    high: trace.reduce((largest, value) => Math.max(largest, value)),
    amplitude,
    from,
    to,
    duration,
    dt,
    spikes: run.outSpikes.count,
  };
};
