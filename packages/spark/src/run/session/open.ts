import { readOptions } from "../../config/options.ts";
import { Place, Site } from "../../config/place.ts";
import { refuseUnknown } from "../../config/unknown-keys.ts";
import { ConfigError } from "../../errors/errors.ts";
import type { Feed } from "../../inputs/contract.ts";
import type { RunRequest } from "../frontend.ts";
import type { GivenRun } from "../options.ts";
import { MAX_STEPS } from "../whole-steps.ts";
import { Driver } from "./driver.ts";
import { sessionOptions } from "./options.ts";
import { OpenSession } from "./session.ts";
import type { Steered } from "./steered.ts";

const runKeys = ["duration", "inputs", "record", "memory", "nonFinite"] as const;
const keys = [...runKeys, ...Object.keys(sessionOptions)];

/** The same inputs, which stay open from run to run. */
const kept = (feeds: Readonly<Record<string, readonly Feed[]>>): Record<string, Feed[]> =>
  Object.fromEntries(Object.entries(feeds).map(([port, list]) => [port, list.map(({ close: _, ...feed }) => feed)]));

const withFeedsOf = (request: RunRequest, { populations }: RunRequest): RunRequest => ({
  ...request,
  populations: request.populations.map((population, p) => ({ ...population, feeds: kept(populations[p]!.feeds) })),
});

/** Opens a session of a simulation. @throws ConfigError, MemoryError and what the build of the simulation throws */
export const openSession = async (steered: Steered, given: object): Promise<OpenSession> => {
  const { front, course } = steered.inside;
  const { checked } = front;
  const site = new Site(new Place(["start"]), [], undefined);
  refuseUnknown(given, keys, site);
  const options = given as GivenRun & Readonly<Record<string, unknown>>;
  const own = Object.fromEntries(Object.keys(sessionOptions).map((key) => [key, options[key]]));
  const read = readOptions(sessionOptions, own, site);
  const before = course.step;
  const choices = Object.fromEntries(runKeys.map((key) => [key, options[key]]));
  const endless = options.duration === undefined;
  const request = await checked.readRun(site.place, { ...choices, endless }, before, site.issues);
  if (!read) throw new ConfigError(site.issues);
  const steps = Math.min(request.steps, MAX_STEPS - before);
  const { pace, every, paused, rewind, onFrame } = read;
  const driver = new Driver(steered, {
    request: { ...request, steps },
    pace,
    every,
    paused,
    rewind,
    onFrame,
    readRecord: async (record) => {
      const { inputs: _, ...others } = choices;
      const where = new Place(["record"]);
      const other = await checked.readRun(where, { ...others, record, endless }, before, []);
      return { ...withFeedsOf(other, request), steps };
    },
  });
  await driver.open(withFeedsOf({ ...request, steps }, request));
  return new OpenSession(driver);
};
