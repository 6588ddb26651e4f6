import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { brain } from "../graph/brain.ts";
import { simulate } from "../run/simulate.ts";
import { SignalAccumulator, SignalAverage, SignalSource } from "./index.ts";

/* Values of the control interfaces of Python Spark 1.2 for recorded signals. */

interface Case {
  readonly name: string;
  readonly class: string;
  readonly config: { readonly tau: number };
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly inputs: { readonly signal: readonly (readonly number[])[] };
  readonly steps: number;
  readonly outputs: { readonly output: readonly (readonly number[])[] };
}

const { cases } = JSON.parse(
  readFileSync(new URL("../../test/golden/spark-1.2-interfaces.json", import.meta.url), "utf8"),
) as { readonly cases: readonly Case[] };

describe("the control interfaces of Python Spark", () => {
  test.each(cases.filter((given) => /^Signal/.test(given.class)))("$name: same values", async (given) => {
    const { dt, dtype, steps, config, inputs, outputs } = given;
    const make = given.class === "SignalAverage" ? SignalAverage : SignalAccumulator;
    const source = make({ units: [inputs.signal[0]!.length], tau: config.tau });
    const run = await simulate(brain({ populations: { source } }), {
      dt,
      dtype,
      duration: steps * dt,
      inputs: { source: { signal: { steps: inputs.signal.map((row) => [...row]) } } },
      record: { source: { value: true, outSpikes: true } },
    });
    const expected = outputs.output.flat();
    const { values } = run.source.value;
    const largest = Math.max(...expected.map(Math.abs));
    expect(values.length).toBe(expected.length);
    const off = Math.max(...expected.map((value, k) => Math.abs(value - values[k]!)));
    // Python Spark computes the gain of the average in single precision.
    const precise = dtype === "f64" && given.class === "SignalAccumulator";
    expect(off).toBeLessThan(largest * (precise ? 1e-9 : dtype === "f64" ? 1e-6 : 1e-5));
    expect(run.source.outSpikes.count).toBe(0);
  });

  test("a source passes its signal on, alone too", async () => {
    const run = await simulate(SignalSource({ units: [2] }), {
      duration: 3,
      dt: 1,
      inputs: {
        signal: {
          steps: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
        },
      },
      record: { value: true },
    });
    expect([...run.value.values]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
