import {
  type Brain,
  type BrainOptions,
  brain,
  ConfigError,
  type ConnectionRule,
  type Input,
  type Layout,
  neuron,
  PoissonDrive,
  PoissonSource,
  type Population,
  type Projection,
  type Readout,
  SpikeReplay,
  type Synapse,
  type SynapseValues,
} from "../../src/entries/index.ts";
import type { Soma } from "../../src/graph/neuron.ts";
import { doubles } from "../../src/math/doubles.ts";
import { threefry } from "../../src/math/threefry.ts";
import { somas } from "../../src/somas/index.ts";
import { synapses } from "../../src/synapses/index.ts";
import { isStiff } from "./stiff.test-support.ts";

/** Choices that depend on a seed alone. */
export class Dice {
  readonly #seed: number;
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A whole number from 0, below `count`. */
  below(count: number): number {
    return (threefry(doubles, { first: this.#seed, second: 78 }, this.#count++, 0)[0] >>> 0) % count;
  }
  /** True once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
  /** In tenths of what lies between. */
  between(low: number, high: number): number {
    return low + ((high - low) * this.below(11)) / 10;
  }
  list<T>(length: number, one: () => T): T[] {
    return Array.from({ length }, one);
  }
}

type Create<T> = (config: object) => T;
/** The somas for which DT is short enough. */
const somaTypes = Object.entries(somas)
  .filter(([name]) => !isStiff(name))
  .map(([, type]) => type as unknown as Create<Soma>);
const synapseTypes = Object.values(synapses) as unknown as Create<Synapse>[];

/** Weights that are felt: of one spike, by the unit of weights. */
const strength = { pA: 90, mV: 3, nS: 4 } as Readonly<Record<string, number>>;
const strengthOf = ({ model }: Synapse): number =>
  strength[model.weightUnit]! * (model.name === "LinearSynapse" ? 30 : 1);

const randomSoma = (dice: Dice, units: number): Soma => {
  const spread = dice.once(2) ? { uniform: { min: 8, max: 30 } } : dice.between(5, 25);
  const type = dice.of(somaTypes);
  return type({
    units: units % 2 === 0 && dice.once(2) ? [2, units / 2] : [units],
    ...(Object.hasOwn(type({}).model.fields, "potentialTau") && { potentialTau: spread }),
  });
};

const randomSynapse = (dice: Dice): Synapse => {
  const type = dice.of(synapseTypes);
  const { model } = type({});
  const tau = dice.once(2) ? { uniform: { min: 1, max: 12 } } : dice.between(0.5, 15);
  return type({
    ...(Object.hasOwn(model.fields, "tau") && { tau }),
    ...(model.currentOf !== undefined && { currentOf: dice.of(["mean", "value"]) }),
  });
};

/** One end of a projection to be drawn. */
interface End {
  readonly name: string;
  readonly units: number;
}

const randomRule = (dice: Dice, source: End, target: End): ConnectionRule => {
  const autapses = dice.once(2);
  const multapses = dice.once(2);
  const loop = !autapses && source.name === target.name ? 1 : 0;
  const degree = (partners: number): number => {
    const most = multapses ? (partners > 0 ? 15 : 0) : Math.min(15, partners);
    return dice.below(most + 1);
  };
  const from = source.units - loop;
  const to = target.units - loop;
  const peak = dice.between(0, 1);
  const profile = dice.of([
    { gaussian: { peak, width: 20 } },
    { exponential: { peak, length: 15, reach: 40 } },
    { disc: { peak, reach: 25 } },
  ]);
  const rules: ConnectionRule[] = [
    { allToAll: { autapses } },
    source.units === target.units ? { oneToOne: {} } : { allToAll: { autapses } },
    { pairwiseBernoulli: { probability: dice.of([0, 0.05, 0.3, 0.8, 1]), autapses } },
    { distanceBernoulli: { probability: profile, autapses } },
    { fixedInDegree: { inDegree: degree(from), autapses, multapses } },
    { fixedOutDegree: { outDegree: degree(to), autapses, multapses } },
    { fixedTotalNumber: { total: Math.min(degree(source.units * to) * 20, source.units * to), autapses, multapses } },
  ];
  return dice.once(8) ? explicitRule(dice, source, target) : dice.of(rules);
};

const explicitRule = (dice: Dice, source: End, target: End): ConnectionRule => {
  const length = dice.below(200);
  return {
    explicit: {
      sources: dice.list(length, () => dice.below(source.units)),
      targets: dice.list(length, () => dice.below(target.units)),
    },
  };
};

/** Weights or delays about a value, which is greater than 0. */
const randomValues = (dice: Dice, about: number, source: End, target: End): SynapseValues => {
  const some = (): number => about * dice.between(0.2, 2);
  return dice.of<SynapseValues>([
    about,
    { constant: about },
    { uniform: { min: 0, max: 2 * about } },
    { normal: { mean: about, std: about / 2, min: 0.01 * about } },
    { logNormal: { median: about, sigma: 0.4, max: 4 * about } },
    { bySource: dice.list(source.units, some) },
    { byTarget: dice.list(target.units, some) },
    { byDistance: { offset: about / 2, slope: about / 40, max: 3 * about } },
  ]);
};

/** A rate up to so many Hz: drawn for each unit, or one that changes in time. */
const randomRate = (dice: Dice, most: number) =>
  dice.of([
    { uniform: { min: most / 20, max: most } },
    most / 2,
    { series: dice.list(5, () => dice.between(0, most)), interval: dice.of([3, 7.5]), after: "repeat" as const },
    {
      series: dice.list(9, () => dice.between(0, most)),
      interval: 6,
      between: "linear" as const,
      after: "hold" as const,
    },
  ]);

/** What a random brain is run with. */
export interface RandomRun {
  readonly inputs: Readonly<Record<string, object>>;
  readonly record: Readonly<Record<string, object>>;
}

/** What of a brain a seed leaves open: equal whatever the layout. */
export interface RandomBrain extends RandomRun {
  readonly brain: Brain;
}

const DT = 0.5;
const STEPS = 80;
export const randomRunTime = { dt: DT, duration: DT * STEPS } as const;

/**
 * A brain drawn by a seed: somas of all kinds as they are or within neurons, mixed inhibition, sources, every rule, kind
 * of weight, delay and synapse, loops, shared receptors and drives.
 */
export const randomBrain = (seed: number, layout: Layout): RandomBrain => {
  const dice = new Dice(seed);
  const ends = dice
    .list(1 + dice.below(3), () => dice.below(dice.once(3) ? 200 : 40) + 1)
    .map((units, k): End => ({ name: `cells${k}`, units }));
  const made = ends.map(({ units }) => randomPopulation(dice, units));
  const populations: Record<string, Population> = Object.fromEntries(
    ends.map(({ name }, k) => [name, made[k]!.population]),
  );
  const sources = [...ends];
  const addSource = (name: string, create: (units: number) => Population): void => {
    const units = 1 + dice.below(60);
    populations[name] = create(units);
    sources.push({ name, units });
  };
  if (dice.once(2)) addSource("noise", (units) => PoissonSource({ units: [units], rate: randomRate(dice, 90) }));
  if (dice.once(3)) addSource("replay", (units) => SpikeReplay({ units: [units] }));
  const inhibits = (name: string): boolean => made[ends.findIndex((end) => end.name === name)]?.inhibitory === true;
  const endingIn = (k: number): { readonly to: string; readonly synapse?: Synapse; readonly strength: number } => {
    const [receptor, own] = dice.of(Object.entries(made[k]!.synapses).concat([["", randomSynapse(dice)]]));
    const name = ends[k]!.name;
    return receptor === ""
      ? { to: name, synapse: own, strength: strengthOf(own) }
      : { to: `${name}.${receptor}`, strength: strengthOf(own) };
  };
  const conducts = ({ to, synapse }: { readonly to: string; readonly synapse?: Synapse }, place: number): boolean => {
    const own: Readonly<Record<string, Synapse>> = made[place]!.synapses;
    return (synapse ?? own[to.split(".")[1]!])!.model.weightUnit === "nS";
  };
  const projections: Record<string, Projection> = {};
  for (let k = 0; k < 1 + dice.below(6); k++) {
    const source = dice.of(sources);
    const place = dice.below(ends.length);
    const { strength: about, ...ending } = endingIn(place);
    const target = ends[place]!;
    const weight = randomValues(dice, about, source, target);
    const negative = !inhibits(source.name) && dice.once(4) && typeof weight === "number" && !conducts(ending, place);
    // A conductance has the direction of its reversal potential, so inhibitory units do not get an excitatory one.
    if (inhibits(source.name) && conducts(ending, place)) continue;
    projections[`p${k}`] = {
      from: source.name,
      ...ending,
      connect: randomRule(dice, source, target),
      weight: negative ? -weight : weight,
      ...(!dice.once(3) && { delay: randomValues(dice, dice.of([0.5, 1, 3]), source, target) }),
    };
  }
  const drives: Record<string, Input> = {};
  for (let k = 0; k < dice.below(3); k++) {
    const { strength: about, ...ending } = endingIn(dice.below(ends.length));
    const drive = PoissonDrive({ rate: randomRate(dice, 40), trains: 1 + dice.below(50), weight: about / 4 });
    drives[`d${k}`] = { ...ending, drive };
  }
  const readouts: Record<string, Readout> = {};
  for (let k = 0; k < dice.below(3); k++) {
    const { name, units } = dice.of(sources);
    const chosen = dice.once(2) ? {} : { units: [dice.below(units)] };
    const filter = dice.once(3) ? {} : { tau: dice.between(2, 30) };
    const of = ends.some((end) => end.name === name) && dice.once(2) ? { of: "potential" } : {};
    readouts[`r${k}`] = { from: name, ...of, ...chosen, ...filter, mean: dice.once(2) };
  }
  const positions = Object.fromEntries(
    sources.map(({ name, units }) => [name, dice.list(units, () => [dice.below(100), dice.below(30)])]),
  );
  const options = { populations, projections, drives, readouts, positions } as BrainOptions<Record<string, Population>>;
  const { inputs, record } = randomRun(dice, ends, sources);
  const all = { ...record, readouts: Object.fromEntries(Object.keys(readouts).map((name) => [name, true])) };
  return { brain: laidOut(options, layout), inputs, record: all };
};

/** The brain with a layout, and with lists where that is refused. */
const laidOut = (options: BrainOptions<Record<string, Population>>, layout: Layout): Brain => {
  const refused = new Set<string>();
  for (;;) {
    const projections = Object.entries(options.projections ?? {}).map(([name, projection]) => [
      name,
      { ...projection, layout: refused.has(name) ? ("sparse" as const) : layout },
    ]);
    try {
      return brain({ ...options, projections: Object.fromEntries(projections) });
    } catch (error) {
      const paths = error instanceof ConfigError ? error.issues.map(({ path }) => path) : [];
      const names = paths.map((path) => /^brain\.projections\.(\w+)\.layout$/.exec(path)?.[1]);
      if (names.length === 0 || names.includes(undefined)) throw error;
      for (const name of names) refused.add(name!);
    }
  }
};

const randomPopulation = (dice: Dice, units: number) => {
  const soma = randomSoma(dice, units);
  if (dice.once(2)) return { population: soma, synapses: {}, inhibitory: false } as const;
  const own: Record<string, Synapse> = Object.fromEntries(
    dice.list(1 + dice.below(2), () => randomSynapse(dice)).map((synapse, k) => [`s${k}`, synapse]),
  );
  const inhibitory = dice.of([false, true, dice.list(units, () => dice.once(2))]);
  return { population: neuron({ soma, synapses: own, inhibitory }), synapses: own, inhibitory: inhibitory !== false };
};

const randomRun = (dice: Dice, ends: readonly End[], sources: readonly End[]): RandomRun => {
  const inputs: Record<string, object> = {};
  for (const { name, units } of ends) {
    const current = dice.of<unknown>([
      dice.between(150, 500),
      Float64Array.from(dice.list(units, () => dice.between(100, 400))),
      { ornsteinUhlenbeck: { mean: 220, std: 100, tau: 5 } },
      undefined,
    ]);
    if (current !== undefined) inputs[name] = { current };
  }
  const replay = sources.find(({ name }) => name === "replay");
  if (replay) {
    const steps = dice.list(40, () => 1 + dice.below(STEPS)).sort((a, b) => a - b);
    const seen = new Set<string>();
    const events = steps
      .map((step) => ({ step, unit: dice.below(replay.units) }))
      .filter(({ step, unit }) => !seen.has(`${step} ${unit}`) && seen.add(`${step} ${unit}`));
    inputs["replay"] = { inSpikes: { events: { steps: events.map((e) => e.step), units: events.map((e) => e.unit) } } };
  }
  const record = Object.fromEntries(
    sources.map(({ name, units }) => {
      const some = { every: 1 + dice.below(5), units: [dice.below(units)] };
      const soma = ends.some((end) => end.name === name);
      return [name, { outSpikes: true, ...(soma && { potential: some }) }];
    }),
  );
  return { inputs, record };
};
