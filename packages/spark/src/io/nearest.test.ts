import { expect, it } from "vitest";
import { nearestName } from "./nearest.ts";

it.each([
  ["current", ["time_ms", "current_pA", "voltage_mV"], "current_pA"],
  ["Time_MS", ["time_ms", "current_pA"], "time_ms"],
  ["curent_pA", ["time_ms", "current_pA"], "current_pA"],
  ["weight", ["time_ms", "current_pA"], undefined],
  ["ab", ["xy"], undefined],
  ["", ["xy"], undefined],
  ["a".repeat(1000), ["a".repeat(1001)], undefined],
])("the name nearest to %s among %j is %s", (name, candidates, expected) => {
  expect(nearestName(name, candidates)).toBe(expected);
});
