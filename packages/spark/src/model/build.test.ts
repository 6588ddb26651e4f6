import { describe, expect, test } from "vitest";
import { field } from "../config/field.ts";
import { constant, normal, uniform } from "../config/initializer.ts";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import { div, gt } from "../expr/verbs.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma } from "../somas/index.ts";
import { PortSpecs } from "./ports.ts";
import { float } from "./scope.ts";
import { soma } from "./soma.ts";

const current = (...shape: number[]): { current: PortSpecs } => ({
  current: new PortSpecs({ payload: "CurrentArray", shape }),
});
const refusal = (action: () => unknown): unknown => {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("It was accepted.");
};

describe("the shape", () => {
  test("equals units", () => {
    expect(LeakySoma({ units: [2, 3] }).build().units).toEqual([2, 3]);
  });

  test("equals that of an input if units are omitted", () => {
    const soma = LeakySoma();
    expect(soma.units).toBeUndefined();
    expect(soma.build(current(4, 2)).units).toEqual([4, 2]);
    expect(soma.build({ inSpikes: new PortSpecs({ payload: "SpikeArray", shape: [7] }) }).units).toEqual([7]);
  });

  test("equals that of an array among the fields if units and inputs are omitted", () => {
    expect(LeakySoma({ threshold: [[-40], [-41]] }).build().units).toEqual([2, 1]);
    expect(LeakySoma({ threshold: Float64Array.of(-40, -41, -42) }).build().units).toEqual([3]);
  });

  test("is one unit by default", () => {
    expect(LeakySoma().build().units).toEqual([1]);
  });

  test("a typed array fills any shape of its length, in row-major order", () => {
    const built = LeakySoma({ units: [2, 3], threshold: Float32Array.of(0, 1, 2, 3, 4, 5) }).build();
    expect(built.units).toEqual([2, 3]);
    expect(built.fields["threshold"]).toEqual(Float64Array.of(0, 1, 2, 3, 4, 5));
    const both = LeakySoma({ threshold: Float32Array.of(0, 1), resistance: [[1], [2]] }).build();
    expect(both.units).toEqual([2, 1]);
  });

  test("is the shape of every output", () => {
    const { outputSpecs } = LeakySoma({ units: [2, 3] }).build();
    expect(outputSpecs).toEqual({
      outSpikes: new PortSpecs({ payload: "SpikeArray", shape: [2, 3] }),
      potential: new PortSpecs({ payload: "PotentialArray", shape: [2, 3] }),
    });
  });

  test.each<[string, () => unknown, string]>([
    [
      "units and input",
      () => LeakySoma({ units: [3] }).build(current(4)),
      "LeakySoma.input current has shape [4], but units has shape [3]. Give both the same shape.",
    ],
    [
      "units and array",
      () =>
        LeakySoma({
          units: [6],
          threshold: [
            [1, 2, 3],
            [4, 5, 6],
          ],
        }).build(),
      "LeakySoma.threshold has shape [2, 3], but units has shape [6]. Give both the same shape.",
    ],
    [
      "units and typed array",
      () => LeakySoma({ units: [2, 3], threshold: Float64Array.of(1, 2) }).build(),
      "LeakySoma.threshold has shape [2], but units has shape [2, 3]. Give both the same shape.",
    ],
    [
      "two arrays",
      () => LeakySoma({ resistance: [1, 2], threshold: [1, 2, 3] }).build(),
      "LeakySoma.threshold has shape [3], but resistance has shape [2]. Give both the same shape.",
    ],
    [
      "two inputs",
      () => LeakySoma().build({ ...current(2), inSpikes: new PortSpecs({ payload: "SpikeArray", shape: [1, 2] }) }),
      "LeakySoma.input inSpikes has shape [1, 2], but input current has shape [2]. Give both the same shape.",
    ],
  ])("is refused if %s differ", (_, action, message) => {
    const error = refusal(action);
    expect(error).toBeInstanceOf(ShapeError);
    expect((error as Error).message).toBe(message);
  });

  test.each<[string, () => unknown, string]>([
    [
      "an unknown port",
      () => LeakySoma().build({ curent: current(2).current }),
      'LeakySoma.curent is not an input port. Did you mean "current"?',
    ],
    [
      "an inherited name",
      () => LeakySoma().build({ toString: current(2).current } as never),
      "LeakySoma.toString is not an input port. Known: current, inSpikes, jump.",
    ],
    [
      "another payload",
      () => LeakySoma().build({ inSpikes: current(2).current }),
      "LeakySoma.inSpikes takes a SpikeArray (1); received a CurrentArray. Connect a port with that payload.",
    ],
    [
      "an invalid shape",
      () => LeakySoma().build({ current: { payload: "CurrentArray", shape: [0] } as never }),
      "PortSpecs.shape[0] must be a whole number of at least 1; received 0. Give the size of the axis.",
    ],
    [
      "a step of zero length",
      () => LeakySoma().build({}, { dt: 0 }),
      "LeakySoma.dt must be greater than 0 ms; received 0 ms. Give the time step in ms.",
    ],
    [
      "an invalid seed",
      () => LeakySoma().build({}, { seed: -1 }),
      "LeakySoma.seed must be a whole number from 0 to 4294967295; received -1. Give a whole number in this range.",
    ],
  ])("and %s is refused", (_, action, message) => {
    const error = refusal(action);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toBe(message);
  });
});

describe("the values", () => {
  test("stay one number if the config gives one number or a constant", () => {
    const { fields } = LeakySoma({ units: [3], threshold: -45, resistance: constant(0.2) }).build();
    expect(fields).toEqual({
      potentialRest: -60,
      potentialReset: -50,
      potentialTau: 20,
      resistance: 0.2,
      threshold: -45,
    });
  });

  test("are drawn once per unit, and are the same for the same seed", () => {
    const build = (seed?: number): Float64Array => {
      const soma = LeakySoma({
        units: [50],
        potentialTau: uniform({ min: 15, max: 25 }),
        ...(seed !== undefined && { seed }),
      });
      return soma.build().fields["potentialTau"] as Float64Array;
    };
    expect(build().every((tau) => tau >= 15 && tau < 25)).toBe(true);
    expect(build()).toEqual(build(1));
    expect(build(2)).not.toEqual(build(1));
  });

  test("of two fields are drawn independently", () => {
    const spread = uniform({ min: 1, max: 2 });
    const { fields } = LeakySoma({ units: [5], potentialTau: spread, resistance: spread }).build();
    expect(fields["potentialTau"]).not.toEqual(fields["resistance"]);
  });

  test("depend on the run's dt and seed before those of the config", () => {
    const soma = RefractoryLeakySoma({ units: [5], threshold: normal({ mean: -40, std: 1 }), dt: 0.5, seed: 3 });
    expect(soma.build()).toMatchObject({ dt: 0.5, seed: 3 });
    expect(soma.build().state["age"]).toEqual(new Int32Array(5).fill(5));
    const run = soma.build({}, { dt: 0.1, seed: 4 });
    expect(run).toMatchObject({ dt: 0.1, seed: 4 });
    expect(run.state["age"]).toEqual(new Int32Array(5).fill(21));
    expect(run.fields["threshold"]).not.toEqual(soma.build().fields["threshold"]);
  });

  test("that were drawn and are out of range are refused with the unit's index", () => {
    const error = refusal(() => LeakySoma({ units: [10, 10], potentialTau: normal({ mean: 1, std: 1 }) }).build());
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(
      /^LeakySoma\.potentialTau\[\d\]\[\d\] must be greater than 0 ms; received -[\d.]+ ms as drawn for that unit\. Change the initializer's range or add a min\.$/,
    );
    const [, row, column] = /\[(\d)\]\[(\d)\]/.exec((error as Error).message)!;
    const { fields } = LeakySoma({
      units: [10, 10],
      potentialTau: normal({ mean: 1, std: 1 }),
      skipValidation: true,
    }).build();
    const bad = (fields["potentialTau"] as Float64Array).findIndex((tau) => tau <= 0);
    expect([Number(row), Number(column)]).toEqual([Math.floor(bad / 10), bad % 10]);
  });

  test("of several fields are refused together", () => {
    const none = normal({ mean: -1, std: 0 });
    const error = refusal(() => AdaptiveLeakySoma({ potentialTau: none, thresholdTau: none }).build()) as ConfigError;
    expect(error.issues.map(({ path }) => path)).toEqual([
      "AdaptiveLeakySoma.potentialTau[0]",
      "AdaptiveLeakySoma.thresholdTau[0]",
    ]);
  });

  test.each([false, true])("that no draw can produce are refused (skipValidation %s)", (skipValidation) => {
    const soma = LeakySoma({ units: [100_000], threshold: normal({ mean: 0, std: 1, min: 50 }), skipValidation });
    expect(() => soma.build()).toThrow(
      "LeakySoma.threshold found no value between min and max in 10000 draws for unit [0]. Widen the bounds.",
    );
  });

  test("that are out of range are accepted with skipValidation, except infinite ones", () => {
    expect(LeakySoma({ potentialTau: -1, skipValidation: true }).build().fields["potentialTau"]).toBe(-1);
    const soma = LeakySoma({
      threshold: { logNormal: { median: 1e308, sigma: 100 } },
      units: [20],
      skipValidation: true,
    });
    expect(() => soma.build()).toThrow("must be a finite number; received Infinity mV as drawn for that unit.");
  });
});

describe("the state", () => {
  test("starts at rest and ready", () => {
    expect(AdaptiveLeakySoma({ units: [2], cooldown: [2, 5] }).build().state).toEqual({
      potential: new Float64Array(2),
      age: Int32Array.of(3, 6),
      adaptation: new Float64Array(2),
    });
  });

  test("counts the cooldown in whole steps; ties go to even", () => {
    const age = (cooldown: number, dt: number): number =>
      RefractoryLeakySoma({ cooldown, dt }).build().state["age"]![0]! - 1;
    expect([age(2, 1), age(2.5, 1), age(3.5, 1), age(0, 1), age(2, 0.1), age(0.3, 0.1)]).toEqual([2, 2, 4, 0, 20, 3]);
  });

  test("returns to its start", () => {
    const built = AdaptiveLeakySoma({ units: [3], cooldown: [1, 2, 3] }).build();
    const start = structuredClone(built.state);
    for (const values of Object.values(built.state)) values.fill(99);
    expect(built.state).not.toEqual(start);
    built.reset();
    expect(built.state).toEqual(start);
  });

  test("is separate for two builds, and their values are separate from the config's array", () => {
    const thresholds = Float64Array.of(-40, -41);
    const soma = LeakySoma({ threshold: thresholds });
    const a = soma.build();
    const b = soma.build();
    a.state["potential"]!.fill(7);
    (a.fields["threshold"] as Float64Array).fill(7);
    thresholds.fill(8);
    expect(b.state["potential"]).toEqual(new Float64Array(2));
    expect(b.fields["threshold"]).toEqual(Float64Array.of(-40, -41));
    expect(soma.build().fields["threshold"]).toEqual(Float64Array.of(-40, -41));
  });

  test("that does not start from a finite number is refused with its unit", () => {
    const Divided = soma(
      "Divided",
      { top: field(1, "mV", ""), low: field(1, "1", "") },
      {
        about: "",
        state: (x) => ({ w: float(div(x.top, x.low), "mV", "") }),
        step: (x) => ({ spikes: gt(x.w, 0), potential: x.potential, w: x.w }),
      },
    );
    expect(() => Divided({ low: [1, 0] }).build()).toThrow(
      "Divided.w[1] must start from a finite number; received Infinity. Change the fields that it starts from.",
    );
  });
});

describe("warnings", () => {
  const warnings = (config: Parameters<typeof LeakySoma>[0]): readonly string[] => LeakySoma(config).build().warnings;

  test("the defaults give no warnings", () => {
    expect(warnings({})).toEqual([]);
  });

  test("report a reset that is not below the threshold", () => {
    expect(warnings({ potentialReset: -40 })).toEqual([
      "LeakySoma: potentialReset is not below threshold. After a spike, every unit will spike again as soon as possible.",
    ]);
    expect(warnings({ units: [3], threshold: [-40, -50, -60] })).toEqual([
      "LeakySoma: potentialReset is not below threshold. After a spike, 2 of 3 units will spike again as soon as possible.",
    ]);
  });
});

test("a time of more steps than a counter can hold is refused", () => {
  expect(() => RefractoryLeakySoma({ cooldown: 1e10 }).build()).toThrow(
    "RefractoryLeakySoma gives steps(cooldown), which must be below 2147483647 steps; received 10000000000. Give a shorter time or a longer dt.",
  );
});
