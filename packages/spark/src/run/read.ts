import type { Site } from "../config/place.ts";
import { describe, isRecord, type Shape, sizeOf } from "../config/shape.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import type { Feed, FeedContext } from "../inputs/contract.ts";
import { readInput } from "../inputs/feed.ts";
import type { Model, Surveyed } from "../model/component.ts";
import { groupShape } from "../model/places.ts";
import { runInputs } from "../model/ports.ts";
import { paddedTo } from "../program/program.ts";
import type { RecordPlan } from "../record/plan.ts";
import type { RecordHeader } from "../record/sink.ts";
import type { ChangeSpan, PlannedChange } from "./changes.ts";
import type { Settings } from "./options.ts";

/** A run with an invalid duration is checked as a long one, so that only its duration is reported. */
export const LONG = 2 ** 40;

/** Reads the inputs of one population. The context of the site keys the draws of noises. */
export const readInputs = async (
  component: Surveyed<Model>,
  inputs: unknown,
  settings: Settings,
  steps: number,
  site: Site<string>,
): Promise<Record<string, Feed[]>> => {
  const feeds: Record<string, Feed[]> = {};
  if (inputs !== undefined && !isRecord(inputs)) {
    site.refuse(`takes an object such as { current: 250 }; received ${describe(inputs)}. Use port names as keys.`);
    return {};
  }
  const given: Readonly<Record<string, unknown>> = { ...inputs };
  const ports = runInputs(component.model.inputs);
  const known = Object.keys(ports);
  if (known.length > 0) refuseUnknown(given, known, site);
  else if (Object.keys(given).length > 0) {
    site.refuse(`must be omitted, because a ${component.model.name} has no input port. Remove it.`);
  }
  const { dt, seed, precision } = settings;
  const { units } = component;
  for (const [name, port] of Object.entries(ports)) {
    if (given[name] === undefined) continue;
    const shape = port.shared ? groupShape(units) : units;
    const padded = paddedTo(sizeOf(shape), 32);
    const key = `${site.context}.${name}`;
    const own = site.at(name).with({ port, key, units: shape, padded, dt, steps, seed, precision });
    const read = await readInput(given[name], own);
    feeds[name] = port.shared ? await spreadAll(read, units, own) : read;
  }
  return feeds;
};

/** Gives each value of a signal to all units along the last axis. The code is loaded only for such signals. */
const spreadAll = async (feeds: readonly Feed[], units: Shape, site: Site<FeedContext>): Promise<Feed[]> => {
  const { spreadFeed } = await import("../inputs/spread.ts");
  return feeds.flatMap((feed) => spreadFeed(feed, units, site) ?? []);
};

/** Reads the changes of a run. Their code is loaded only if there are any. */
export const readPlan = async (given: unknown, span: ChangeSpan, site: Site): Promise<PlannedChange[]> =>
  given === undefined ? [] : (await import("./changes.ts")).readChanges(given, span, site);

/** The header that a sink receives before the first value. */
export const headerOf = (
  component: { readonly model: { readonly name: string }; readonly units: Shape },
  { dt }: Settings,
  { spikes, binned, traces }: RecordPlan,
  before: number,
): RecordHeader => ({
  model: component.model.name,
  units: sizeOf(component.units),
  dt,
  firstStep: before + 1,
  spikes,
  rate: binned.find(({ name }) => name === "rate"),
  activeFraction: binned.find(({ name }) => name === "activeFraction"),
  traces,
});
