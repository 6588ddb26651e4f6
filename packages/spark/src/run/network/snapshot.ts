import { arrivalsName } from "../../compile/receptors.ts";
import type { Precision } from "../../config/parse.ts";
import { describe } from "../../config/shape.ts";
import { ConfigError } from "../../errors/errors.ts";
import type { BuiltBrain } from "../../graph/build.ts";
import type { FilterState } from "../../graph/filter.ts";
import type { SpikesInFlight, View } from "../../program/machine.ts";
import type { Filtered } from "./readout/filtered.ts";

/** Everything that a brain needs to go on from where it stands. Plain data: it can be cloned, sent and saved. */
export interface BrainSnapshot {
  readonly kind: "spark-snn brain snapshot";
  readonly version: 1;
  readonly model: string;
  /** Units of each population. */
  readonly populations: Readonly<Record<string, number>>;
  /** ms */
  readonly dt: number;
  readonly dtype: Precision;
  readonly seed: number;
  /** Steps done. */
  readonly step: number;
  /** State by name, one value a unit. Empty where the simulation had not run. */
  readonly state: Readonly<Record<string, View>>;
  /** Spikes that had not arrived everywhere. */
  readonly spikes: readonly SpikesInFlight[];
  /** What read-outs keep, by name; absent where a brain has none that keep anything. */
  readonly readouts?: Readonly<Record<string, FilterState>>;
}

type Identity = Omit<BrainSnapshot, "kind" | "version" | "step" | "state" | "spikes" | "readouts"> & {
  /** Those that keep anything. */
  readonly readouts: readonly Filtered[];
};

const ORIGIN = "Restore it into the simulation that it came from.";

/** Names of the states that every machine of a brain has, whatever drives it and is recorded. */
export const statesOf = ({ populations }: BuiltBrain): string[] =>
  populations.flatMap(({ name, component, receptors }) => [
    ...Object.keys(component.model.state).map((state) => `${name}.${state}`),
    ...receptors.flatMap(({ name: receptor, model, wired }) => [
      ...Object.keys(model.state).map((state) => `${name}.${receptor}.${state}`),
      ...(wired ? [arrivalsName(name, receptor)] : []),
    ]),
  ]);

/**
 * `states` are those that a simulation which has run has.
 * @throws ConfigError when a snapshot is none, or of another simulation, or damaged.
 */
export const checkBrainSnapshot = (snapshot: BrainSnapshot, own: Identity, states: readonly string[]): void => {
  const fail = (what: string, given: unknown, wanted: string): never => {
    const message = `must be ${wanted}; received ${describe(given)}. ${ORIGIN}`;
    throw new ConfigError({ path: `snapshot.${what}`, message });
  };
  if (typeof snapshot !== "object" || snapshot === null || snapshot.kind !== "spark-snn brain snapshot") {
    throw new ConfigError({
      path: "snapshot",
      message: `must be what snapshot() gave; received ${describe(snapshot)}. Give that object.`,
    });
  }
  if (snapshot.version !== 1) fail("version", snapshot.version, "1");
  for (const key of ["model", "dt", "dtype", "seed"] as const) {
    if (snapshot[key] !== own[key]) fail(key, snapshot[key], describe(own[key]));
  }
  const sizes = JSON.stringify(own.populations);
  if (JSON.stringify(snapshot.populations) !== sizes) {
    fail("populations", JSON.stringify(snapshot.populations), sizes);
  }
  if (!Number.isSafeInteger(snapshot.step) || snapshot.step < 0) {
    fail("step", snapshot.step, "a whole number of at least 0");
  }
  if (typeof snapshot.state !== "object" || snapshot.state === null) {
    fail("state", snapshot.state, "an object of arrays");
  }
  checkStates(snapshot, own, fail);
  // A simulation that has not run has none; what is lost of one that has would start anew.
  const given = Object.keys(snapshot.state).length > 0 || snapshot.step > 0;
  const lost = given ? states.find((name) => snapshot.state[name] === undefined) : undefined;
  if (lost !== undefined) fail(`state["${lost}"]`, undefined, "an array");
  checkSpikes(snapshot, own, fail);
  checkReadouts(snapshot, own, fail);
};

type Fail = (what: string, given: unknown, wanted: string) => never;

const checkStates = ({ state, dtype }: BrainSnapshot, { populations }: Identity, fail: Fail): void => {
  const floats = dtype === "f64" ? "Float64Array" : "Float32Array";
  for (const [name, values] of Object.entries(state)) {
    const path = `state["${name}"]`;
    const kind = (values as { readonly [Symbol.toStringTag]?: string } | null)?.[Symbol.toStringTag];
    if (kind !== floats && kind !== "Int32Array") fail(path, values, `a ${floats} or Int32Array`);
    const units = populations[name.split(".", 1)[0]!];
    if (units === undefined) fail(path, name, "the state of a population");
    if (values.length !== units) fail(path, values.length, `${units} values, one a unit`);
  }
};

const checkSpikes = ({ spikes, step }: BrainSnapshot, { populations }: Identity, fail: Fail): void => {
  if (!Array.isArray(spikes)) fail("spikes", spikes, "an array");
  const units = Object.values(populations).reduce((sum, size) => sum + size, 0);
  for (const [k, emitted] of (spikes as readonly SpikesInFlight[]).entries()) {
    const path = `spikes[${k}]`;
    if (!Number.isSafeInteger(emitted?.step) || emitted.step < 0 || emitted.step >= step) {
      fail(`${path}.step`, emitted?.step, `a step before ${step}`);
    }
    const wrong = emitted.sources.findIndex(
      (source, at) => source >= units || source <= (emitted.sources[at - 1] ?? -1),
    );
    if (wrong >= 0) fail(`${path}.sources[${wrong}]`, emitted.sources[wrong], `ascending numbers below ${units}`);
  }
};

const checkReadouts = ({ readouts = {}, step }: BrainSnapshot, { readouts: own }: Identity, fail: Fail): void => {
  const given = Object.keys(readouts).sort();
  const wanted = own.map(({ wired }) => wired.name).sort();
  if (`${given}` !== `${wanted}`) fail("readouts", given, `of ${describe(wanted)}`);
  for (const { wired, ...built } of own) {
    const fault = wired.faultOf(built, readouts[wired.name], step);
    if (fault) fail(`readouts.${wired.name}.${fault[0]}`, fault[1], fault[2]);
  }
};
