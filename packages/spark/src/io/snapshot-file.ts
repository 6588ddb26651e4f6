import { FileError } from "../errors/errors.ts";
import type { Snapshot } from "../run/snapshot.ts";
import { readFileStrict, writeAtomic } from "./files.ts";
import type { NpyArray } from "./npy.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";

const KIND = "spark-snn snapshot";
const METADATA = "metadata";

/** What a snapshot says beside its arrays: the JSON text of the member `metadata`. */
type Metadata = Omit<Snapshot, "state">;

/** Writes a snapshot as an NPZ file: an array for each state, and `metadata`, the bytes of a JSON text. */
export const saveSnapshot = async (path: string, snapshot: Snapshot): Promise<void> => {
  const { state, ...metadata } = snapshot;
  if (metadata.kind !== KIND) {
    throw new FileError(`${path} cannot be written: it is no snapshot that was given. Give what snapshot() returned.`);
  }
  const data = new TextEncoder().encode(JSON.stringify(metadata));
  const states = Object.entries(state).map(
    ([name, values]) => [name, { data: values, shape: [values.length] }] as const,
  );
  await writeAtomic(path, encodeNpz({ [METADATA]: { data, shape: [data.length] }, ...Object.fromEntries(states) }));
};

/**
 * Reads a snapshot that `saveSnapshot` wrote.
 * @throws FileError: missing, cut short, damaged, or no snapshot. `restore` checks that it is of the same simulation.
 */
export const loadSnapshot = async (path: string): Promise<Snapshot> => {
  const { [METADATA]: text, ...arrays } = decodeNpz(await readFileStrict(path), { name: path });
  const metadata = readMetadata(path, text);
  const state: Record<string, Snapshot["state"][string]> = {};
  for (const [name, { data, shape }] of Object.entries(arrays)) {
    const isState = data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array;
    if (!isState || shape.length !== 1) {
      throw new FileError(
        `${path} member "${name}" must be a list of f4, f8 or i4; received ${data.constructor.name} of shape [${shape.join(", ")}]. Save the snapshot again.`,
      );
    }
    state[name] = data;
  }
  return { ...metadata, state };
};

const rules: Readonly<Record<string, (value: unknown) => boolean>> = {
  version: (value) => value === 1,
  model: (value) => typeof value === "string",
  units: (value) => Array.isArray(value) && value.length > 0 && value.every((n) => Number.isInteger(n) && n >= 1),
  dt: (value) => typeof value === "number" && value > 0,
  dtype: (value) => value === "f32" || value === "f64",
  seed: (value) => Number.isInteger(value),
  step: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
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
  if (metadata?.["kind"] !== KIND) {
    throw new FileError(`${path} member "${METADATA}" is of no snapshot. Save one with saveSnapshot.`);
  }
  for (const [key, holds] of Object.entries(rules)) {
    if (holds(metadata[key])) continue;
    throw new FileError(
      `${path} member "${METADATA}" holds a wrong ${key}; received ${JSON.stringify(metadata[key])}. Save the snapshot again, with this version.`,
    );
  }
  return metadata as unknown as Metadata;
};
