import type { Change } from "./commands.ts";
import { isNetwork, sectionOf } from "./graph.ts";
import { equalJson, isObject, type Json, type JsonObject, objectAt, valueAt, withAt } from "./json.ts";
import type { PlacedPulse, Steered } from "./protocol.ts";

/*
 * What was changed in a run, as a document: parameters, weights and spikes become its `changes`, other inputs and pulses
 * become inputs over time. A run of this document repeats the run that was steered, to the bit; noise that becomes a part
 * of a sum is the exception.
 */

/** Number of changes, to tell the user. */
export const countOf = ({ changes, inputs, pulses }: Steered): number => changes.length + inputs.length + pulses.length;

const isValue = (value: Json): boolean =>
  typeof value === "number" || (Array.isArray(value) && value.every((one: Json) => isValue(one)));

/** Places of inputs: population (absent in a document with one) and port. */
const placesIn = (inputs: JsonObject, network: boolean): string[][] =>
  network
    ? Object.entries(inputs).flatMap(([population, ports]) =>
        Object.keys(isObject(ports) ? ports : {}).map((port) => [population, port]),
      )
    : Object.keys(inputs).map((port) => [port]);

interface Held {
  /** ms */
  readonly at: number;
  readonly value: Json | undefined;
}

/** The values of a series that `overTime` made, by their times. */
const heldIn = (value: Json | undefined): Held[] | undefined => {
  if (!isObject(value)) return undefined;
  const { series, times, between, after } = value;
  if (!Array.isArray(series) || !Array.isArray(times) || between !== "hold" || after !== "hold") return undefined;
  return times.map((at, k) => ({ at: Number(at), value: series[k] }));
};

/** One input over time: a series whose values hold until the next. An error where they cannot be joined. */
const overTime = (first: Json | undefined, later: readonly Held[]): Json | undefined | Error => {
  const changed = later.filter(({ value }, k) => !equalJson(value, k === 0 ? first : later[k - 1]!.value));
  if (changed.length === 0) return first;
  const held = heldIn(first)?.filter(({ at }) => at < changed[0]!.at) ?? [{ at: 0, value: first }];
  for (const entry of changed) {
    if (entry.at === held.at(-1)?.at) held.pop();
    held.push(entry);
  }
  if (held.length === 1) return held[0]!.value;
  const values = held.map(({ value }) => value ?? 0);
  if (!values.every(isValue)) return new Error("An input of another form cannot join a series.");
  return { series: values, times: held.map(({ at }) => at), between: "hold", after: "hold" };
};

/** Values per unit in the shape of the units. */
const shaped = (flat: readonly number[], shape: readonly number[]): Json => {
  const [, ...rest] = shape;
  if (rest.length === 0) return flat;
  const size = rest.reduce((product, one) => product * one, 1);
  return Array.from({ length: shape[0]! }, (_, k) => shaped(flat.slice(k * size, (k + 1) * size), rest));
};

const shapeOf = (units: Json | undefined): readonly number[] =>
  Array.isArray(units) && units.every((size) => typeof size === "number") ? (units as readonly number[]) : [1];

/** Noise of its own is drawn anew when it becomes a part of a sum. */
const isNoise = (current: Json | undefined): boolean =>
  isObject(current) && ("ornsteinUhlenbeck" in current || "whiteNoise" in current);

/** A current with the pulses into its population. */
const withPulses = (current: Json | undefined, pulses: readonly PlacedPulse[], shape: readonly number[]): Json => {
  const count = shape.reduce((product, size) => product * size, 1);
  const steps = pulses.map(({ units, amplitude, from, duration }): Json => {
    const amplitudes = new Array<number>(count).fill(0);
    for (const unit of units) amplitudes[unit] = amplitude;
    return { step: { amplitude: shaped(amplitudes, shape), from, to: from + duration } };
  });
  if (current === undefined && steps.length === 1) return steps[0]!;
  const parts =
    current === undefined ? [] : isObject(current) && Array.isArray(current["sum"]) ? current["sum"] : [current];
  return { sum: [...parts, ...steps] };
};

const differsBy = (noisy: readonly string[]): string =>
  `The noise of ${noisy.join(" and ")} is a part of a sum now, because the pulses are added to it. A run of the document therefore draws other noise before the first pulse. Further pulses do not change the noise.`;

/** The command that takes the changes of a run into the document. */
export interface Kept {
  readonly command: Change["command"];
  /** How a run of the document differs from the present one, as a sentence; undefined if it repeats every bit. */
  readonly differs: string | undefined;
}

/**
 * Takes what was changed in a run into the document. `started` is the document at the start of the run.
 * @returns a sentence where inputs changed in a way that a document cannot contain
 */
export const keepSteered = (
  started: JsonObject,
  { changes, inputs, pulses, coming: next }: Steered,
  /** Time of the run, ms. The run of the document is at least as long. */
  time: number,
): Kept | { readonly reason: string } => {
  const network = isNetwork(started);
  const places = new Map(
    [objectAt(started, "inputs"), ...inputs.map((entry) => entry.inputs)]
      .flatMap((all) => placesIn(all, network))
      .map((keys) => [keys.join("."), keys]),
  );
  let kept = started;
  for (const [name, keys] of places) {
    const later = inputs.map((entry) => ({ at: entry.at, value: valueAt(entry.inputs, keys) }));
    const value = overTime(valueAt(started, ["inputs", ...keys]), later);
    if (value instanceof Error) {
      return {
        reason: `The input ${name} changed between forms that a document cannot join, such as noise. Only numbers and values per unit can change in the document.`,
      };
    }
    if (value !== undefined) kept = withAt(kept, ["inputs", ...keys], value);
  }
  const noisy: string[] = [];
  for (const population of new Set(pulses.map((pulse) => pulse.population))) {
    const keys = population === "" ? ["inputs", "current"] : ["inputs", population, "current"];
    const part =
      population === "" ? objectAt(started, "model") : objectAt(sectionOf(started, "populations"), population);
    if (isNoise(valueAt(kept, keys))) noisy.push(population === "" ? "the neurons" : population);
    const own = pulses.filter((pulse) => pulse.population === population);
    kept = withAt(kept, keys, withPulses(valueAt(kept, keys), own, shapeOf(part["units"])));
  }
  const planned = Array.isArray(started["changes"]) ? started["changes"] : [];
  const coming = planned.filter((change) => next !== undefined && Number(objectAt(change)["at"]) >= next);
  const all = [...changes, ...coming];
  kept = withAt(kept, ["changes"], all.length === 0 ? undefined : all);
  const { duration } = kept;
  if (typeof duration === "number" && duration < time) kept = withAt(kept, ["duration"], time);
  const command: Change["command"] = {
    label: "Keep what was changed in the run",
    apply: (present) => {
      const { studio, name, description } = present;
      const shown = Object.entries({ studio, name, description }).filter(([, value]) => value !== undefined);
      return { ...kept, ...(Object.fromEntries(shown) as JsonObject) };
    },
  };
  return { command, differs: noisy.length > 0 ? differsBy(noisy) : undefined };
};
