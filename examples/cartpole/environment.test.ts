import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Action, drawnStart, failed, pushed, randomNumbers, type State, stepsMax } from "./environment.ts";

interface Episode {
  readonly seed: number;
  readonly actions: readonly Action[];
  readonly states: readonly State[];
  readonly last: State;
  readonly steps: number;
  readonly terminated: boolean;
}

const { episodes } = JSON.parse(readFileSync(new URL("data/gymnasium.json", import.meta.url), "utf8")) as {
  episodes: readonly Episode[];
};

const difference = (a: State, b: State): number => Math.max(...a.map((value, k) => Math.abs(value - b[k]!)));

test.each(episodes)("the episode with the seed $seed follows Gymnasium", ({ actions, states, last, terminated }) => {
  let state = states[0]!;
  for (const [k, action] of actions.entries()) {
    expect(failed(state), `failure before step ${k + 1}`).toBe(false);
    state = pushed(state, action);
    const expected = states[k + 1];
    if (expected) expect(difference(state, expected), `state after step ${k + 1}`).toBeLessThan(1e-12);
  }
  // Gymnasium's sine may differ in the last bit, which an upright pole amplifies over 500 steps.
  expect(difference(state, last)).toBeLessThan(1e-9);
  expect(failed(state)).toBe(terminated);
  expect(terminated || actions.length === stepsMax).toBe(true);
});

test("a start is drawn from the range, and the same seed gives the same starts", () => {
  const [random, again] = [randomNumbers(1), randomNumbers(1)];
  const starts = Array.from({ length: 1000 }, () => drawnStart(random));
  expect(Array.from({ length: 1000 }, () => drawnStart(again))).toEqual(starts);
  const values = starts.flat();
  expect(Math.max(...values)).toBeLessThan(0.05);
  expect(Math.min(...values)).toBeGreaterThan(-0.05);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.002);
});
