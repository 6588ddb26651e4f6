import { type Check, field, nonNegative, positive } from "../config/field.ts";
import type { Float } from "../expr/expr.ts";
import {
  add,
  div,
  exp,
  expm1,
  ge,
  gt,
  lt,
  max,
  mod,
  mul,
  neg,
  not,
  quantity,
  relax,
  select,
  since,
  sinTurn,
  steps,
  sub,
  tanh,
  toFloat,
  uniformNoise,
  unitIndex,
  when,
} from "../expr/verbs.ts";
import type { ConfigOf, Rule } from "../model/component.ts";
import { signal } from "../model/ports.ts";
import { type FieldScope, float, int } from "../model/scope.ts";
import { spikeSource } from "../model/spike-source.ts";
import { perStep } from "./chance.ts";

/*
 * Sources whose rates follow a signal: the input interfaces of Python Spark. A topological spiker represents each value by
 * a row of units along the last axis, of which those near the value are active.
 */

const binary: Check = {
  holds: (value) => value === 0 || value === 1,
  requirement: "must be 0 or 1",
  schema: { minimum: 0, maximum: 1, multipleOf: 1 },
};

const rateMax = field(100, "Hz", "Rate for a signal of 1.", nonNegative);
const poisson = { rateMax };
const linear = {
  rateMax: field(100, "Hz", "Rate for a constant signal of 1.", positive),
  tau: field(
    100,
    "ms",
    "Time constant of the sum of the signal. A long one makes the rate proportional to the signal.",
    positive,
  ),
  cooldown: field(2, "ms", "Time after a spike during which a unit ignores the signal.", nonNegative),
};
const map = {
  signalMin: field(0, "1", "Value that the first place represents."),
  signalMax: field(1, "1", "Value that the last place represents."),
  ring: field(
    0,
    "1",
    "1 if the places lie on a ring, where signalMin and signalMax are neighbours; 0 for a line.",
    binary,
  ),
  tuningVariance: field(1 / 32, "1", "Variance of the tuning curves. A larger one activates more places.", positive),
};

const own = { signal: signal("1", "Signal of each unit. A signal of 1 gives the rate rateMax, and 0 no spikes.") };
const shared = {
  signal: signal("1", "Values to represent: one for all places along the last axis.", { shared: true }),
};

/** Activity of a place, from 0 to 1, for a value of the signal. */
const activity = (x: FieldScope<typeof map> & { readonly signal: Float; readonly places: Float }): Float => {
  const place = div(mod(toFloat(unitIndex), x.places), max(sub(x.places, 1), 1));
  const value = div(sub(x.signal, x.signalMin), sub(x.signalMax, x.signalMin));
  const onRing = sinTurn(div(add(place, value), 2));
  const onLine = tanh(mul(sub(place, value), Math.PI));
  const distance = select(gt(x.ring, 0.5), onRing, onLine);
  return exp(neg(div(mul(distance, distance), mul(x.tuningVariance, 2))));
};

const spread = (x: FieldScope<typeof map>): Rule => ({
  field: "signalMax",
  holds: gt(x.signalMax, x.signalMin),
  requirement: "must be greater than signalMin",
  remedy: "Give the range of the signal.",
});

/** Whether each unit spikes in a step, for its part of the largest rate. */
const poissonSpikes = (x: FieldScope<typeof poisson>, part: Float) =>
  lt(uniformNoise("spikes"), mul(perStep(x.rateMax), part));

const atMostOne = (x: FieldScope<typeof poisson>): Rule => ({
  field: "rateMax",
  holds: ge(1, perStep(x.rateMax)),
  requirement: "must give at most one spike per step",
  remedy: "Use a shorter dt.",
});

/** Time between the end of the cooldown and the next spike, for a signal of 1. */
const rise = (x: FieldScope<typeof linear>): Float => sub(div(quantity(1000, "ms/s"), x.rateMax), x.cooldown);

const linearState = (x: FieldScope<typeof linear>) => ({
  sum: float(0, "1", "Leaky sum of the signal since the last spike. A unit spikes when it reaches 1."),
  age: int(steps(x.cooldown), "Steps since the last spike, up to the length of the cooldown."),
});

const shortCooldown = (x: FieldScope<typeof linear>): Rule => ({
  field: "cooldown",
  holds: gt(rise(x), 0),
  requirement: "must be shorter than the interval 1/rateMax",
  remedy: "Use a shorter cooldown or a smaller rateMax.",
});

type LinearScope = FieldScope<typeof linear> & { readonly sum: Float; readonly age: ReturnType<typeof steps> };

/** The sum that a unit needs to spike. Rounding may keep it just below 1, which would delay every spike by a step. */
const REACHED = 1 - 2 ** -16;

/** The sum approaches a limit, and reaches 1 exactly after the interval of the largest rate if the signal is 1. */
const linearStep = (x: LinearScope, part: Float) => {
  const ready = ge(x.age, steps(x.cooldown));
  const limit = div(-1, expm1(neg(div(rise(x), x.tau))));
  const sum = relax(x.sum, when(ready, mul(limit, part)), x.tau);
  const spikes = gt(sum, REACHED);
  return { spikes, sum: when(not(spikes), sum), age: since(spikes, x.age, steps(x.cooldown)) };
};

export const PoissonSpiker = spikeSource("PoissonSpiker", poisson, {
  about:
    "Spikes at random, with a rate that follows a signal: in every step each unit spikes with the probability rateMax·signal·dt. Signals below 0 count as 0, and the probability is at most 1. Python Spark 1.2.",
  inputs: own,
  rules: (x) => [atMostOne(x)],
  step: (x) => ({ spikes: poissonSpikes(x, x.signal) }),
});

export const LinearSpiker = spikeSource("LinearSpiker", linear, {
  about:
    "Regular spikes with a rate that follows a signal: each unit sums its signal with a leak, spikes when the sum reaches 1 and then ignores the signal for the cooldown. A constant signal of 1 gives the rate rateMax at every dt. Python Spark 1.2, which has other rates if dt is not 1 ms.",
  inputs: own,
  state: linearState,
  rules: (x) => [shortCooldown(x)],
  step: (x) => linearStep(x, x.signal),
});

const poissonMap = { ...map, ...poisson };

export const TopologicalPoissonSpiker = spikeSource("TopologicalPoissonSpiker", poissonMap, {
  about:
    "Represents each value of a signal by the places of a line or a ring, which spike at random: the rate is rateMax for the place of the value and falls with the distance from it. The last axis of the units holds the places: units [4, 128] represent 4 values. Python Spark 1.2.",
  inputs: shared,
  rules: (x) => [spread(x), atMostOne(x)],
  step: (x) => ({ spikes: poissonSpikes(x, activity(x)) }),
});

const linearMap = { ...map, ...linear };

export const TopologicalLinearSpiker = spikeSource("TopologicalLinearSpiker", linearMap, {
  about:
    "Represents each value of a signal by the places of a line or a ring, which spike regularly: the rate is rateMax for the place of the value and falls with the distance from it. The last axis of the units holds the places: units [4, 128] represent 4 values. Python Spark 1.2.",
  inputs: shared,
  state: linearState,
  rules: (x) => [spread(x), shortCooldown(x)],
  step: (x) => linearStep(x, activity(x)),
});

export type PoissonSpikerConfig = ConfigOf<typeof poisson>;
export type LinearSpikerConfig = ConfigOf<typeof linear>;
export type TopologicalPoissonSpikerConfig = ConfigOf<typeof poissonMap>;
export type TopologicalLinearSpikerConfig = ConfigOf<typeof linearMap>;
