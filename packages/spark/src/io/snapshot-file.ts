import { FileError } from "../errors/errors.ts";
import type { Snapshot } from "../run/snapshot.ts";
import { readFileStrict, writeAtomic } from "./files.ts";
import type { NpyArray } from "./npy.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";

/** Snapshots of version 1 told networks from populations. */
const kinds: readonly unknown[] = ["spark-snn snapshot", "spark-snn brain snapshot"];

/** Members beside those of states, whose names have a dot. */
const METADATA = "metadata";
/** Of the spikes under way: the step of each, and its unit among those of all populations. */
const SPIKE_STEPS = "spikeSteps";
const SPIKE_SOURCES = "spikeSources";
/** State of read-outs: readouts.NAME.values and readouts.NAME.since. No population may have that name. */
const READOUTS = "readouts.";

/** What a snapshot holds beside its arrays: the JSON text of the member `metadata`. */
type Metadata = Omit<Snapshot, "state" | "spikes" | "readouts">;

const list = (data: NpyArray["data"]): Pick<NpyArray, "data" | "shape"> => ({ data, shape: [data.length] });

/**
 * Writes a snapshot as an NPZ file: an array for each state, those of spikes under way and of read-outs, and `metadata`,
 * the bytes of a JSON text.
 */
export const saveSnapshot = async (path: string, snapshot: Snapshot): Promise<void> => {
  if (!kinds.includes(snapshot?.kind)) {
    throw new FileError(`${path} cannot be written: received no snapshot. Give what snapshot() returned.`);
  }
  const { state, spikes, readouts, ...metadata } = snapshot;
  const states = Object.entries(state).map(([name, values]) => [name, list(values)] as const);
  const text = list(new TextEncoder().encode(JSON.stringify(metadata)));
  const kept = Object.entries(readouts ?? {}).flatMap(([name, { values, since }]) => [
    [`${READOUTS}${name}.values`, list(values)] as const,
    [`${READOUTS}${name}.since`, list(since)] as const,
  ]);
  const members = { [METADATA]: text, ...spikeMembers(spikes ?? []), ...Object.fromEntries([...states, ...kept]) };
  await writeAtomic(path, encodeNpz(members));
};

const spikeMembers = (spikes: Snapshot["spikes"]) => ({
  [SPIKE_STEPS]: list(
    Float64Array.from(spikes.flatMap(({ step, sources }) => new Array<number>(sources.length).fill(step))),
  ),
  [SPIKE_SOURCES]: list(Uint32Array.from(spikes.flatMap(({ sources }) => [...sources]))),
});

/**
 * Reads a snapshot that `saveSnapshot` wrote, also one of version 1.
 * @throws FileError: missing, cut short, damaged, or no snapshot. `restore` checks that it is of the same simulation.
 */
export const loadSnapshot = async (path: string): Promise<Snapshot> => {
  const members = decodeNpz(await readFileStrict(path), { name: path });
  const { [METADATA]: text, [SPIKE_STEPS]: steps, [SPIKE_SOURCES]: sources, ...arrays } = members;
  const metadata = readMetadata(path, text);
  const state: Record<string, Snapshot["state"][string]> = {};
  const readouts: Record<string, { values: Float64Array; since: Float64Array }> = {};
  for (const [name, { data, shape }] of Object.entries(arrays)) {
    if (name.startsWith(READOUTS)) {
      if (!(data instanceof Float64Array) || shape.length !== 1) {
        throw wrongMember(path, name, { data, shape }, "a list of f8");
      }
      const [readout = "", key = ""] = name.slice(READOUTS.length).split(".");
      readouts[readout] = { ...readouts[readout], [key]: data } as (typeof readouts)[string];
      continue;
    }
    const isState = data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array;
    if (!isState || shape.length !== 1) throw wrongMember(path, name, { data, shape }, "a list of f4, f8 or i4");
    state[name] = data;
  }
  // A single population of version 1 had no spikes under way.
  const spikes = isOldSingle(metadata) ? [] : readSpikes(path, steps, sources);
  return { ...metadata, state, spikes, ...(Object.keys(readouts).length > 0 && { readouts }) };
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
};

/** Whether metadata are of version 1 and of a single population. */
const isOldSingle = (metadata: object): boolean => "units" in metadata;

const rulesFor = ({ version, kind }: Readonly<Record<string, unknown>>): typeof common => {
  if (version === 2) return { ...common, populations: (value) => areAll(value, isShape) };
  return kind === kinds[0]
    ? { ...common, units: isShape }
    : { ...common, populations: (value) => areAll(value, isSize) };
};

const readMetadata = (path: string, text: NpyArray | undefined): Metadata => {
  if (!text || !(text.data instanceof Uint8Array)) {
    throw new FileError(`${path} is no snapshot: it lacks the bytes "${METADATA}". Save one with saveSnapshot.`);
  }
  let metadata: Record<string, unknown>;
  try {
    metadata = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text.data));
  } catch (cause) {
    throw new FileError(`${path} member "${METADATA}" is no JSON text. Save the snapshot again.`, { cause });
  }
  if (!kinds.includes(metadata?.["kind"])) {
    throw new FileError(`${path} member "${METADATA}" is of no snapshot. Save one with saveSnapshot.`);
  }
  for (const [key, holds] of Object.entries(rulesFor(metadata))) {
    if (holds(metadata[key])) continue;
    throw new FileError(
      `${path} member "${METADATA}" holds a wrong ${key}; received ${JSON.stringify(metadata[key])}. Save the snapshot again, with this version.`,
    );
  }
  return metadata as unknown as Metadata;
};
