import type { Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import type { Feed, FeedContext } from "./contract.ts";

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
  return feeds;
};
