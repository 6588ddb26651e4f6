import type { Site } from "../config/place.ts";
import { type Shape, shapeText, sizeOf } from "../config/shape.ts";
import { placesIn } from "../model/places.ts";
import type { View } from "../program/machine.ts";
import { paddedTo } from "../program/program.ts";
import type { Feed, FeedContext } from "./contract.ts";

/* Signals with one value for all units along the last axis. The feed of the groups becomes a feed of the units. */

/** The feed of all units. `site` is that of the groups. */
export const spreadFeed = (feed: Feed, units: Shape, site: Site<FeedContext>): Feed | undefined => {
  const { binding, constant, fill } = feed;
  const places = placesIn(units);
  if (binding.kind === "source") {
    return site.refuse(
      `takes one value for all units along the last axis of ${shapeText(units)}; received noise, which is drawn for each unit. Give a series or a function.`,
    );
  }
  if (binding.kind === "unit") return { ...feed, constant: spreadValues(constant as Float64Array, places) };
  if (binding.kind !== "rowUnit") return feed;
  return { ...feed, fill: spreadFill(fill!.bind(feed), sizeOf(site.context.units), site.context.padded, places) };
};

const spreadValues = <A extends Float64Array | Float32Array>(values: A, places: number): A => {
  const all = new (values.constructor as new (length: number) => A)(values.length * places);
  for (let k = 0; k < values.length; k++) all.fill(values[k]!, k * places, (k + 1) * places);
  return all;
};

type Fill = NonNullable<Feed["fill"]>;

/** Fills rows of groups and copies each value to its places. */
const spreadFill = (fill: Fill, groups: number, stride: number, places: number): Fill => {
  const padded = paddedTo(groups * places, 32);
  let kept: View | undefined;
  return ([view], firstStep, rows) => {
    const size = rows * stride;
    if (!kept || kept.length < size) kept = new (view!.constructor as new (length: number) => View)(size);
    const part = kept.subarray(0, size).fill(0);
    const spread = (filled: number): number => {
      for (let row = 0; row < filled; row++) {
        for (let k = 0; k < groups; k++) {
          const at = row * padded + k * places;
          view!.fill(part[row * stride + k]!, at, at + places);
        }
      }
      return filled;
    };
    const filled = fill([part], firstStep, rows);
    return typeof filled === "number" ? spread(filled) : filled.then(spread);
  };
};
