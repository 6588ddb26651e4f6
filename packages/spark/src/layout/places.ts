import type { Shard } from "../program/network.ts";
import { SHARD_UNITS } from "./shards.ts";

/** The shard of each range of target units. */
export const stretchesOf = (target: number, units: number, shards: readonly Shard[]): Uint8Array | Uint16Array => {
  const length = Math.ceil(units / SHARD_UNITS);
  const stretches = shards.length > 256 ? new Uint16Array(length) : new Uint8Array(length);
  shards.forEach((shard, k) => {
    for (const { population, first, end } of shard.units) {
      if (population === target) stretches.fill(k, first / SHARD_UNITS, Math.ceil(end / SHARD_UNITS));
    }
  });
  return stretches;
};

/** Index of each number of steps in an ascending list. */
export const placesOf = (delays: Int32Array): Int32Array => {
  const places = new Int32Array((delays.at(-1) ?? 0) + 1);
  delays.forEach((steps, place) => {
    places[steps] = place;
  });
  return places;
};
