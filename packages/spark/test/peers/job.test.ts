import { describe, expect, it } from "vitest";
import { defaultsOf, parseMessage } from "../../bench/peers/job.ts";

describe("parseMessage", () => {
  it("reads each kind of answer", () => {
    expect(parseMessage('{"event":"ready","setup":{"import":1.5},"versions":{"a":"1"},"note":null}')).toEqual({
      event: "ready",
      setup: { import: 1.5 },
      versions: { a: "1" },
    });
    expect(parseMessage('{"event":"run","seconds":0.5,"cpu":null}')).toEqual({
      event: "run",
      seconds: 0.5,
      cpu: undefined,
    });
    expect(parseMessage('{"event":"run","seconds":0.5,"cpu":0.25,"rates":[5.5,0]}')).toEqual({
      event: "run",
      seconds: 0.5,
      cpu: 0.25,
      rates: [5.5, 0],
    });
    expect(parseMessage('{"event":"end","peakMemory":10,"baseMemory":4}')).toEqual({
      event: "end",
      peakMemory: 10,
      baseMemory: 4,
    });
    expect(parseMessage('{"event":"train","steps":[1,2],"units":[0,1],"versions":{}}')).toEqual({
      event: "train",
      steps: [1, 2],
      units: [0, 1],
      versions: {},
    });
    expect(parseMessage('{"event":"unavailable","sentence":"No."}')).toEqual({ event: "unavailable", sentence: "No." });
  });

  it.each([
    ["Segmentation fault", "a line that is not JSON"],
    ["[1]", "something that is not an object"],
    ["null", "something that is not an object"],
    ['{"event":"boo"}', "an unknown event"],
    ['{"event":"run"}', 'no finite number of at least 0 as "seconds"'],
    ['{"event":"run","seconds":1,"rates":5}', 'no list of numbers as "rates"'],
    ['{"event":"run","seconds":-1}', 'no finite number of at least 0 as "seconds"'],
    ['{"event":"run","seconds":1,"cpu":"x"}', 'no finite number of at least 0 as "cpu"'],
    ['{"event":"ready","setup":{"import":"long"},"versions":{}}', 'a wrong "setup"'],
    ['{"event":"ready","setup":{}}', 'a wrong "versions"'],
    ['{"event":"train","steps":[1],"units":[],"versions":{}}', "lists of different lengths"],
    ['{"event":"train","steps":[null],"units":[0],"versions":{}}', 'no list of numbers as "steps"'],
    ['{"event":"unavailable"}', 'no "sentence"'],
  ])("refuses %s", (line, sentence) => {
    expect(() => parseMessage(line)).toThrow(sentence);
  });

  it("shortens a long line in its sentence", () => {
    expect(() => parseMessage("x".repeat(5000))).toThrow(/x{200} …$/);
  });
});

it("gives the adaptive soma two fields more", () => {
  expect(Object.keys(defaultsOf("adaptive")).slice(Object.keys(defaultsOf("refractory")).length)).toEqual([
    "thresholdTau",
    "thresholdDelta",
  ]);
});
