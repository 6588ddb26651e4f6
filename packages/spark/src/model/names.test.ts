import { describe, expect, test } from "vitest";
import { field } from "../config/field.ts";
import { runNames } from "../config/reserved-names.ts";
import { ModelError } from "../errors/errors.ts";
import { add, gt, lt } from "../expr/verbs.ts";
import { brain } from "../graph/brain.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { float } from "./scope.ts";
import { soma } from "./soma.ts";
import { spikeSource } from "./spike-source.ts";

const fields = { limit: field(15, "mV", "Threshold.") };

const withState = (name: string) => () =>
  soma("Own", fields, {
    about: "A soma of its own.",
    state: () => ({ [name]: float(0, "1", "A state variable.") }) as Record<string, ReturnType<typeof float>>,
    step: (x) =>
      ({
        spikes: gt(x.potential, x.limit),
        potential: x.potential,
        [name]: add((x as unknown as Record<string, ReturnType<typeof add>>)[name]!, 1),
      }) as never,
  });
const sourceWithState = (name: string) => () =>
  spikeSource(
    "Own",
    { rate: field(1, "1", "A rate.") },
    {
      about: "A source of its own.",
      state: () => ({ [name]: float(0, "1", "A state variable.") }) as Record<string, ReturnType<typeof float>>,
      step: (x) =>
        ({
          spikes: lt(x.rate, 0),
          [name]: (x as unknown as Record<string, unknown>)[name],
        }) as never,
    },
  );

describe("a state variable", () => {
  test("must not have a name that every run has, or that of another record", () => {
    const taken = "is a name that the result of every run has. A record of it would take its place.";
    const common = ["units", "dt", "dtype", "seed"];
    for (const name of [...runNames, "name", "rate"]) {
      const message = common.includes(name) ? "is a name that every" : taken;
      expect(withState(name)).toThrow(ModelError);
      expect(withState(name)).toThrow(message);
      if (name !== "rate") expect(sourceWithState(name)).toThrow(message);
    }
    for (const name of ["outSpikes", "spikes"]) expect(withState(name)).toThrow("is a name that every soma has");
    expect(withState("level")).not.toThrow();
  });

  test("leaves all properties of a run in place", async () => {
    const run = await simulate(LeakySoma(), { duration: 10 });
    expect(Object.keys(run).filter((key) => !runNames.includes(key))).toEqual([]);
    const network = brain({ populations: { a: LeakySoma({ units: [1] }) } });
    const ran = await simulate(network, { duration: 10, record: { a: { outSpikes: true } } });
    expect(Object.keys(ran.a).sort()).toEqual(["name", "outSpikes", "units"]);
    for (const key of Object.keys(ran).filter((name) => name !== "a")) {
      expect(() => brain({ populations: { [key]: LeakySoma({ units: [1] }) } })).toThrow(
        "is a name that every run has",
      );
    }
  });
});

describe("a name that every JavaScript object has", () => {
  test.each(["constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf"])("is refused: %s", (name) => {
    const message = `${name} is a name that every JavaScript object has. Rename`;
    expect(withState(name)).toThrow(`Own.${message}`);
    const field = { limit: fields.limit, [name]: fields.limit };
    const step = (x: never) => ({ spikes: gt(x["potential"], x["limit"]), potential: x["potential"] });
    expect(() => soma("Own", field, { about: "A soma.", step: step as never })).toThrow(`Own.${message}`);
    const populations = { b: LeakySoma({ units: [1] }) };
    expect(() => brain({ populations: { ...populations, [name]: populations.b } })).toThrow(
      `brain.populations.${message}`,
    );
    expect(() => brain({ populations, readouts: { [name]: { from: "b", tau: 20 } } })).toThrow(
      `brain.readouts.${message}`,
    );
    expect(() => brain({ populations, projections: { [name]: {} as never } })).toThrow(`brain.projections.${message}`);
  });
});

test("a population must not have the name of the file that marks a stopped run", () => {
  expect(() => brain({ populations: { PARTIAL: LeakySoma({ units: [1] }) } })).toThrow(
    "brain.populations.PARTIAL is the name of the file that marks the results of a stopped run. Rename the population.",
  );
});
