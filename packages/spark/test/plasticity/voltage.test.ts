import { describe, expect, test } from "vitest";
import {
  AdaptiveExponentialSoma,
  allToAll,
  brain,
  ClopathStdp,
  compile,
  DeltaSynapse,
  decay,
  field,
  float,
  gt,
  IzhikevichSoma,
  LeakySoma,
  mul,
  type Plasticity,
  PoissonSource,
  plasticity,
  quantity,
  SpikeArray,
  SpikeReplay,
  soma,
} from "../../src/entries/index.ts";
import { depressed, growthOf, potentiated, traced } from "../../src/plasticity/voltage.ts";
import { startNeuron } from "./aeif.test-support.ts";

/* Rules that read the potential of their target. */

const potentials = {
  potential: float(-70.6, "mV", "Potential."),
  fast: float(-70.6, "mV", "Fast filter."),
  slow: float(-70.6, "mV", "Slow filter."),
};

/** Has the states that it is told, and never spikes. */
const Shown = soma(
  "Shown",
  {
    potentialNow: field(-70.6, "mV", "Potential."),
    fastNow: field(-70.6, "mV", "Fast filter."),
    slowNow: field(-70.6, "mV", "Slow filter."),
  },
  {
    about: "Has the states that it is told.",
    state: () => potentials,
    step: (x) => ({
      spikes: gt(x.jump, quantity(1e9, "mV")),
      potential: x.potentialNow,
      fast: x.fastNow,
      slow: x.slowNow,
    }),
  },
);

/** The rule of Clopath et al. with filters that the soma integrates, as in NEST. */
const FilteredClopath = plasticity("FilteredClopath", ClopathStdp.model.fields, {
  about: "For tests.",
  target: { potential: "mV", fast: "mV", slow: "mV" },
  pre: () => ({ trace: float(0, "1/ms", "Trace.") }),
  post: () => ({
    fast: potentials.fast,
    slow: potentials.slow,
    fastBefore: potentials.fast,
    slowBefore: potentials.slow,
    growth: float(0, "weight·ms", "Growth."),
  }),
  begin: { pre: (x) => ({ trace: decay(x.pre.trace, x.preTau) }) },
  arrive: (x) => ({ weight: depressed(x, x.post.slowBefore), pre: { trace: traced(x) } }),
  follow: (x) => ({ post: { fast: x.target.fast, slow: x.target.slow } }),
  delayed: { fastBefore: { of: "fast", by: "delay" }, slowBefore: { of: "slow", by: "delay" } },
  settle: (x) => ({ post: { growth: growthOf(x, x.post.fastBefore) } }),
  end: (x) => ({ weight: potentiated(x, x.post.growth) }),
});

const DT = 0.1;
const stepsOf = (times: readonly number[]): number[] => times.map((time) => Math.round(time / DT));

/** One synapse that learns. */
const pairOf = (rule: Plasticity, post: ReturnType<typeof Shown>) => {
  const one = {
    from: "pre",
    to: "post",
    connect: allToAll(),
    weight: 0.5,
    synapse: DeltaSynapse(),
    plasticity: rule,
  } as const;
  return compile(brain({ populations: { pre: SpikeReplay({ units: [1] }), post }, projections: { one } }), {
    dt: DT,
    dtype: "f64",
  });
};

/** The weight after a pairing protocol, in percent, with changes exaggerated 15 times. */
const paired = async (rule: Plasticity, pre: readonly number[], post: readonly number[]): Promise<number> => {
  const simulation = await pairOf(rule, Shown({ units: [1] }));
  const neuron = startNeuron();
  const [arrivals, jumps] = [new Set(stepsOf(pre)), new Set(stepsOf(post))];
  const on = SpikeArray.fromIndices([0], [1]);
  const off = SpikeArray.fromIndices([], [1]);
  const weight = () => simulation.weights("one").read()[0]!;
  try {
    for (let step = 0; step <= Math.max(...arrivals); step++) {
      // A spike of the synapse moves the potential one step after its arrival.
      const shown = neuron((jumps.has(step) ? 80 : 0) + (arrivals.has(step - 1) ? weight() : 0));
      for (const [name, value] of Object.entries(shown)) simulation.set(`post.${name}Now` as "post.fastNow", value);
      simulation.step({ pre: { inSpikes: arrivals.has(step + 1) ? on : off } } as never);
    }
    return 100 + (15 * 100 * (weight() - 0.5)) / 0.5;
  } finally {
    simulation.dispose();
  }
};

/** Pairing protocols of NEST's test: spikes of both sides in ms, and the weight in percent, exaggerated 15 times. */
const protocols = [
  [[29, 129, 229, 329, 429], [19, 119, 219, 319, 419], 57.82638722],
  [[29, 62.3, 95.7, 129, 162.3], [19, 52.3, 85.7, 119, 152.3], 72.16730112],
  [[29, 49, 69, 89, 109], [19, 39, 59, 79, 99], 149.43359357],
  [[129, 229, 329, 429, 529, 629], [139, 239, 339, 439, 539, 639], 103.30408341],
  [[62.3, 95.6, 129, 162.3, 195.6, 229], [72.3, 105.6, 139, 172.3, 205.6, 239], 124.03640668],
  [[49, 69, 89, 109, 129, 149], [59, 79, 99, 119, 139, 159], 157.02882555],
] as const;

describe.each(protocols)("a protocol of NEST, %j and %j", (pre, post, percent) => {
  test("gives its weight, with the filters of its neuron", async () => {
    const weight = await paired(FilteredClopath({ weightMax: 100 }), pre, post);
    expect(Math.abs(weight / percent - 1)).toBeLessThan(1e-7);
  });

  test("gives it nearly, with the filters of the rule", async () => {
    const weight = await paired(ClopathStdp({ weightMax: 100 }), pre, post);
    expect(Math.abs(weight - percent)).toBeLessThan(0.3);
  });
});

test("depression grows with the square of the mean depolarisation", async () => {
  const change = async (depolarization: number) => {
    const rule = ClopathStdp({ depolarization, depolarizationTau: 1 });
    const simulation = await pairOf(rule, Shown({ units: [1], potentialNow: -50.6 }));
    const events = { times: [200], units: [0] };
    await simulation.run({ duration: 210, inputs: { pre: { inSpikes: { events } } } });
    const weight = simulation.weights("one").read()[0]!;
    simulation.dispose();
    return weight - 0.5;
  };
  // The potential is 20 mV above the lower threshold, and so are its filters.
  expect(await change(0)).toBeCloseTo(-14e-5 * 20, 8);
  expect(await change(40)).toBeCloseTo((-14e-5 * 20) / 4, 8);
});

const Seen = plasticity(
  "Seen",
  { lag: field(1.5, "ms", "Lag.") },
  {
    about: "For tests.",
    target: { potential: "mV" },
    post: () => ({
      before: float(0, "mV", "At the beginning of a step."),
      after: float(0, "mV", "At the end of a step."),
      earlier: float(7, "mV", "At the end of an earlier step."),
      spiked: float(0, "mV", "At the last spike."),
      sum: float(0, "mV", "At the end, once per synapse."),
    }),
    synapse: () => ({ seen: float(0, "mV", "At the last arrival.") }),
    begin: { post: (x) => ({ before: x.target.potential }) },
    arrive: (x) => ({ synapse: { seen: x.target.potential } }),
    follow: (x) => ({ post: { after: x.target.potential } }),
    delayed: { earlier: { of: "after", by: "lag" } },
    fire: (x) => ({ post: { spiked: x.target.potential } }),
    gather: (x) => ({ post: { sum: x.target.potential } }),
  },
);

const seeing = (plasticity: object, cells: object = LeakySoma({ units: [70] })) =>
  brain({
    populations: { input: PoissonSource({ units: [20], rate: 100 }), cells },
    projections: {
      learned: {
        from: "input",
        to: "cells",
        connect: { allToAll: {} },
        weight: 2,
        synapse: DeltaSynapse(),
        plasticity,
      },
    },
  } as never);

test("a rule sees the end of the last step before the populations advance, and then the end of the step", async () => {
  const simulation = await compile(seeing(Seen()), { dt: 0.5, dtype: "f64" });
  const seen: number[][] = [];
  let spikes = 0;
  let arrivals = 0;
  for (let step = 0; step < 60; step++) {
    // The potential is stored relative to the resting potential, which may change.
    if (step === 30) simulation.set("cells.potentialRest" as never, -62 as never);
    const { cells } = simulation.step() as never as {
      cells: { potential: { values: ArrayLike<number> }; outSpikes: { indices: () => number[] } };
    };
    seen.push(Array.from(cells.potential.values));
    const { learned } = simulation.snapshot();
    const values = (name: string) => Array.from(learned!["learned"]![name]!.slice(0, 1400));
    const close = (name: string, wanted: readonly number[]) => {
      const received = values(name);
      for (const [unit, value] of wanted.entries()) expect(received[unit], `${name} ${step}`).toBeCloseTo(value, 9);
    };
    close("post.after", seen[step]!);
    if (step > 0 && step !== 30) close("post.before", seen[step - 1]!);
    close("post.earlier", seen[step - 3] ?? seen[0]!.map(() => 7));
    close(
      "post.sum",
      seen[step]!.map((value) => 20 * value),
    );
    for (const unit of cells.outSpikes.indices()) {
      spikes++;
      expect(values("post.spiked")[unit]).toBeCloseTo(seen[step]![unit]!, 9);
    }
    const last = new Set(seen[step - 1]);
    arrivals += values("synapse.seen").filter((value) => last.has(value)).length;
  }
  expect(spikes).toBeGreaterThan(10);
  expect(arrivals).toBeGreaterThan(1000);
  simulation.dispose();
});

test("a snapshot contains the past of delayed state variables", async () => {
  const rule = () => ClopathStdp({ weightMax: 4, thresholdHigh: -60, delay: 2 });
  const run = async (parts: readonly number[]) => {
    const simulation = await compile(seeing(rule()), { dt: 0.5 });
    let other = simulation;
    for (const [k, duration] of parts.entries()) {
      if (k > 0) {
        const snapshot = other.snapshot();
        if (k > 1) other.dispose();
        other = await compile(seeing(rule()), { dt: 0.5 });
        other.restore(snapshot);
      }
      await other.run({ duration });
    }
    const weights = Array.from(other.weights("learned").read());
    other.dispose();
    if (other !== simulation) simulation.dispose();
    return weights;
  };
  const whole = await run([60]);
  expect(whole.some((weight) => weight !== 2)).toBe(true);
  expect(await run([13.5, 0.5, 46])).toEqual(whole);
});

describe("a network refuses", () => {
  const Recovering = plasticity(
    "Recovering",
    {},
    {
      about: "For tests.",
      target: { recovery: "pA" },
      post: () => ({ last: float(0, "pA", "Last.") }),
      follow: (x) => ({ post: { last: x.target.recovery } }),
      end: (x) => ({ weight: mul(x.weight, 1) }),
    },
  );
  test.each([
    [
      "a target without the state",
      () => seeing(Recovering()),
      "brain.projections.learned.plasticity reads recovery in pA of its targets, but cells is a LeakySoma, which has potential in mV. Use another rule, or another soma.",
    ],
    [
      "a target with the state in another unit, in a list of rules",
      () => seeing([ClopathStdp(), Recovering()], IzhikevichSoma({ units: [3] })),
      "brain.projections.learned.plasticity[1] reads recovery in pA of its targets, but cells is a IzhikevichSoma, whose recovery is in mV/ms. Use another rule, or another soma.",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

test("voltage rules learn with an adaptive exponential soma", async () => {
  const network = seeing(ClopathStdp({ weightMax: 4 }), AdaptiveExponentialSoma({ units: [5] }));
  const simulation = await compile(network, { dt: 0.1 });
  await simulation.run({ duration: 100 });
  const weights = Array.from(simulation.weights("learned").read());
  expect(weights.some((weight) => weight < 2)).toBe(true);
  simulation.dispose();
});
