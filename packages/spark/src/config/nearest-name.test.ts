import { expect, test } from "vitest";
import { nearestName, suggestName } from "./nearest-name.ts";

const known = [
  "potentialRest",
  "potentialReset",
  "potentialTau",
  "resistance",
  "threshold",
  "thresholdTau",
  "units",
  "dt",
  "seed",
];

test.each([
  ["potential_tau", "potentialTau"],
  ["POTENTIALTAU", "potentialTau"],
  ["potentialTua", "potentialTau"],
  ["thresold", "threshold"],
  ["treshold_tau", "thresholdTau"],
  ["unit", "units"],
  ["dts", "dt"],
  ["rest", "potentialRest"],
  ["rset", undefined],
  ["resist", "resistance"],
  ["reset", "potentialReset"],
])("%s finds %s", (given, name) => {
  expect(nearestName(given, known)).toBe(name);
});

test.each(["x", "g", "tau", "capacitance", ""])("%j is like nothing known", (given) => {
  expect(nearestName(given, known)).toBeUndefined();
});

test("of single letters only the same one is meant", () => {
  expect([nearestName("c", ["a", "b"]), nearestName("A", ["a", "b"])]).toEqual([undefined, "a"]);
});

test("of several that contain it, the one that begins with it is meant", () => {
  const synapses = ["ExponentialSynapse", "ConductanceExponentialSynapse"];
  expect(nearestName("Exponential", synapses)).toBe("ExponentialSynapse");
});

test("the nearer of two wins", () => {
  expect(nearestName("potentialRes", ["potentialReset", "potentialRest"])).toBe("potentialRest");
});

test("the sentence names the nearest, else all, else says that there is nothing", () => {
  expect(suggestName("thresholt", known)).toBe('Did you mean "threshold"?');
  expect(suggestName("x", ["min", "max"])).toBe("Known: min, max.");
  expect(suggestName("x", [])).toBe("No name is valid here. Remove it.");
});
