import { describe, expect, test } from "vitest";
import { drawSynapses } from "../entries/draw-synapses.ts";
import { ConfigError } from "../errors/errors.ts";
import { allToAll } from "./rule.ts";
import { connectivityStatistics } from "./statistics.ts";

const options = { rule: allToAll(), source: { units: 10 }, target: { units: 8 }, seed: 1, dt: 0.1 };
const draw = (changed: object) => drawSynapses({ ...options, ...changed } as never);

test("takes valid options", () => {
  expect(connectivityStatistics(draw({})).synapses).toBe(80);
  expect(
    connectivityStatistics(draw({ target: undefined, source: { units: 3, positions: [[0], [1], [2]] } })).synapses,
  ).toBe(9);
});

describe("drawSynapses refuses", () => {
  test.each([
    [
      { source: { units: 1.5 } },
      "drawSynapses.source.units must be a whole number from 1 to 2147483647; received 1.5.",
    ],
    [
      { source: { units: "10" } },
      'drawSynapses.source.units must be a whole number from 1 to 2147483647; received "10".',
    ],
    [{ source: {} }, "drawSynapses.source.units is missing."],
    [{ source: null }, "drawSynapses.source takes an object with units, positions; received null."],
    [{ source: { units: 2, positons: [] } }, 'drawSynapses.source.positons is unknown. Did you mean "positions"?'],
    [
      { source: { units: 2, positions: "ab" } },
      'drawSynapses.source.positions must be one list of coordinates per unit; received "ab".',
    ],
    [
      { target: { units: 2, positions: [[1]] } },
      "drawSynapses.target.positions must have one entry per unit; received 1 for 2 units.",
    ],
    [{ target: { units: 0 } }, "drawSynapses.target.units must be a whole number"],
    [{ seed: -1 }, "drawSynapses.seed must be a whole number from 0 to 4294967295; received -1."],
    [{ seed: undefined }, "drawSynapses.seed is missing."],
    [{ seed: "x" }, 'drawSynapses.seed must be a whole number from 0 to 4294967295; received "x".'],
    [{ dt: 0 }, "drawSynapses.dt must be greater than 0 ms; received 0 ms."],
    [{ dt: "0.1" }, 'drawSynapses.dt must be a number of ms greater than 0; received "0.1".'],
    [{ dt: undefined }, "drawSynapses.dt is missing."],
    [{ wieghts: 5 }, 'drawSynapses.wieghts is unknown. Did you mean "weights"?'],
    [{ name: 7 }, "drawSynapses.name must be a non-empty string; received 7."],
    [{ rule: undefined }, "drawSynapses.rule is missing. Give a rule such as allToAll()."],
    [{ weights: "5" }, "projection.weights must be a number"],
  ])("%o", (changed, message) => {
    expect(() => draw(changed)).toThrow(ConfigError);
    expect(() => draw(changed)).toThrow(message);
  });

  test.each([[undefined], [null], [7], ["x"], [[]]])("%o instead of options", (given) => {
    expect(() => drawSynapses(given as never)).toThrow("drawSynapses takes an object of options");
  });
});

test("connectivityStatistics refuses what is not a projection, and wrong options", () => {
  const synapses = draw({});
  for (const given of [undefined, null, {}, [], "x"])
    expect(() => connectivityStatistics(given as never)).toThrow(ConfigError);
  for (const bins of [0, -1, 1.5, "3", Number.NaN]) {
    expect(() => connectivityStatistics(synapses, { bins: bins as number })).toThrow(
      "connectivityStatistics.bins must be",
    );
  }
  expect(() => connectivityStatistics(synapses, { bin: 3 } as never)).toThrow('Did you mean "bins"?');
  expect(() => connectivityStatistics(synapses, null as never)).toThrow(ConfigError);
  expect(connectivityStatistics(synapses, { bins: 3 }).synapses).toBe(80);
});
