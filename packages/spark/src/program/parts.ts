import type { Bundle, BundlePart, NetworkProgram } from "./network.ts";

/** A bundle whose synapses are counted. */
type Counted = Pick<Bundle, "weights" | "sources" | "shards">;

/** Numbers of targets and weights in the part of a bundle that ends in a shard. */
export const partLengths = (
  { weights, sources, shards }: Counted,
  shard: number,
): Readonly<Record<keyof BundlePart, number>> => {
  const { synapses, row, procedure } = shards[shard]!;
  return { targets: row || procedure ? 0 : synapses, weights: weights === "source" ? sources : synapses };
};

/** Returns zeroed memory for one of the lists of a part, and the offset of the list in it. */
export type PlaceList = (
  bytes: number,
  list: keyof BundlePart,
) => { readonly memory: ArrayBuffer; readonly offset: number };

const anywhere: PlaceList = (bytes) => ({ memory: new ArrayBuffer(bytes), offset: 0 });

/** The part of a bundle that ends in a shard. By default, each of its lists has memory of its own. */
export const makePart = (
  { precision, shards }: Pick<NetworkProgram, "precision" | "shards">,
  bundle: Counted,
  shard: number,
  place: PlaceList = anywhere,
): BundlePart => {
  const Targets = shards[shard]!.wide ? Uint32Array : Uint16Array;
  const Weights = precision === "f64" ? Float64Array : Float32Array;
  const lengths = partLengths(bundle, shard);
  const targets = place(lengths.targets * Targets.BYTES_PER_ELEMENT, "targets");
  const weights = place(lengths.weights * Weights.BYTES_PER_ELEMENT, "weights");
  return {
    targets: new Targets(targets.memory, targets.offset, lengths.targets),
    weights: new Weights(weights.memory, weights.offset, lengths.weights),
  };
};
