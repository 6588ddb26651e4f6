import { describe, expect, test } from "vitest";
import { soma } from "../equations/soma.ts";
import { ConfigError } from "../errors/errors.ts";
import { simulate } from "../run/simulate.ts";
import { experiment } from "./experiment.ts";
import { schemaTakes } from "./takes.test-support.ts";

const lines = [
  "dv/dt = (gL*(EL - v) - w + I)/C : mV",
  "dw/dt = (a*(v - EL) - w)/tauw : pA",
  "spike: v > VT",
  "reset: v = Vr; w += b",
  "gL = 10 nS; EL = -70 mV; C = 200 pF; a = 2 nS; tauw = 100 ms; VT = -50 mV; Vr = -60 mV; b = 20 pA",
];
const model = { equations: lines, parameters: { gL: 12, tauw: { uniform: { min: 80, max: 120 } } }, units: [3] };
const run = { duration: 100, dt: 0.1, inputs: { current: 500 }, record: { outSpikes: true, potential: true, w: true } };

const cells = { ...model, name: "Adaptive", method: "exact", substeps: 2 };
const network = {
  ...run,
  inputs: { cells: { current: 500 } },
  record: { cells: { outSpikes: true, w: true } },
  model: {
    populations: {
      cells: {
        ...cells,
        synapses: { fast: { synapse: "ExponentialSynapse", tau: 5 } },
        inhibitory: [true, false, false],
      },
    },
    projections: { loop: { from: "cells", to: "cells.fast", connect: { allToAll: {} }, weight: 50 } },
  },
};

interface Recorded {
  readonly outSpikes: { readonly steps: unknown; readonly units: unknown; readonly count: number };
  readonly potential: { readonly values: unknown };
  readonly w: { readonly values: unknown };
}

const issuesOf = async (document: unknown): Promise<string[]> => {
  try {
    await experiment(document, { readFile: async () => new TextEncoder().encode("x\n1\n2\n3\n") });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path, message }) => `${path} ${message}`);
    throw error;
  }
  return [];
};

describe("a soma by its equations", () => {
  test("gives the same bits as in code", async () => {
    const { component, options } = await experiment({ ...run, model: cells }, { kind: "soma" });
    const a = await simulate(component, options);
    const type = soma.equations("Adaptive", lines.join("\n"), { method: "exact", substeps: 2 });
    const b = await simulate(type({ units: [3], gL: 12, tauw: { uniform: { min: 80, max: 120 } } }), run);
    const bits = ({ outSpikes, potential, w }: Recorded) => [
      outSpikes.steps,
      outSpikes.units,
      potential.values,
      w.values,
    ];
    expect(bits(a as never)).toEqual(bits(b as never));
    expect((b as never as Recorded).outSpikes.count).toBeGreaterThan(5);
  });

  test("is a population of a network, with synapses", async () => {
    expect(await issuesOf(network)).toEqual([]);
    const read = await experiment(network, { kind: "brain" });
    const { cells: recorded } = (await simulate(read.brain, read.options)) as never as {
      cells: { outSpikes: { count: number } };
    };
    expect(recorded.outSpikes.count).toBeGreaterThan(5);
  });

  test("takes values from files in a network", async () => {
    const { populations } = network.model;
    const parameters = { gL: { csv: "gL.csv", column: "x" } };
    const withFile = {
      ...network,
      model: { ...network.model, populations: { cells: { ...populations.cells, parameters } } },
    };
    expect(await issuesOf(withFile)).toEqual([]);
    const read = await experiment(withFile, {
      kind: "brain",
      readFile: async () => new TextEncoder().encode("x\n1\n2\n3\n"),
    });
    expect([...(read.fields["cells"]!["gL"] as Float64Array)]).toEqual([1, 2, 3]);
  });

  test.each([
    ["one text", { ...run, model: { ...model, equations: lines.join("\n") } }],
    ["lines", { ...run, model }],
    [
      "options",
      {
        ...run,
        model: { ...cells, about: "Adapts.", potential: "v", method: { v: "rk4", w: "exponentialEuler" }, seed: 2 },
      },
    ],
    ["a network", network],
  ])("is accepted by the schema: %s", async (_, document) => {
    expect(await issuesOf(document)).toEqual([]);
    expect(schemaTakes(document), JSON.stringify(schemaTakes.errors)).toBe(true);
  });

  test.each([
    [{ ...model, equations: 3 }, "experiment.model.equations must be a text or a list of lines; received 3."],
    [{ ...model, equations: ["dv/dt = 3"] }, "experiment.model.equations line 1, column 2: v has no unit."],
    [
      { ...model, equations: lines.with(2, "spike: v > VTT") },
      'experiment.model.equations[2] line 1, column 12: VTT is not defined. Did you mean "VT"?',
    ],
    [
      { ...model, parameters: { gl: 3 } },
      'experiment.model.parameters.gl is not a parameter of the equations. Did you mean "gL"?',
    ],
    [
      { ...model, parameters: { gL: "x" } },
      "experiment.model.parameters.gL must be a number, an array or an initializer",
    ],
    [
      { ...model, parameters: { gL: [1, 2] } },
      "experiment.model.parameters.gL has shape [2], but units has shape [3].",
    ],
    [{ ...model, parameters: 3 }, "experiment.model.parameters takes an object of values by name; received 3."],
    [
      { ...model, gL: 3 },
      'experiment.model.gL is a parameter of the equations. Write it under parameters: { "gL": … }.',
    ],
    [{ ...model, metod: "rk4" }, 'experiment.model.metod is not an option. Did you mean "method"?'],
    [
      { ...model, method: "rk5" },
      "experiment.model.equations cannot be used: CustomSoma.method must be a method of integration",
    ],
    [{ ...model, substeps: 0 }, "experiment.model.substeps must be a whole number from 1 to 1000"],
    [{ ...model, name: "adEx" }, 'experiment.model.name must be a name in PascalCase, such as AdEx; received "adEx".'],
    [{ ...model, soma: "LeakySoma" }, "experiment.model.soma cannot be combined with equations. Remove one of them."],
    [{ ...model, units: [0] }, "experiment.model.units"],
  ])("is refused with its path: %#", async (wrong, message) => {
    const found = await issuesOf({ ...run, model: wrong });
    expect(
      found.some((issue) => issue.startsWith(message)),
      found.join("\n"),
    ).toBe(true);
  });

  test("in a network, problems have the paths of the document", async () => {
    const populations = (more: object) => ({ ...network, model: { populations: { cells: { ...cells, ...more } } } });
    expect(await issuesOf(populations({ parameters: { gL: [1, 2] } }))).toEqual([
      "experiment.model.populations.cells.parameters.gL has shape [2], but units has shape [3]. Give both the same shape.",
    ]);
    expect(await issuesOf(populations({ equations: "dv/dt = x : mV\nspike: v > 0 mV\nreset: v = 0 mV" }))).toContain(
      "experiment.model.populations.cells.equations line 1, column 9: x is not defined. Known: dt, I, current, v.",
    );
    expect(await issuesOf(populations({ soma: "LeakySoma" }))).toEqual([
      "experiment.model.populations.cells.equations cannot be combined with soma. Remove one of them.",
    ]);
  });
});
