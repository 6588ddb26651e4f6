import { expect, test } from "vitest";
import {
  brain,
  brainTable,
  ConfigError,
  connectionRule,
  drawSynapses,
  ExponentialSynapse,
  experiment,
  experimentSchema,
  LeakySoma,
  PairCollector,
  ruleOptions,
} from "../src/entries/index.ts";
import { compileSchema } from "../src/experiment/takes.test-support.ts";

/** Each source unit to the next ones of the target population, around a ring. */
const ring = connectionRule("ring", {
  about: "Each source unit to its next neighbours.",
  options: {
    /** Neighbours of each source unit. */
    neighbours: ruleOptions.count("Neighbours of each source unit."),
  },
  size: ({ neighbours }, { source }) => ({ synapses: neighbours * source.units, exact: true }),
  check: ({ neighbours }, site) => {
    const { units } = site.context.target;
    if (neighbours <= units) return;
    site.at("neighbours").refuse(`must be at most ${units}, the target units; received ${neighbours}. Lower it.`);
  },
  pairs: ({ neighbours }, { wiring, draws }) =>
    function* () {
      const collector = new PairCollector(draws.chunk);
      for (let unit = 0; unit < wiring.source.units; unit++) {
        for (let k = 1; k <= neighbours; k++) {
          if (collector.add(unit, (unit + k) % wiring.target.units)) yield collector.take();
        }
      }
      yield* collector.rest();
    },
});

const document = (connect: object): object => ({
  duration: 1,
  model: {
    populations: { a: { soma: "LeakySoma", units: [4] } },
    projections: { aa: { from: "a", to: "a", connect, weight: 1, synapse: { synapse: "ExponentialSynapse" } } },
  },
});

const problems = async (read: () => unknown): Promise<string> => {
  try {
    await read();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return "accepted";
};

test("a rule of one's own is drawn", () => {
  const targets: number[] = [];
  const drawn = drawSynapses({ rule: ring({ neighbours: 2 }), source: { units: 4 }, seed: 1, dt: 1 });
  drawn.each((batch) => targets.push(...batch.targets), { weights: false });
  expect(targets).toEqual([1, 2, 2, 3, 3, 0, 0, 1]);
});

test("a rule of one's own stands in code and in tables", async () => {
  const made = (neighbours: number) =>
    brain({
      populations: { a: LeakySoma({ units: [4] }) },
      projections: {
        aa: { from: "a", to: "a", connect: ring({ neighbours }), weight: 1, synapse: ExponentialSynapse() },
      },
    });
  expect(brainTable(made(2)).projections).toMatchObject([{ rule: "ring, neighbours 2", synapses: 8, exact: true }]);
  expect(await problems(() => made(-1))).toBe(
    "brain.projections.aa.connect.ring.neighbours must be a whole number from 0 to 4294967295; received -1. Give a number of synapses.",
  );
});

test("a rule of one's own stands in documents and their schema", async () => {
  const rules = { ring };
  const read = await experiment(document({ ring: { neighbours: 2 } }), { kind: "brain", rules });
  expect(read.synapses).toEqual({ aa: 8 });
  expect(await problems(() => experiment(document({ ring: { neighbors: 2 } }), { rules }))).toBe(
    'experiment.model.projections.aa.connect.ring.neighbors is unknown. Did you mean "neighbours"?\n' +
      "experiment.model.projections.aa.connect.ring.neighbours is missing. Give a number of synapses.",
  );
  expect(await problems(() => experiment(document({ ring: { neighbours: 5 } }), { rules }))).toBe(
    "experiment.model.projections.aa.connect.ring.neighbours must be at most 4, the target units; received 5. Lower it.",
  );
  expect(await problems(() => experiment(document({ ring: { neighbours: 5 } })))).toMatch(/must name one rule/);
  const takes = compileSchema(experimentSchema({}, rules));
  expect(takes(document({ ring: { neighbours: 2 } }))).toBe(true);
  expect(takes(document({ ring: { neighbors: 2 } }))).toBe(false);
});
