import type { BundlePart, NetworkProgram } from "./network.ts";
import type { RuleProgram } from "./rule.ts";

/** The synapses of a rule that end in one shard, by their target units. */
export interface Incoming {
  /** First unit of the target population in the shard. */
  readonly first: number;
  /** Unit `first + u` has the synapses from starts[u] to before starts[u + 1], in ascending order. */
  readonly starts: Uint32Array;
  readonly synapses: Uint32Array;
  /** The arrival of each of these synapses. */
  readonly arrivals: Uint32Array;
}

/**
 * Lists the synapses of a rule by their targets. Call it when they are written. `spare`: number of zeros after the lists
 * of synapses and arrivals.
 */
export const incomingOf = (
  { bundles, shards }: Pick<NetworkProgram, "bundles" | "shards">,
  { bundle, target, firstSlot }: Pick<RuleProgram, "bundle" | "target" | "firstSlot">,
  shard: number,
  { targets }: Pick<BundlePart, "targets">,
  spare = 0,
): Incoming => {
  const { sources, delays, shards: parts } = bundles[bundle]!;
  const { offsets } = parts[shard]!;
  const { units, firstSlot: begin } = shards[shard]!;
  const { first, end } = units.find(({ population }) => population === target) ?? { first: 0, end: 0 };
  // Number of the first unit of the shard among its targets.
  const shift = firstSlot + first - begin;
  const count = end - first;
  const starts = new Uint32Array(count + 1);
  for (let k = 0; k < targets.length; k++) starts[targets[k]! - shift + 1]!++;
  for (let unit = 0; unit < count; unit++) starts[unit + 1]! += starts[unit]!;
  const next = starts.slice();
  const synapses = new Uint32Array(targets.length + spare);
  const arrivals = new Uint32Array(targets.length + spare);
  for (let arrival = 0; arrival < sources * delays.length; arrival++) {
    for (let k = offsets[arrival]!; k < offsets[arrival + 1]!; k++) {
      const at = next[targets[k]! - shift]!++;
      synapses[at] = k;
      arrivals[at] = arrival;
    }
  }
  return { first, starts, synapses, arrivals };
};
