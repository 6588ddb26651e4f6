import type { BundlePart, NetworkProgram } from "../program/network.ts";
import { makePart } from "../program/parts.ts";
import { finish } from "../program/work.ts";
import type { Bundles, LaidBundle } from "./bundle.ts";
import { layOutBundles } from "./bundles.ts";

/** Lays out projections at once. */
export const bundlesOf = (...given: Parameters<typeof layOutBundles>): Bundles => finish(layOutBundles(...given));

/** The lists of a bundle, one part for each shard, written at once. */
export const filledParts = (
  { filling, ...bundle }: LaidBundle,
  network: Pick<NetworkProgram, "precision" | "shards">,
): BundlePart[] => {
  const parts = network.shards.map((_, shard) => makePart(network, bundle, shard));
  finish(filling(parts));
  return parts;
};
