import { counted, withArticle } from "../config/counted.ts";
import { nearestName } from "../config/nearest-name.ts";
import type { Precision } from "../config/parse.ts";
import { Place } from "../config/place.ts";
import { describe, isRecord, type Shape, sameShape, shapeText, sizeOf } from "../config/shape.ts";
import { requireKnown } from "../config/unknown-keys.ts";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import type { SpikesInFlight, View } from "../program/machine.ts";
import type { Fingerprints } from "./fingerprint.ts";
import type { Learned } from "./learned.ts";

/** Everything that a simulation needs to continue. Plain data: it can be cloned, sent and saved. */
export interface Snapshot {
  readonly kind: "spark-snn snapshot";
  readonly version: 2;
  readonly model: string;
  /** Shape of each population. A single component is the population "soma". */
  readonly populations: Readonly<Record<string, Shape>>;
  /** ms */
  readonly dt: number;
  readonly dtype: Precision;
  readonly seed: number;
  /** Number of steps done. */
  readonly step: number;
  /** State variables by name, such as "soma.potential", one value per unit; includes those of noise inputs. */
  readonly state: Readonly<Record<string, View>>;
  /** Spikes in transit. Spikes of the step `step` were injected; units emit them in the next step. */
  readonly spikes: readonly SpikesInFlight[];
  /** Changed weights, by projection, in the order of its synapses; absent if no weights were changed. */
  readonly weights?: Readonly<Record<string, Float32Array | Float64Array>>;
  /** State of the plasticity rules, by projection and name, such as "pre.trace"; absent if nothing learns. */
  readonly learned?: Learned;
  /** State of the read-out filters by name; absent if no read-out has state. */
  readonly readouts?: Readonly<Record<string, { readonly values: Float64Array; readonly since: Float64Array }>>;
  /**
   * Currents that the next `step()` uses if it gets none, pA, by population, and signals by "population.signal"; absent if
   * all are zero.
   */
  readonly currents?: Readonly<Record<string, Float32Array | Float64Array>>;
  /** Present if state variables or read-outs were NaN or infinite; `restore` then accepts such values. */
  readonly nonFinite?: "ignore";
  /** Parameters that were set, by path: one number, or one per unit; absent if all have their declared values. */
  readonly values?: Readonly<Record<string, number | Float64Array>>;
  /**
   * What records with conditions need of the steps before, by population and record: the options of the record as text,
   * and numbers. Absent if no such record has just run. A run with the same records continues them.
   */
  readonly lookBacks?: Readonly<Record<string, { readonly plan: string; readonly numbers: Float64Array }>>;
  /** Triggers of records that are started, or that start for the next step of a run; absent if there are none. */
  readonly triggers?: Readonly<Record<string, "once" | "start">>;
  /**
   * Identifies the equations and parameters of each population, the connections of each projection and each read-out.
   * `restore` compares them. Absent in older snapshots. Remove it to continue with other parameters on purpose.
   */
  readonly fingerprints?: Fingerprints;
}

/** The properties that a snapshot and the simulation that restores it must share. */
export interface SnapshotIdentity extends Pick<Snapshot, "model" | "populations" | "dt" | "dtype" | "seed"> {
  readonly fingerprints: Fingerprints;
  /** Initial values of the state variables that the simulation has for all inputs. */
  readonly initial: ReadonlyMap<string, View>;
  /** Number of values of each current, by population, and of each signal, by "population.signal". */
  readonly held: ReadonlyMap<string, number>;
}

const IDENTITY = ["model", "dt", "dtype", "seed"] as const;
const PARTS = [
  "step",
  "state",
  "spikes",
  "weights",
  "learned",
  "readouts",
  "currents",
  "values",
  "lookBacks",
  "triggers",
  "nonFinite",
  "fingerprints",
] as const;
const KEYS: readonly (keyof Snapshot)[] = ["kind", "version", "populations", ...IDENTITY, ...PARTS];

const ORIGIN = "Restore it into the simulation that created it.";
type Given = Readonly<Record<string, unknown>>;

const fail = (what: string, given: unknown, wanted: string): never => {
  const message = `must be ${wanted}; received ${describe(given)}. ${ORIGIN}`;
  throw new ConfigError({ path: `snapshot.${what}`, message });
};

/**
 * Validates a snapshot and converts it to the current format.
 * @throws ConfigError or ShapeError if it is damaged, of another simulation, or not a snapshot
 */
export const readSnapshot = (given: unknown, own: SnapshotIdentity): Snapshot => {
  const snapshot = upgraded(given, own);
  for (const key of IDENTITY) {
    if (snapshot[key] !== own[key]) fail(key, snapshot[key], describe(own[key]));
  }
  checkPopulations(snapshot.populations, own.populations);
  checkFingerprints(snapshot.fingerprints, own.fingerprints);
  if (!Number.isSafeInteger(snapshot.step) || snapshot.step < 0) {
    fail("step", snapshot.step, "a whole number of at least 0");
  }
  if (!isRecord(snapshot.state)) fail("state", snapshot.state, "an object of arrays");
  checkStates(snapshot, own);
  if (!Array.isArray(snapshot.spikes)) fail("spikes", snapshot.spikes, "an array");
  checkCurrents(snapshot.currents, own);
  const { values, lookBacks, triggers } = snapshot;
  checkLookBacks(lookBacks);
  if (triggers !== undefined && !Object.values(isRecord(triggers) ? triggers : { triggers }).every(isStart)) {
    fail("triggers", triggers, 'an object of "once" or "start"');
  }
  if (values !== undefined && !isRecord(values)) fail("values", values, "an object of values");
  return snapshot;
};

/** Converts older formats. Version 1 had different formats for populations and networks. */
const upgraded = (given: unknown, own: SnapshotIdentity): Snapshot => {
  if (!isRecord(given) || (given["kind"] !== "spark-snn snapshot" && given["kind"] !== "spark-snn brain snapshot")) {
    throw new ConfigError({
      path: "snapshot",
      message: `must be a result of snapshot(); received ${describe(given)}. Give that object, or one from loadSnapshot.`,
    });
  }
  const { version, units, populations } = given;
  if (version === 2) {
    requireKnown(new Place(["snapshot"]), given, KEYS);
    return given as unknown as Snapshot;
  }
  if (version !== 1) fail("version", version, "1 or 2");
  if (units !== undefined) return { spikes: [], ...given, populations: { soma: units } } as unknown as Snapshot;
  // For networks, version 1 stored only the number of units of each population.
  const shapes = Object.entries({ ...(populations as Given) }).map(([name, count]) => {
    const shape = own.populations[name];
    return [name, shape && sizeOf(shape) === count ? shape : [count]];
  });
  return { ...given, populations: Object.fromEntries(shapes) } as unknown as Snapshot;
};

const checkPopulations = (given: unknown, own: Snapshot["populations"]): void => {
  const names = Object.keys(own);
  if (!isRecord(given) || `${Object.keys(given)}` !== `${names}`) {
    fail("populations", isRecord(given) ? Object.keys(given) : given, `of ${names.join(", ")}`);
  }
  for (const name of names) {
    const shape: unknown = (given as Given)[name];
    if (Array.isArray(shape) && sameShape(shape, own[name]!)) continue;
    const received = Array.isArray(shape) ? shapeText(shape) : describe(shape);
    throw new ShapeError(
      `snapshot.populations.${name} must be ${shapeText(own[name]!)}; received ${received}. ${ORIGIN}`,
    );
  }
};

const DIFFERENCES = {
  populations: "parameters, equations, synapses, drives or seed",
  projections: "connection rule, weights, delays or synapse",
  readouts: "source, units or filter",
  signals: "source, target, filter or scale",
};

/** Older snapshots have no fingerprints. */
const checkFingerprints = (given: unknown, own: Fingerprints): void => {
  if (given === undefined) return;
  const prints = isRecord(given) ? given : fail("fingerprints", given, "an object of texts");
  for (const name of new Set([...Object.keys(own), ...Object.keys(prints)])) {
    if (prints[name] === own[name]) continue;
    const [kind = "", part] = name.split(".");
    const noun = kind === "readouts" ? "read-out" : kind.slice(0, -1);
    const difference =
      own[name] === undefined || prints[name] === undefined
        ? `exists only in ${own[name] === undefined ? "the snapshot" : "this simulation"}`
        : `differs in ${DIFFERENCES[kind as keyof typeof DIFFERENCES]}`;
    const message = `is of another simulation: the ${noun} "${part}" ${difference}. ${ORIGIN} To use other values on purpose, remove fingerprints from the snapshot.`;
    throw new ConfigError({ path: "snapshot", message });
  }
};

const checkCurrents = (given: unknown, { held, dtype }: SnapshotIdentity): void => {
  if (given === undefined) return;
  const lists = isRecord(given) ? given : fail("currents", given, "an object of arrays");
  const wanted = floatsOf(dtype);
  for (const [name, values] of Object.entries(lists)) {
    const size = held.get(name) ?? fail(`currents.${name}`, name, "a population, or population.signal");
    const list =
      kindOf(values) === wanted ? (values as Float64Array) : fail(`currents.${name}`, values, withArticle(wanted));
    if (list.length !== size) {
      const wanted = `${counted(size, "value")}${name.includes(".") ? "" : ", one per unit"}`;
      fail(`currents.${name}`, list.length, wanted);
    }
    checkFinite(`currents.${name}`, list);
  }
};

const isStart = (value: unknown): boolean => value === "once" || value === "start";

const checkLookBacks = (given: unknown): void => {
  if (given === undefined) return;
  const records = isRecord(given) ? given : fail("lookBacks", given, "an object of records");
  for (const [name, record] of Object.entries(records)) {
    const { plan, numbers } = isRecord(record) ? record : fail(`lookBacks["${name}"]`, record, "a record");
    if (typeof plan !== "string") fail(`lookBacks["${name}"].plan`, plan, "a text");
    if (kindOf(numbers) !== "Float64Array") fail(`lookBacks["${name}"].numbers`, numbers, "a Float64Array");
  }
};

/** Index of the first NaN or infinity that is not an initial value. */
export const nonFiniteIn = (values: View, initial?: View): number =>
  values.findIndex((value: number, unit: number) => !Number.isFinite(value) && initial?.[unit] !== value);

const checkFinite = (path: string, values: View, initial?: View): void => {
  const wrong = nonFiniteIn(values, initial);
  if (wrong >= 0) fail(`${path}[${wrong}]`, values[wrong], "a finite number");
};

const floatsOf = (dtype: Precision): string => (dtype === "f64" ? "Float64Array" : "Float32Array");

/** The end of the names of states of noise inputs, such as ".current.OrnsteinUhlenbeck.current". */
const ofInput = /^\.\w+\.[A-Z]\w*\.\w+$/;

const checkStates = ({ state, dtype, step, nonFinite }: Snapshot, { populations, initial }: SnapshotIdentity): void => {
  const floats = floatsOf(dtype);
  // A snapshot of version 1 of a network that has not run contains no state.
  const all = step > 0 || Object.keys(state).length > 0;
  for (const [name, values] of all ? initial : []) {
    const wanted = kindOf(values);
    if (kindOf(state[name]) !== wanted) fail(`state["${name}"]`, state[name], withArticle(wanted!));
  }
  for (const [name, values] of Object.entries(state)) {
    const path = `state["${name}"]`;
    if (kindOf(values) !== floats && kindOf(values) !== "Int32Array") fail(path, values, `a ${floats} or Int32Array`);
    const population = name.split(".", 1)[0]!;
    const shape = Object.hasOwn(populations, population) ? populations[population] : undefined;
    const size = shape ? sizeOf(shape) : fail(path, name, "the state of a population");
    if (values.length !== size) {
      throw new ShapeError(
        `snapshot.${path} must contain ${counted(size, "value")}, one per unit; received ${values.length}. ${ORIGIN}`,
      );
    }
    if (!initial.has(name) && !ofInput.test(name.slice(population.length))) {
      fail(
        path,
        name,
        `a state variable, such as "${nearestName(name, [...initial.keys()]) ?? initial.keys().next().value}"`,
      );
    }
    if (!nonFinite) checkFinite(path, values, initial.get(name));
  }
};

/** Throws the error for a problem that the simulation found in a snapshot. */
export const refuseFault = (fault: readonly [at: string, received: unknown, wanted: string] | undefined): void => {
  if (fault) fail(...fault);
};

/** Refuses the parts of a network in the snapshot of a single component. */
export const refuseNetworkParts = ({ spikes, weights, learned, readouts }: Snapshot): void => {
  if (spikes.length > 0) fail("spikes", spikes, "empty for a single component");
  if (weights) fail("weights", weights, "absent for a single component");
  if (learned) fail("learned", learned, "absent for a single component");
  if (readouts) fail("readouts", readouts, "absent for a single component");
};

/** Name of a typed array's class, also for arrays from another window or thread. */
const kindOf = (value: unknown): string | undefined =>
  ArrayBuffer.isView(value)
    ? (value as unknown as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag]
    : undefined;
