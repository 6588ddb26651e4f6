import { describe, expect, test } from "vitest";
import { paceAt, pacePosition, paceText, statusText, timeText } from "./transport.ts";

const state = {
  status: "playing",
  progress: undefined,
  built: undefined,
  document: undefined,
  position: { step: 0, time: 0, playing: true, earliest: 0 },
  furthest: 0,
  speed: 0.1234,
  failure: undefined,
  restartFor: [],
  notice: undefined,
  run: 1,
} as const;

describe("the transport in words", () => {
  test("status", () => {
    expect(statusText(state)).toBe("0.12× real time");
    expect(statusText({ ...state, status: "building", progress: "Building 3 units" })).toBe("Building 3 units");
    const failure = { name: "Error", message: "No memory.", problems: [] };
    expect(statusText({ ...state, status: "failed", failure })).toBe("No memory.");
  });

  test("the slider of the pace has powers of ten from 0.01 to 10, and the fastest at its end", () => {
    expect([-2, -1, 0, 0.3, 1, 1.25].map(paceAt)).toEqual([0.01, 0.1, 1, 2, 10, "fastest"]);
    for (const pace of [0.01, 0.1, 1, 10, "fastest"] as const) expect(paceAt(pacePosition(pace))).toBe(pace);
    expect(paceText(0.5)).toBe("0.5× real time");
  });

  test("times have the digits of the step", () => {
    expect([timeText(12.34567, 0.1), timeText(12, 1), timeText(0.5, 0.025)]).toEqual(["12.3 ms", "12 ms", "0.50 ms"]);
  });
});
