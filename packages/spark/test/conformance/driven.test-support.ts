import type { SeriesInput } from "../../src/config/series.ts";
import { pairwiseBernoulli } from "../../src/connectivity/rule.ts";
import { type Brain, brain } from "../../src/graph/brain.ts";
import type { Input, Projection } from "../../src/graph/brain-options.ts";
import { neuron, type Population, type Soma } from "../../src/graph/neuron.ts";
import type { CurrentPart } from "../../src/inputs/forms.ts";
import { doubles } from "../../src/math/doubles.ts";
import { threefry } from "../../src/math/threefry.ts";
import type { Component, ComponentType } from "../../src/model/component.ts";
import type { Synapse } from "../../src/model/synapse.ts";
import type { InputOptions } from "../../src/run/model.ts";
import { somas } from "../../src/somas/index.ts";
import { PoissonDrive, PoissonSource, SpikeReplay } from "../../src/sources/index.ts";
import { ConductanceExponentialSynapse, DeltaSynapse, ExponentialSynapse } from "../../src/synapses/index.ts";
import { isStiff } from "./stiff.test-support.ts";

/* Random brains whose populations are driven from outside in every way that there is. */

/** Steps of 0.5 ms that a brain can run. */
export const STEPS = 40;
export const DT = 0.5;
const END = STEPS * DT;

export interface DrivenBrain {
  readonly brain: Brain;
  readonly inputs: Readonly<Record<string, InputOptions>>;
  readonly record: Readonly<Record<string, Record<string, unknown>>>;
  /** Names of what drives it. */
  readonly forms: readonly string[];
}

/** Whole numbers from 0 on, below a bound, drawn one after the other. */
type Draw = (below: number) => number;
const drawBy = (seed: number): Draw => {
  let count = 0;
  return (below) => (threefry(doubles, { first: seed, second: 99 }, count++, 0)[0] >>> 0) % below;
};

const list = <T>(length: number, each: (k: number) => T): T[] => Array.from({ length }, (_, k) => each(k));

/** What drives a port of currents, by name: one number for all units and one each take turns. */
const currents: Readonly<Record<string, (draw: Draw, units: number) => CurrentPart>> = {
  constant: (draw) => 100 + draw(200),
  "one per unit": (draw, units) => list(units, () => draw(400)),
  steps: (draw, units) => ({ steps: list(STEPS, () => list(units, () => (draw(5) === 0 ? 2000 : draw(100)))) }),
  "series for all": (draw) => ({ series: list(7, () => draw(600)), interval: 1.3, after: "repeat" }),
  "series for each": (draw, units) => ({
    series: list(4, () => list(units, () => draw(600))),
    times: [0, 1.7, 6, 13],
    between: "linear",
    after: "hold",
  }),
  step: (draw, units) => ({ step: { amplitude: amplitude(draw, units), from: 3, to: 15 } }),
  pulses: (draw, units) => ({ pulses: { amplitude: amplitude(draw, units), period: 4, width: 1.5, from: draw(4) } }),
  ramp: (draw, units) => ({ ramp: { start: 0, end: amplitude(draw, units), from: 2, to: END } }),
  sine: (draw, units) => ({
    sine: { amplitude: amplitude(draw, units), frequency: 40 + draw(200), phase: draw(8) / 8, offset: 150 },
  }),
  ornsteinUhlenbeck: (draw, units) => ({
    ornsteinUhlenbeck: { mean: amplitude(draw, units), std: 90, tau: 3 + draw(9), shared: draw(2) === 0 },
  }),
  function: (draw, units) => {
    const each = list(units, () => draw(500));
    return ({ firstStep, steps, values }) => {
      for (let k = 0; k < steps * units; k++) values[k] = each[k % units]! * ((firstStep + Math.floor(k / units)) % 3);
    };
  },
  whiteNoise: (draw, units) => ({
    whiteNoise: { mean: 100, std: amplitude(draw, units), shared: draw(2) === 0, ...(draw(2) && { seed: draw(99) }) },
  }),
};
const amplitude = (draw: Draw, units: number): number | number[] =>
  draw(2) ? 200 + draw(400) : list(units, () => draw(700));

const currentNames = Object.keys(currents);

/** Events of a few units. */
const eventsOf = (draw: Draw, units: number) => {
  const events = list(20, () => [1 + draw(STEPS), draw(units)] as const).sort(([a, x], [b, y]) => a - b || x - y);
  const single = events.filter(([step, unit], k) => step !== events[k - 1]?.[0] || unit !== events[k - 1]?.[1]);
  return { steps: single.map(([step]) => step), units: single.map(([, unit]) => unit) };
};

const rateOf = (draw: Draw, kind: number, units: number, most: number): [string, number | number[] | SeriesInput] => {
  if (kind === 0) return ["rate", draw(most)];
  if (kind === 1) return ["rate for each", list(units, () => draw(most))];
  if (kind === 2) return ["rate series", { series: list(9, () => draw(most)), interval: 1.7, after: "repeat" }];
  const series = list(3, () => list(units, () => draw(most)));
  return ["rate series for each", { series, interval: 5, between: "linear", after: "hold" }];
};

interface Part {
  readonly population: Population;
  readonly input?: InputOptions;
  readonly record: Record<string, unknown>;
  readonly forms: readonly string[];
}

/** The somas for which DT is short enough. */
const types = Object.entries(somas)
  .filter(([name]) => !isStiff(name))
  .map(([, type]) => type as unknown as ComponentType);

const somaPart = (draw: Draw, first: number): Part => {
  const units = 1 + draw(draw(3) === 0 ? 150 : 40);
  const type = types[draw(types.length)]!;
  const spread = { uniform: { min: 6, max: 18 } };
  const hasTau = Object.hasOwn(type.model.fields, "potentialTau");
  const soma = type({ units: [units], ...(hasTau && { potentialTau: spread }) } as never) as Soma;
  const synapses = { fast: ExponentialSynapse({ tau: 4 }), jump: DeltaSynapse() };
  const names = list(1 + draw(3), (k) => currentNames[(first + k * 4) % currentNames.length]!);
  const chosen = names.map((name) => currents[name]!(draw, units));
  const spikes = draw(3) === 0;
  return {
    population: neuron({ soma, synapses, inhibitory: draw(3) === 0 }),
    input: {
      current: chosen.length === 1 ? chosen[0]! : { sum: chosen },
      ...(spikes && { inSpikes: { events: eventsOf(draw, units), inhibitory: [0] } }),
    },
    record: { outSpikes: true, potential: { every: 3 }, "fast.trace": { every: 5, units: [units - 1] } },
    forms: [...names, ...(chosen.length > 1 ? ["sum"] : []), ...(spikes ? ["inSpikes"] : [])],
  };
};

const sourcePart = (draw: Draw, kind: number): Part => {
  const units = 1 + draw(60);
  const record = { outSpikes: true };
  if (kind === 4) {
    const input = { inSpikes: { events: eventsOf(draw, units) } };
    return { population: SpikeReplay({ units: [units] }), input, record, forms: ["replay"] };
  }
  const [form, rate] = rateOf(draw, kind, units, 900);
  return { population: PoissonSource({ units: [units], rate }), record, forms: [`source ${form}`] };
};

/** A conductance has the direction of its reversal potential. */
const conductanceFrom = (parts: readonly (readonly [string, Part])[], from: string): Synapse => {
  const { population } = parts.find(([name]) => name === from)![1];
  const inhibits = "inhibitory" in population && population.inhibitory === true;
  return ConductanceExponentialSynapse(inhibits ? { potentialReversal: -80 } : {});
};

/** A brain of two to four populations by a seed; what drives them goes through all forms as seeds go on. */
export const drivenBrain = (seed: number): DrivenBrain => {
  const draw = drawBy(seed);
  const somata = list(1 + draw(2), (k) => [`cells${k}`, somaPart(draw, 2 * seed + 5 * k)] as const);
  const sources = list(1 + draw(2), (k) => [`source${k}`, sourcePart(draw, (seed + 3 * k) % 5)] as const);
  const parts = [...somata, ...sources];
  const unitsOf = ({ population }: Part): number =>
    ("soma" in population ? population.soma : (population as Component)).units![0]!;
  const projections: Record<string, Projection> = {};
  for (const [from] of parts) {
    for (const [to] of somata) {
      if (draw(3) === 0) continue;
      const synapse = draw(4) === 0 ? { to, synapse: conductanceFrom(parts, from) } : { to: `${to}.fast` };
      const weight = "synapse" in synapse ? 2 : { uniform: { min: 10, max: 90 } };
      const delay = { uniform: { min: DT, max: 4 } };
      projections[`${from}To${to}`] = {
        from,
        connect: pairwiseBernoulli({ probability: 0.3 }),
        weight,
        delay,
        ...synapse,
      };
    }
  }
  const drives: Record<string, Input> = {};
  const forms = parts.flatMap(([, part]) => part.forms);
  for (const [k, [to, part]] of somata.entries()) {
    const [form, rate] = rateOf(draw, (seed + k) % 4, unitsOf(part), 30);
    drives[`to${to}`] = { to: `${to}.jump`, drive: PoissonDrive({ rate, trains: 100 + draw(400), weight: 0.7 }) };
    forms.push(`drive ${form}`);
  }
  const each = <T>(value: (part: Part) => T | undefined): Record<string, T> =>
    Object.fromEntries(parts.flatMap(([name, part]) => (value(part) === undefined ? [] : [[name, value(part)!]])));
  return {
    brain: brain({ populations: each(({ population }) => population), projections, drives } as never) as Brain,
    inputs: each(({ input }) => input),
    record: each(({ record }) => record),
    forms,
  };
};

export const allForms: readonly string[] = [
  ...currentNames,
  ...["sum", "inSpikes", "replay"],
  ...["rate", "rate for each", "rate series", "rate series for each"].flatMap((form) => [
    `source ${form}`,
    `drive ${form}`,
  ]),
];
