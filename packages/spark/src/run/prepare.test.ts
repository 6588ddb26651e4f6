import { expect, test } from "vitest";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { brain } from "../graph/brain.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { compileKeys, runKeys } from "./options.ts";
import { prepare } from "./prepare.ts";

const keys = [...compileKeys, ...runKeys];
const problems = (issues: readonly Issue[]): string[] => issues.map(({ path, message }) => `${path} ${message}`);

test("an experiment with problems gives all of them, and the error that reports them", async () => {
  const options = { dt: 0, dtypes: "f64", duration: -1, inputs: { curent: 3 }, record: { potentials: true } };
  for (const [model, at] of [
    [LeakySoma({ units: [2] }), ""],
    [brain({ populations: { a: LeakySoma({ units: [2] }) } }), ".a"],
  ] as const) {
    const { inputs, record, ...rest } = options;
    const own = at === "" ? { inputs, record } : { inputs: { a: inputs }, record: { a: record } };
    const outcome = await prepare("simulate", model, { ...rest, ...own } as never, keys);
    if (!("issues" in outcome)) throw new Error("The experiment was accepted.");
    expect(outcome.error).toBeInstanceOf(ConfigError);
    expect(problems(outcome.issues).join("\n")).toBe(outcome.error.message);
    expect(outcome.issues.map(({ path }) => path)).toEqual([
      "simulate.dtypes",
      "simulate.dt",
      "simulate.duration",
      `inputs${at}.curent`,
      `record${at}.potentials`,
    ]);
  }
});

test("an experiment without problems gives a request for each run", async () => {
  const outcome = await prepare("simulate", LeakySoma(), { duration: 3, inputs: { current: [1, 2] } }, keys);
  if ("issues" in outcome) throw outcome.error;
  const first = await outcome.request();
  expect(first.steps).toBe(3);
  expect(await outcome.request()).not.toBe(first);
  expect(outcome.build().units).toEqual([2]);
});
