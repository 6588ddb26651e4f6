import { fixedExprs } from "../compile/lower.ts";
import { withUnit } from "../config/field.ts";
import { sizeOf } from "../config/shape.ts";
import type { Expr } from "../expr/expr.ts";
import type { Built, Model } from "../model/component.ts";
import { evaluateFixed } from "../model/fixed.ts";

/*
 * How a soma responds to a constant current, found from its equations: the distance of the threshold, and the resistance
 * around the initial state. Both are those of the first unit, and only tell orders of magnitude.
 */

/** The response of the first unit around its initial state. */
export interface Response {
  /** From the initial potential to the threshold, mV. */
  readonly height: number;
  /** Change of the potential by a constant current, GΩ. */
  readonly resistance: number;
}

/** A change of potential, mV, and of current, pA, around the start. */
const SMALL = 0.01;
/** Distances from the start, mV, beyond which a threshold is not searched. */
const NEAREST = 1e-4;
const FARTHEST = 1e5;

/** The last response of each model, which often returns with the same values of the first unit. */
const last = new WeakMap<Model, { readonly values: FirstUnit; readonly response: Response | undefined }>();
type FirstUnit = Readonly<Record<string, number>>;

/** The response of a soma; undefined if its equations have none, such as without a leak or with noise. */
export const responseOf = (component: Built<Model>): Response | undefined => {
  const { model } = component;
  const port = currentOf(component);
  if (model.kind !== "soma" || !model.next["potential"] || port === undefined) return undefined;
  const values = firstUnit(component);
  const known = last.get(model);
  const names = Object.keys(values);
  if (known && names.every((name) => known.values[name] === values[name])) return known.response;
  const response = find(model, values, port);
  last.set(model, { values, response });
  return response;
};

/** All values before the first step, without input. */
const firstUnit = ({ model, fields, start, dt }: Built<Model>): FirstUnit => {
  const values: Record<string, number> = { unit: 0, step: 0, dt };
  for (const name of Object.keys(model.inputs)) values[model.inputs[name]!.into ?? name] = 0;
  const put = (name: string, value: number | ArrayLike<number>): void => {
    values[name] = typeof value === "number" ? value : value[0]!;
  };
  for (const name of Object.keys(fields)) put(name, fields[name]!);
  for (const name of Object.keys(start)) put(name, start[name]!);
  return values;
};

const find = ({ next, spikes }: Model, values: FirstUnit, port: string): Response | undefined => {
  const dt = values["dt"]!;
  const rest = values["potential"]!;
  const fixed = new Map<Expr, number | Float64Array>();
  const evaluate = (expr: Expr, above: number, current: number): number => {
    const varied = { ...values, potential: rest + above, [port]: current };
    return evaluateFixed(expr, varied, { dt }, new Map(fixed)) as number;
  };
  const after = (above: number, current: number): number => evaluate(next["potential"]!, above, current);
  try {
    for (const expr of fixedExprs([next["potential"]!, spikes])) evaluateFixed(expr, values, { dt }, fixed);
    const leak = 1 - (after(SMALL, 0) - after(0, 0)) / SMALL;
    const resistance = (after(0, SMALL) - after(0, 0)) / SMALL / leak;
    if (!(leak > 1e-9 && resistance > 0 && Number.isFinite(resistance))) return undefined;
    // With the current that keeps the potential there.
    const height = heightOf((above) => evaluate(spikes, above, above / resistance) === 1);
    return height === undefined ? undefined : { height, resistance };
  } catch {
    // Equations that draw numbers have no value before a run.
    return undefined;
  }
};

/** Name of the symbol of the first current. */
const currentOf = ({ model }: Built<Model>): string | undefined => {
  const port = Object.entries(model.inputs).find(([, { payload }]) => payload === "CurrentArray");
  return port && (port[1].into ?? port[0]);
};

/** How far the potential must rise to cause a spike, mV. */
const heightOf = (spikes: (above: number) => boolean): number | undefined => {
  if (spikes(0)) return undefined;
  let high = 1;
  while (spikes(high)) {
    high /= 8;
    if (high < NEAREST) return undefined;
  }
  while (!spikes(high)) {
    high *= 2;
    if (high > FARTHEST) return undefined;
  }
  let low = high / 2;
  for (let k = 0; k < 10; k++) {
    const middle = (low + high) / 2;
    if (spikes(middle)) high = middle;
    else low = middle;
  }
  return high;
};

/** Whether a quantity that is a thousand times larger or smaller would be plausible, but this one is not. */
const plausible = (share: number): boolean => share > 1 / 3 && share < 100;

/** Currents that no model of a neuron makes doubtful, pA. They save the search for its response. */
const ORDINARY = { least: 10, most: 1e4 } as const;

/** A doubt about a current of at most `largest` pA that alone drives a soma. */
export const currentDoubt = (path: string, largest: number, component: Built<Model>): string | undefined => {
  if (largest >= ORDINARY.least && largest <= ORDINARY.most) return undefined;
  const response = responseOf(component);
  if (!response || largest === 0) return undefined;
  const needed = response.height / response.resistance;
  const share = largest / needed;
  const facts = `${path} is at most ${short(largest, "pA")}, but a constant current of about ${short(needed, "pA")} makes a unit spike.`;
  if (share < 0.01 && plausible(share * 1000)) {
    return `${facts} Currents are in pA: for ${short(largest, "nA")}, write ${round(largest * 1000)}.`;
  }
  if (share > 1000 && plausible(share / 1000)) {
    return `${facts} Check the units: currents are in pA and resistances in GΩ.`;
  }
  return undefined;
};

/** Doubts about parameters whose values suggest another unit. */
export const unitDoubts = (component: Built<Model>): string[] => {
  const { model, fields, place } = component;
  const doubts: string[] = [];
  const first = (name: string): number | undefined => {
    const value = fields[name];
    return typeof value === "number" ? value : value?.[0];
  };
  const names = Object.keys(model.fields);
  for (const name of names.filter((field) => model.fields[field]!.unit === "GΩ")) {
    const value = first(name);
    if (value === undefined || value < LARGE_RESISTANCE || value === model.fields[name]!.default) continue;
    doubts.push(
      `${place.at(name).path} is ${short(value, "GΩ")}, far above the resistance of a neuron. For ${short(value, "MΩ")}, write ${round(value / 1000)}.`,
    );
  }
  const potentials = names.filter((field) => model.fields[field]!.unit === "mV");
  const volts = potentials.filter((field) => {
    const value = first(field);
    return value !== undefined && value <= -0.03 && value >= -0.1;
  });
  const small = potentials.every((field) => Math.abs(first(field) ?? 0) <= 0.1);
  if (small && volts.length > 0) {
    const [name] = volts;
    const value = first(name!)!;
    doubts.push(
      `${place.at(name!).path} is ${short(value, "mV")}, which looks like volts. Potentials are in mV: for ${short(value, "V")}, write ${round(value * 1000)}.`,
    );
  }
  return doubts;
};

/** No membrane of a neuron has a resistance of 10 GΩ. */
const LARGE_RESISTANCE = 10;

/** Synapses from one population that excite a target. */
export interface Excitation {
  readonly path: string;
  /** Largest weight. */
  readonly weight: number;
  readonly unit: string;
  /** Expected number of synapses of all targets. */
  readonly synapses: number;
}

/** Difference between the potential and the reversal potential of an excitatory conductance, mV. */
const DRIVING = 60;
/** Largest sum of weights in a membrane time constant over that of one spike of every synapse. */
const OVERLAP = 10;

/** A doubt about the weights of all synapses that drive a soma, if nothing else drives it. */
export const weightDoubt = (excitations: readonly Excitation[], component: Built<Model>): string | undefined => {
  if (excitations.every(({ unit, weight }) => weight <= (MOST[unit] ?? 0)) && isStrong(excitations, component)) return;
  const response = responseOf(component);
  if (!response) return undefined;
  const { height, resistance } = response;
  const units = sizeOf(component.units);
  const jumpOf = ({ weight, unit }: Excitation): number =>
    unit === "mV" ? weight : unit === "nS" ? weight * DRIVING * resistance : weight * resistance;
  const all = excitations.reduce((sum, one) => sum + (jumpOf(one) * one.synapses) / units, 0);
  const [most] = [...excitations].sort((a, b) => jumpOf(b) - jumpOf(a));
  if (!most || all === 0) return undefined;
  const { path, weight, unit } = most;
  if (all * OVERLAP < height && all * OVERLAP * 1000 > height) {
    return `${path} is at most ${short(weight, unit)}. One spike of every excitatory synapse changes the potential by at most ${short(all, "mV")} if it acts for long, but a spike takes ${short(height, "mV")}. Weights are in ${unit}: check whether a value in ${LARGER[unit] ?? "another unit"} was meant.`;
  }
  const strong = jumpOf(most) / height;
  if (strong < (unit === "mV" ? 100 : 1000)) return undefined;
  return `${path} reaches ${short(weight, unit)}, ${round(strong)} times what makes a unit spike. Check the unit: weights are in ${unit}.`;
};

/** Weights that are not doubtful, and sums of the weights of a unit that certainly drive it. */
const MOST: Readonly<Record<string, number>> = { pA: 1e4, nS: 1e3, mV: 100 };
const ENOUGH: Readonly<Record<string, number>> = { pA: 500, nS: 50, mV: 50 };

const isStrong = (excitations: readonly Excitation[], { units }: Built<Model>): boolean =>
  excitations.some(({ weight, unit, synapses }) => (weight * synapses) / sizeOf(units) >= (ENOUGH[unit] ?? Infinity));

const LARGER: Readonly<Record<string, string>> = { pA: "nA", nS: "µS", mV: "V" };

const round = (value: number): number => Number(value.toPrecision(3));
const short = (value: number, unit: string): string => withUnit(round(value), unit);
