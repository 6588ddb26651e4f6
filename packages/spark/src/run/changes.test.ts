import { describe, expect, test } from "vitest";
import { uniform } from "../config/initializer.ts";
import { fixedInDegree } from "../connectivity/rule.ts";
import { experiment } from "../experiment/experiment.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { LeakySoma, RefractoryLeakySoma } from "../somas/leaky.ts";
import { PoissonDrive, PoissonSource } from "../sources/index.ts";
import { ConductanceExponentialSynapse, ExponentialSynapse } from "../synapses/index.ts";
import { compile, simulate } from "./simulate.ts";

const dt = 0.1;
const cells = () => RefractoryLeakySoma({ units: [50] });
const run = { duration: 50, inputs: { current: 400 }, record: { outSpikes: true } } as const;

const network = (rate: unknown = 900) =>
  brain({
    populations: {
      noise: PoissonSource({ units: [30], rate: { series: [20, 60], interval: 10, after: "repeat" } }),
      cells: neuron({ soma: RefractoryLeakySoma({ units: [50] }), inhibitory: true }),
      other: LeakySoma({ units: [20] }),
    },
    projections: {
      first: {
        from: "noise",
        to: "cells",
        connect: fixedInDegree({ inDegree: 5 }),
        weight: 30,
        synapse: ExponentialSynapse(),
      },
      second: {
        from: "cells",
        to: "other",
        connect: fixedInDegree({ inDegree: 5 }),
        weight: 2,
        synapse: ConductanceExponentialSynapse({ potentialReversal: -80 }),
      },
    },
    drives: {
      push: {
        to: "other",
        synapse: ConductanceExponentialSynapse({ tau: 3 }),
        drive: PoissonDrive({ rate: rate as number, weight: 3 }),
      },
    },
    readouts: { rate: { from: "cells", tau: 10, mean: true }, raw: { from: "cells" } },
  });

const messageOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("Nothing was refused.");
};

const refused = (changes: unknown, model: unknown = cells()): Promise<string> =>
  messageOf(() => simulate(model as never, { dt, duration: 50, changes } as never));

describe("the changes of a run", () => {
  test("act from the step of their time on", async () => {
    const { outSpikes, changes } = await simulate(cells(), {
      dt,
      ...run,
      changes: [
        { at: 40, set: { threshold: -1000 } },
        { at: 20, set: { threshold: 1000 } },
      ],
    });
    const steps = [...outSpikes.steps];
    expect(steps.some((step) => step <= 200)).toBe(true);
    expect(steps.some((step) => step > 200 && step <= 400)).toBe(false);
    expect(steps.filter((step) => step === 401)).toHaveLength(50);
    expect(changes).toEqual([
      { at: 20, set: { threshold: 1000 } },
      { at: 40, set: { threshold: -1000 } },
    ]);
  });

  test("use the clock of the simulation", async () => {
    const simulation = await compile(cells(), { dt });
    await simulation.run({ ...run, changes: [{ at: 30, set: { threshold: -30 } }] });
    const { changes } = await simulation.run({ ...run, changes: [{ at: 70, set: { threshold: -20 } }] });
    expect(changes).toEqual([{ at: 70, set: { threshold: -20 } }]);
    expect(simulation.changes).toEqual([{ at: 30, set: { threshold: -30 } }, ...changes!]);
    expect(await messageOf(() => simulation.run({ ...run, changes: [{ at: 70, set: { threshold: 1 } }] }))).toBe(
      "changes[0].at must be in the run, at 100 ms or later and before 150 ms; received 70 ms. Give another time.",
    );
    simulation.reset();
    expect(simulation.changes).toEqual([]);
  });

  test("begin with steps where a run ended, and leave number and array as they were given", async () => {
    const simulation = await compile(cells(), { dt });
    const array = Array.from({ length: 50 }, (_, k) => -45 + k / 10);
    const changes = [
      { at: 10, set: { threshold: array } },
      { at: 20, set: { threshold: -41 } },
    ];
    await simulation.run({ ...run, changes });
    expect(simulation.get("threshold")).toBe(-41);
    expect(simulation.snapshot().values).toEqual({ threshold: -41 });
    const parts = await compile(cells(), { dt });
    await parts.run({ ...run, duration: 10 });
    parts.set("threshold", array);
    await parts.run({ ...run, duration: 10 });
    parts.set("threshold", -41);
    await parts.run({ ...run, duration: 30 });
    expect(simulation.snapshot()).toEqual(parts.snapshot());
    for (let k = 0; k < 100; k++) {
      expect(simulation.step({ current: 400 }).potential).toEqual(parts.step({ current: 400 }).potential);
    }
    simulation.set("threshold", -40);
    expect(simulation.snapshot().values).toBeUndefined();
  });

  test("of a simulation that ended early are only those that acted", async () => {
    const controller = new AbortController();
    const { changes, complete } = await simulate(cells(), {
      dt,
      duration: 1e6,
      signal: controller.signal,
      progress: () => controller.abort(),
      changes: [
        { at: 0, set: { threshold: -40 } },
        { at: 999_999, set: { threshold: -30 } },
      ],
    });
    expect(complete).toBe(false);
    expect(changes).toEqual([{ at: 0, set: { threshold: -40 } }]);
  });

  test("act on a drive whose rate changes over time", async () => {
    const changing = { series: [500, 900, 300], interval: 7, after: "repeat" } as const;
    const options = { duration: 50, record: { other: { potential: true } } } as const;
    const whole = await compile(network(changing), { dt });
    const parts = await compile(network(changing), { dt });
    await whole.run({ ...options, changes: [{ at: 20, set: { "push.trains": 5, "push.weight": 4 } }] });
    await parts.run({ ...options, duration: 20 });
    parts.set("push.trains", 5);
    parts.set("push.weight", 4);
    await parts.run({ ...options, duration: 30 });
    expect(whole.snapshot()).toEqual(parts.snapshot());
  });

  test("compile once, before the first step", async () => {
    const changes = Array.from({ length: 40 }, (_, k) => ({ at: k, set: { threshold: -45 + k / 10 } }));
    const simulation = await compile(cells(), { dt });
    const { changes: log } = await simulation.run({ ...run, changes });
    expect(log).toEqual(changes);
    // During a run, a change that compiles is refused.
    let message = "";
    await simulation.run({
      ...run,
      changes: [{ at: 60, set: { resistance: 0.2 } }],
      progress: () => {
        simulation.set("resistance", 0.3);
        try {
          simulation.set("potentialTau", 30);
        } catch (error) {
          message = (error as Error).message;
        }
      },
    });
    expect(message).toContain("is a constant of the compiled code");
  });

  test("that are refused change nothing", async () => {
    const simulation = await compile(network(), { dt });
    const before = simulation.snapshot();
    const drawn = uniform({ min: -60, max: 0 });
    const changes = [
      { at: 1, set: { "cells.threshold": -30 } },
      { at: 2, set: { "other.conductanceExponential.potentialReversal": drawn } },
    ];
    expect(await messageOf(() => simulation.run({ duration: 50, changes }))).toContain("so it would excite");
    expect(simulation.snapshot()).toEqual(before);
    expect(simulation.get("cells.threshold")).toBe(-40);
    expect(simulation.changes).toEqual([]);
  });

  test("are refused together, with their places", async () => {
    const changes = [
      5,
      { at: 5 },
      { at: 5, set: {} },
      { at: -1, set: { threshold: 1 } },
      { at: 5.03, set: { threshold: "high" } },
      { at: 50, set: { treshold: -10, units: 3 } },
      { at: 1, set: { threshold: [1, 2] } },
      { at: "1", sett: { threshold: 1 } },
      { set: 3 },
    ];
    expect(await refused(changes)).toMatchInlineSnapshot(`
      "changes[0] takes an object such as { at: 500, set: { … } }; received 5. Give one.
      changes[1] changes nothing. Give set, weights, inject or trigger.
      changes[2] changes nothing. Give set, weights, inject or trigger.
      changes[3].at must be a time of at least 0 ms; received -1 ms. Give the time of the change in ms.
      changes[4].at must be at a whole number of steps of 0.1 ms; received 5.03 ms. The nearest is 5 ms.
      changes[4].set.threshold must be a number, an array or an initializer; received "high". The default is -40 mV.
      changes[5].at must be in the run, at 0 ms or later and before 50 ms; received 50 ms. Give another time.
      changes[5].set.treshold is unknown. Did you mean "threshold"?
      changes[5].set.units cannot be set. units decides how the simulation is built, so it cannot change later. Compile again with another value.
      changes[6].set.threshold has shape [2], but the population has shape [50]. Give both the same shape.
      changes[7].sett is unknown. Did you mean "set"?
      changes[7].at must be a time of at least 0 ms; received "1". Give the time of the change in ms.
      changes[8].at is missing. Give the time of the change in ms.
      changes[8].set takes values by path; received 3. Write { "threshold": -45 } or similar."
    `);
    expect(await refused({ at: 5 })).toMatchInlineSnapshot(
      `"changes takes a list of changes; received { at }. Write [{ at: 500, set: { … } }]."`,
    );
  });

  test("of a network are refused with the names of its parts", async () => {
    const set = {
      "noise.rate": 5,
      "first.weight": 2,
      "first.synapse.tau": -1,
      "raw.tau": 1,
      "rate.tau": 0,
      "push.rates": 1,
      "other.units": 2,
    };
    expect(await refused([{ at: 1, set }], network())).toMatchInlineSnapshot(`
      "changes[0].set.noise.rate changes over time, because it was declared with a series. Declare it with a number to set it.
      changes[0].set.first.weight cannot be set. Weights belong to the synapses: use weights("first").write(…), or weights in changes of a run.
      changes[0].set.first.synapse.tau must be greater than 0 ms; received -1 ms. The default is 5 ms.
      changes[0].set.raw.tau is unknown. Known: raw.scale.
      changes[0].set.rate.tau must be greater than 0 ms; received 0 ms. Give another number.
      changes[0].set.push.rates is unknown. Did you mean "push.rate"?
      changes[0].set.other.units cannot be set. units decides how the simulation is built, so it cannot change later. Compile again with another value."
    `);
  });

  test("of weights are refused with their places, lists of another length before the first step", async () => {
    const changes = [
      { at: 1, weights: { frist: 3, first: "strong", second: -1 } },
      { at: 2, weights: { first: [1, Number.NaN] } },
      { at: 3, weights: [1] },
      { at: 4, weights: {} },
      { at: 5, weights: { first: { synapses: 3, value: 1 }, second: { synapses: [0], values: [-1] } } },
    ];
    expect(await refused(changes, network())).toMatchInlineSnapshot(`
      "changes[0].weights.frist is unknown. Did you mean "first"?
      changes[0].weights.first must be a number, a list with one per synapse, or { synapses, values }; received "strong". Give one of these.
      changes[0].weights.second must be a finite number of at least 0; received -1 nS. Give a weight.
      changes[1].weights.first[1] must be a finite number; received NaN pA. Give a weight.
      changes[2].weights takes weights by projection; received [1]. Write { "recurrent": 0 } or similar.
      changes[3] changes nothing. Give set, weights, inject or trigger.
      changes[4].weights.first.value is unknown. Did you mean "values"?
      changes[4].weights.first.synapses must be a list of numbers of synapses; received 3. Give one.
      changes[4].weights.first.values must be a number or a list with one per number of a synapse; received undefined. Give one of these.
      changes[4].weights.second.values[0] must be a finite number of at least 0; received -1 nS. Give a weight."
    `);
    expect(await refused([{ at: 1, weights: { first: 1 } }])).toMatchInlineSnapshot(
      `"changes[0].weights needs a network: a single component has no projections. Remove it."`,
    );
    const simulation = await compile(network(), { dt });
    const lists = [
      { at: 0, set: { "cells.threshold": -10 } },
      { at: 40, weights: { second: [1, 2, 3] } },
      { at: 41, weights: { second: { synapses: [1, 100], values: 1 } } },
      { at: 42, weights: { second: { synapses: [1, 2], values: [1] } } },
    ];
    let message = "";
    const failed = await simulation.run({ duration: 50, changes: lists }).catch((error: Error) => {
      message = error.message;
      return (error as unknown as { readonly partial: { readonly steps: number } }).partial;
    });
    expect(message).toBe(
      `changes[1].weights.second must contain 100 values, one per synapse; received 3. Give one for each.
changes[2].weights.second.synapses[1] must be a whole number from 0 to 99; received 100. Count the synapses from 0.
changes[3].weights.second.values must contain 2 values, one per number in synapses; received 1. Give one for each.`,
    );
    expect([failed.steps, simulation.stepCount, simulation.changes.length]).toEqual([0, 0, 0]);
    expect((await simulation.run({ duration: 1 })).steps).toBe(10);
  });

  test("of a document are checked without a run", async () => {
    const document = {
      model: { soma: "LeakySoma", units: [3] },
      dt: 0.5,
      duration: 50,
      inputs: { current: 300 },
      record: { outSpikes: true },
      changes: [{ at: 25, set: { threshold: 1000 } }],
    };
    const { component, options } = await experiment(document, { kind: "soma" });
    expect(options.changes).toEqual(document.changes);
    const { changes } = await simulate(component, options);
    expect(changes).toEqual(document.changes);
    const wrong = { ...document, changes: [{ at: 50, set: { threshold: "x" } }] };
    expect(await messageOf(() => experiment(wrong))).toMatchInlineSnapshot(`
      "experiment.changes[0].at must be in the run, at 0 ms or later and before 50 ms; received 50 ms. Give another time.
      experiment.changes[0].set.threshold must be a number, an array or an initializer; received "x". The default is -40 mV."
    `);
  });
});
