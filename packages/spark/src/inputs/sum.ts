import { withUnit } from "../config/field.ts";
import type { Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { largestOf } from "./values.ts";

/** Reads the parts of a sum with `read`. */
export const readSum = async (
  value: Readonly<Record<string, unknown>>,
  site: Site<FeedContext>,
  read: (value: unknown, site: Site<FeedContext>) => Promise<Feed | undefined>,
): Promise<Feed[]> => {
  for (const key of Object.keys(value)) {
    if (key !== "sum") site.at(key).refuse("cannot be combined with sum. Move it into the sum.");
  }
  const parts = value["sum"];
  const all = site.at("sum");
  if (!Array.isArray(parts) || parts.length === 0) {
    all.refuse(`must be an array of inputs; received ${describe(parts)}. Give at least one.`);
    return [];
  }
  const feeds: Feed[] = [];
  for (const [k, part] of parts.entries()) {
    const { context } = site;
    const feed = await read(part, all.at(k).with({ ...context, key: `${context.key}.sum[${k}]` }));
    if (feed) feeds.push(feed);
  }
  const { precision, port } = site.context;
  const peak = feeds.reduce((sum, feed) => sum + peakOf(feed), 0);
  if (!Number.isFinite(precision === "f32" ? Math.fround(peak) : peak)) {
    const [kind, remedy] =
      precision === "f32" ? ["single", 'Use smaller inputs, or dtype: "f64".'] : ["double", "Use smaller inputs."];
    const total = Number.isFinite(peak) ? ` to ${withUnit(Number(peak.toPrecision(3)), port.unit)}` : "";
    all.refuse(`may add up${total}, beyond the range of ${kind} precision. ${remedy}`);
  }
  return feeds;
};

/** Standard deviations that noise never exceeds. */
const DEVIATIONS = 10;

/** The largest magnitude of an input, as far as it is known before the run. */
const peakOf = ({ binding, constant, largest }: Feed): number => {
  if (binding.kind !== "source") return largest ?? (constant === undefined ? 0 : largestOf(constant));
  const { mean = 0, std = 0 } = binding.source.fields;
  return largestOf(mean) + DEVIATIONS * largestOf(std);
};
