import { describe, expect, test } from "vitest";
import { normal } from "../config/initializer.ts";
import { drawSynapses } from "../entries/draw-synapses.ts";
import { ConfigError } from "../errors/errors.ts";
import {
  allToAll,
  distanceBernoulli,
  explicit,
  fixedInDegree,
  fixedOutDegree,
  fixedTotalNumber,
  oneToOne,
  pairwiseBernoulli,
} from "./rule.ts";
import { connectivityStatistics } from "./statistics.ts";

const options = { rule: allToAll(), source: { units: 10 }, target: { units: 8 }, seed: 1, dt: 0.1 };
const draw = (changed: object) => drawSynapses({ ...options, ...changed } as never);

test("takes valid options", () => {
  expect(connectivityStatistics(draw({})).synapses).toBe(80);
  expect(
    connectivityStatistics(draw({ target: undefined, source: { units: 3, positions: [[0], [1], [2]] } })).synapses,
  ).toBe(9);
});

describe("a batch of synapses has one element per synapse in each array", () => {
  const line = Array.from({ length: 10 }, (_, unit) => [unit]);
  const places = { source: { units: 10, positions: line }, target: { units: 8, positions: line.slice(0, 8) } };
  const rules = {
    allToAll: allToAll(),
    oneToOne: oneToOne(),
    pairwiseBernoulli: pairwiseBernoulli({ probability: 0.3 }),
    distanceBernoulli: distanceBernoulli({ probability: { disc: { peak: 1, reach: 1 } } }),
    fixedInDegree: fixedInDegree({ inDegree: 2 }),
    fixedOutDegree: fixedOutDegree({ outDegree: 3, multapses: false }),
    fixedTotalNumber: fixedTotalNumber({ total: 9 }),
    explicit: explicit({ sources: [3], targets: [5] }),
  };

  test.each(Object.entries(rules))("of %s", (name, rule) => {
    const ends = name === "oneToOne" ? { source: { units: 8 }, target: { units: 8 } } : places;
    const synapses = draw({ ...ends, rule, weights: normal({ mean: 1, std: 0.1 }) });
    let count = 0;
    synapses.each(({ length, ...arrays }) => {
      expect(length).toBeGreaterThan(0);
      for (const array of Object.values(arrays)) expect(array).toHaveLength(length);
      count += length;
    });
    expect(count).toBe(connectivityStatistics(synapses).synapses);
  });

  test("and no weights if they are not requested", () => {
    const lengths: number[][] = [];
    const { synapses } = draw({ rule: rules.explicit }).each(
      ({ sources, weights }) => lengths.push([sources.length, weights.length]),
      { weights: false },
    );
    expect([synapses, lengths]).toEqual([1, [[1, 0]]]);
  });
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
