import { FileError } from "../errors/errors.ts";
import type { Snapshot } from "../run/snapshot.ts";
import { readFileStrict, writeAtomic } from "./files.ts";
import type { NpyArray } from "./npy.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";

/** Snapshots of version 1 have different kinds for single populations and networks. */
const kinds: readonly unknown[] = ["spark-snn snapshot", "spark-snn brain snapshot"];

/** Members other than those of state variables, whose names contain a dot. */
const METADATA = "metadata";
/** For each spike in transit: its step, and its unit among the units of all populations. */
const SPIKE_STEPS = "spikeSteps";
const SPIKE_SOURCES = "spikeSources";
/** Members for read-outs: readouts.NAME.values and readouts.NAME.since. No population may have this name. */
const READOUTS = "readouts.";
/** Members for changed weights: weights_NAME. No name of a population has an underscore. */
const WEIGHTS = "weights_";
/** Members for the currents that steps keep: currents_NAME. */
const CURRENTS = "currents_";
/** Members for parameters that were set: values_PATH. A single number has the shape []. */
const VALUES = "values_";

/** Members for records with conditions: lookBacks_POPULATION.RECORD. The metadata has their plans. */
const LOOK_BACKS = "lookBacks_";

/** Contents of a snapshot without its arrays: the JSON text of the member `metadata`. */
type Metadata = Omit<Snapshot, "state" | "spikes" | "weights" | "readouts" | "currents" | "values" | "lookBacks"> & {
  readonly lookBacks?: Readonly<Record<string, string>>;
};

const list = (data: NpyArray["data"]): Pick<NpyArray, "data" | "shape"> => ({ data, shape: [data.length] });

/**
 * Writes a snapshot to an NPZ file: one array per state variable, arrays for spikes in transit and for read-outs, and
 * `metadata`, the bytes of a JSON text.
 * @throws FileError if the value is not a snapshot, or the file cannot be written.
 */
export const saveSnapshot = async (path: string, snapshot: Snapshot): Promise<void> => {
  if (!kinds.includes(snapshot?.kind)) {
    throw new FileError(`${path} cannot be written: the given value is not a snapshot. Give the result of snapshot().`);
  }
  const { state, spikes, weights, readouts, currents, values = {}, lookBacks, ...rest } = snapshot;
  const looked = Object.entries(lookBacks ?? {});
  const plans = Object.fromEntries(looked.map(([name, { plan }]) => [name, plan]));
  const metadata = { ...rest, ...(lookBacks && { lookBacks: plans }) };
  const waiting = looked.map(([name, { numbers }]) => [`${LOOK_BACKS}${name}`, list(numbers)] as const);
  const states = Object.entries(state).map(([name, values]) => [name, list(values)] as const);
  const text = list(new TextEncoder().encode(JSON.stringify(metadata)));
  const kept = Object.entries(readouts ?? {}).flatMap(([name, { values, since }]) => [
    [`${READOUTS}${name}.values`, list(values)] as const,
    [`${READOUTS}${name}.since`, list(since)] as const,
  ]);
  const changed = Object.entries(weights ?? {}).map(([name, values]) => [`${WEIGHTS}${name}`, list(values)] as const);
  const held = Object.entries(currents ?? {}).map(([name, values]) => [`${CURRENTS}${name}`, list(values)] as const);
  const set = Object.entries(values).map(([path, value]) => {
    const array = typeof value === "number" ? { data: Float64Array.of(value), shape: [] } : list(value);
    return [`${VALUES}${path}`, array] as const;
  });
  const members = {
    [METADATA]: text,
    ...spikeMembers(spikes ?? []),
    ...Object.fromEntries([...states, ...changed, ...held, ...set, ...kept, ...waiting]),
  };
  await writeAtomic(path, encodeNpz(members));
};

const spikeMembers = (spikes: Snapshot["spikes"]) => ({
  [SPIKE_STEPS]: list(
    Float64Array.from(spikes.flatMap(({ step, sources }) => new Array<number>(sources.length).fill(step))),
  ),
  [SPIKE_SOURCES]: list(Uint32Array.from(spikes.flatMap(({ sources }) => [...sources]))),
});

/**
 * Reads a snapshot written by `saveSnapshot`, also one of version 1. `restore` checks that it belongs to the same
 * simulation.
 * @throws FileError if the file is missing, truncated, damaged, or not a snapshot.
 */
export const loadSnapshot = async (path: string): Promise<Snapshot> => {
  const members = decodeNpz(await readFileStrict(path), { name: path });
  const { [METADATA]: text, [SPIKE_STEPS]: steps, [SPIKE_SOURCES]: sources, ...arrays } = members;
  const { lookBacks: plans, ...metadata } = readMetadata(path, text);
  const state: Record<string, Snapshot["state"][string]> = {};
  const weights: Record<string, Float32Array | Float64Array> = {};
  const currents: Record<string, Float32Array | Float64Array> = {};
  const values: Record<string, number | Float64Array> = {};
  const readouts: Record<string, { values: Float64Array; since: Float64Array }> = {};
  const lookBacks: Record<string, NonNullable<Snapshot["lookBacks"]>[string]> = {};
  for (const [name, { data, shape }] of Object.entries(arrays)) {
    if (name.startsWith(READOUTS)) {
      if (!(data instanceof Float64Array) || shape.length !== 1) {
        throw wrongMember(path, name, { data, shape }, "a list of f8");
      }
      const [readout = "", key = ""] = name.slice(READOUTS.length).split(".");
      readouts[readout] = { ...readouts[readout], [key]: data } as (typeof readouts)[string];
      continue;
    }
    if (name.startsWith(LOOK_BACKS)) {
      const record = name.slice(LOOK_BACKS.length);
      const plan = plans?.[record];
      if (!(data instanceof Float64Array) || shape.length !== 1 || plan === undefined) {
        throw wrongMember(path, name, { data, shape }, "a list of f8 of a record in the metadata");
      }
      lookBacks[record] = { plan, numbers: data };
      continue;
    }
    if (name.startsWith(VALUES)) {
      if (!(data instanceof Float64Array) || shape.length > 1) {
        throw wrongMember(path, name, { data, shape }, "a number or a list of f8");
      }
      values[name.slice(VALUES.length)] = shape.length === 0 ? data[0]! : data;
      continue;
    }
    const prefix = [WEIGHTS, CURRENTS].find((start) => name.startsWith(start));
    if (prefix) {
      const isFloat = data instanceof Float32Array || data instanceof Float64Array;
      if (!isFloat || shape.length !== 1) throw wrongMember(path, name, { data, shape }, "a list of f4 or f8");
      (prefix === WEIGHTS ? weights : currents)[name.slice(prefix.length)] = data;
      continue;
    }
    const isState = data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array;
    if (!isState || shape.length !== 1) throw wrongMember(path, name, { data, shape }, "a list of f4, f8 or i4");
    state[name] = data;
  }
  // A single population of version 1 had no spikes under way.
  const spikes = isOldSingle(metadata) ? [] : readSpikes(path, steps, sources);
  return {
    ...metadata,
    state,
    spikes,
    ...(Object.keys(weights).length > 0 && { weights }),
    ...(Object.keys(readouts).length > 0 && { readouts }),
    ...(Object.keys(currents).length > 0 && { currents }),
    ...(Object.keys(values).length > 0 && { values }),
    ...(plans && { lookBacks: complete(path, plans, lookBacks) }),
  };
};

/** Every record in the metadata has its numbers. */
const complete = <T>(path: string, plans: Readonly<Record<string, string>>, found: Readonly<Record<string, T>>) => {
  const missing = Object.keys(plans).find((name) => !Object.hasOwn(found, name));
  if (missing === undefined) return found;
  throw new FileError(`${path} lacks "${LOOK_BACKS}${missing}". Save the snapshot again.`);
};

const wrongMember = (
  path: string,
  name: string,
  { data, shape }: Pick<NpyArray, "data" | "shape">,
  wanted: string,
): FileError =>
  new FileError(
    `${path} member "${name}" must be ${wanted}; received ${data.constructor.name} of shape [${shape.join(", ")}]. Save the snapshot again.`,
  );

const readSpikes = (path: string, steps: NpyArray | undefined, sources: NpyArray | undefined): Snapshot["spikes"] => {
  if (!steps || !sources) {
    throw new FileError(`${path} lacks "${steps ? SPIKE_SOURCES : SPIKE_STEPS}". Save the snapshot again.`);
  }
  if (!(steps.data instanceof Float64Array) || steps.shape.length !== 1) {
    throw wrongMember(path, SPIKE_STEPS, steps, "a list of f8");
  }
  if (!(sources.data instanceof Uint32Array) || sources.data.length !== steps.data.length) {
    throw wrongMember(path, SPIKE_SOURCES, sources, `a list of u4, as long as "${SPIKE_STEPS}"`);
  }
  const spikes: Snapshot["spikes"][number][] = [];
  for (let first = 0, end = 1; first < steps.data.length; first = end++) {
    while (end < steps.data.length && steps.data[end] === steps.data[first]) end++;
    spikes.push({ step: steps.data[first]!, sources: sources.data.slice(first, end) });
  }
  return spikes;
};

const isSize = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;
const isShape = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isSize);
const areAll = (value: unknown, holds: (each: unknown) => boolean): boolean =>
  typeof value === "object" && value !== null && Object.values(value).every(holds);

const common: Readonly<Record<string, (value: unknown) => boolean>> = {
  version: (value) => value === 1 || value === 2,
  model: (value) => typeof value === "string",
  dt: (value) => typeof value === "number" && value > 0,
  dtype: (value) => value === "f32" || value === "f64",
  seed: (value) => Number.isInteger(value),
  step: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  lookBacks: (value) => value === undefined || areAll(value, (each) => typeof each === "string"),
  triggers: (value) => value === undefined || areAll(value, (each) => each === "once" || each === "start"),
  fingerprints: (value) => value === undefined || areAll(value, (each) => typeof each === "string"),
};

/** Whether the metadata have version 1 and belong to a single population. */
const isOldSingle = (metadata: object): boolean => "units" in metadata;

const rulesFor = ({ version, kind }: Readonly<Record<string, unknown>>): typeof common => {
  if (version === 2) return { ...common, populations: (value) => areAll(value, isShape) };
  return kind === kinds[0]
    ? { ...common, units: isShape }
    : { ...common, populations: (value) => areAll(value, isSize) };
};

const readMetadata = (path: string, text: NpyArray | undefined): Metadata => {
  if (!text || !(text.data instanceof Uint8Array)) {
    throw new FileError(`${path} is not a snapshot: it lacks the bytes "${METADATA}". Save one with saveSnapshot.`);
  }
  let metadata: Record<string, unknown>;
  try {
    metadata = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text.data));
  } catch (cause) {
    throw new FileError(`${path} member "${METADATA}" is not JSON text. Save the snapshot again.`, { cause });
  }
  if (!kinds.includes(metadata?.["kind"])) {
    throw new FileError(`${path} member "${METADATA}" is not from a snapshot. Save one with saveSnapshot.`);
  }
  for (const [key, holds] of Object.entries(rulesFor(metadata))) {
    if (holds(metadata[key])) continue;
    throw new FileError(
      `${path} member "${METADATA}" holds an invalid ${key}; received ${JSON.stringify(metadata[key])}. Save the snapshot again, with this version.`,
    );
  }
  return metadata as unknown as Metadata;
};
