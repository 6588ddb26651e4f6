import { ConfigError } from "spark-snn";
import { Site } from "spark-snn/documents";
import { Fingerprint } from "./fingerprint.ts";
import { originOf } from "./origin.ts";
import { CROWDED, coveredShare, type Request } from "./read.ts";
import { doubtsOf } from "./recording/doubts.ts";
import { type Membrane, measureMembrane } from "./recording/measure.ts";
import type { ReadRecording } from "./recording/recording.ts";
import type { Point } from "./search/optimizer.ts";
import { scaleFields, scalesOf } from "./space/bounds.ts";
import { readSpace } from "./space/read.ts";
import { placeOf, type Space } from "./space/space.ts";

/** The search problem that follows from options and recordings. */
export interface Plan {
  readonly space: Space;
  /** A point from which a strategy starts, if there is one. */
  readonly start: Point | undefined;
  /** Values measured in the recorded potentials, which are therefore not free. */
  readonly measured: Readonly<Record<string, number>>;
  readonly fingerprint: string;
  readonly warnings: readonly string[];
}

/** @throws ConfigError if the free parameters are invalid, or no current could make a soma spike. */
export const planFit = (request: Request): Plan => {
  const { model, given, recordings, trainings, objective, settings } = request;
  const site = new Site(originOf(given).place, [], undefined);
  const training = recordings.filter(({ name }) => trainings[0]!.includes(name));
  const measured = measuredFields(request, training);
  const fixed = { ...defaultsOf(request), ...request.start, ...measured, ...request.fixed };
  const membrane = { rest: fixed["potentialRest"] ?? 0, resistance: fixed["resistance"] ?? 1 };
  const scales = scalesOf(training, membrane, settings.dt);
  const sought = given.free;
  if (scales.reach <= 0 && (sought === undefined || Object.values(sought).includes(true))) {
    site
      .at("recordings")
      .refuse("must contain a current above 0 pA to derive bounds from; received none. Give bounds under free.");
  }
  const voltage = objective.voltage !== undefined;
  // If potentials are compared, the measured values only scale the bounds; otherwise they are the values themselves.
  const space = readSpace(
    {
      model,
      free: sought,
      fixed: voltage ? request.fixed : { ...measured, ...request.fixed },
      values: fixed,
      scales,
      voltage,
    },
    site.at("free"),
  );
  if (!space || site.issues.length > 0) throw new ConfigError(site.issues);
  const complete = { ...fixed, ...space.fixed };
  const settled = Object.keys(model.fields).filter(
    (name) => !space.names.includes(name) && !Object.hasOwn(space.ties, name),
  );
  const whole: Space = {
    ...space,
    fixed: Object.fromEntries(settled.map((name) => [name, complete[name]!])),
    ...(request.latency !== undefined && { latency: request.latency }),
  };
  const start = startIn(whole, request.start);
  return {
    space: whole,
    measured: Object.fromEntries(Object.entries(measured).filter(([name]) => settled.includes(name))),
    start,
    fingerprint: fingerprintOf(request, whole, start),
    warnings: [...recordings.flatMap(doubtsOf), ...windowWarnings(request), ...scaleWarnings(request, whole)],
  };
};

const defaultsOf = ({ model }: Request): Record<string, number> =>
  Object.fromEntries(Object.entries(model.fields).map(([name, field]) => [name, field.default]));

/** Rest and resistance, averaged over the recordings that show them, unless the caller fixed them. */
const measuredFields = (
  { model, fixed }: Request,
  training: readonly ReadRecording[],
): Readonly<Record<string, number>> => {
  if (!scaleFields.every((name) => Object.hasOwn(model.fields, name))) return {};
  const found = training.map(measureMembrane).filter((one): one is Membrane => one !== undefined);
  if (found.length === 0) return {};
  const mean = (key: keyof Membrane): number =>
    Number((found.reduce((sum, one) => sum + one[key], 0) / found.length).toPrecision(4));
  const measured = { potentialRest: mean("rest"), resistance: mean("resistance") };
  return Object.fromEntries(Object.entries(measured).filter(([name]) => !Object.hasOwn(fixed, name)));
};

/** If a neuron spikes fast compared with the window, its coincidences are hardly above chance. */
const windowWarnings = ({ objective: { coincidence }, recordings }: Request): string[] =>
  recordings.flatMap((recording) => {
    if (!coincidence || coveredShare(recording, coincidence.window) < CROWDED) return [];
    return [
      `${recording.name}: the spikes are so dense that most times are within ${coincidence.window} ms of one, and Γ is uninformative. Give a shorter coincidence.window.`,
    ];
  });

/** Spike times do not constrain the resistance if the potentials are free too. */
const scaleWarnings = ({ objective }: Request, { names }: Space): string[] => {
  const loose = scaleFields.filter((name) => names.includes(name));
  if (objective.voltage || loose.length === 0 || !names.includes("threshold")) return [];
  return [
    `Spike times alone do not constrain ${loose.join(" and ")}: if all potentials are shifted or scaled together, the soma spikes as before. Fix ${loose.length > 1 ? "them" : "it"}, or compare a voltage.`,
  ];
};

/** The point of the values from which the search starts. Values beyond a bound are at the bound. */
const startIn = ({ names, bounds, latency }: Space, values: Readonly<Record<string, number>>): Point | undefined => {
  if (!names.some((name) => Object.hasOwn(values, name))) return undefined;
  // Parameters without a value start in the middle of their ranges.
  const point = names.map((name, d) => (Object.hasOwn(values, name) ? placeOf(bounds[d]!, values[name]!) : 0.5));
  return typeof latency === "object" ? [...point, 0.5] : point;
};

/** Hash of everything that determines the result except the length of the search. */
const fingerprintOf = (request: Request, space: Space, start: Point | undefined): string => {
  const { model, objective, across, method, seed, size, firstSize, settings, trainings, recordings } = request;
  const { dt, dtype } = settings;
  const print = new Fingerprint();
  print.text(
    JSON.stringify([
      model.name,
      space,
      objective,
      method,
      seed,
      size,
      firstSize,
      dt,
      dtype,
      trainings,
      ...(start ? [start] : []),
      ...(across === "mean" ? [] : [across]),
    ]),
  );
  const origins = Object.values(model.state).flatMap(({ from }) => from ?? []);
  print.text(Object.keys(model.next).join());
  print.expressions([model.spikes, ...Object.values(model.next), ...origins]);
  for (const { name, current, repetitions, voltage, duration, weight } of recordings) {
    print.text(JSON.stringify([name, duration, weight, repetitions.map(({ length }) => length)]));
    for (const values of [current.values, current.times, ...repetitions]) print.numbers(values);
    if (voltage) for (const values of [voltage.values, voltage.times]) print.numbers(values);
  }
  return print.value;
};
