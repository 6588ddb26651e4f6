import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { synapse } from "../equations/synapse.ts";
import { ConfigError } from "../errors/errors.ts";
import { add, decay, mul } from "../expr/verbs.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { float } from "../model/scope.ts";
import { synapse as codeSynapse } from "../model/synapse.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/index.ts";
import { PoissonSource } from "../sources/index.ts";
import { documentOf } from "./document-of.ts";
import { experiment } from "./experiment.ts";
import { schemaTakes } from "./takes.test-support.ts";

const lines = [
  "# Conductance with a ceiling.",
  "dg/dt = -g/tau : nS",
  "input w : weight nS",
  "arrive: g = min(g + w, ceiling)",
  "current: g*(E - v)",
  "tau = 5 ms (> 0); ceiling = 20 nS; E = 0 mV",
];
const own = { equations: lines, name: "CeilingSynapse", method: "exact", parameters: { ceiling: 4 } };
const documentWith = (given: unknown, inPopulation = true) => ({
  model: {
    populations: {
      input: { source: "PoissonSource", units: [20], rate: 30 },
      cells: { soma: "LeakySoma", units: [3], ...(inPopulation && { synapses: { own: given } }) },
    },
    projections: {
      in: {
        from: "input",
        to: inPopulation ? "cells.own" : "cells",
        connect: { allToAll: {} },
        weight: 2,
        delay: 1.5,
        ...(!inPopulation && { synapse: given }),
      },
    },
  },
  duration: 50,
  dt: 0.1,
  record: { cells: { potential: true, ...(inPopulation && { "own.g": true }) } },
});

const issuesOf = async (document: unknown): Promise<string[]> => {
  try {
    await experiment(document, { readFile: async () => new TextEncoder().encode("x\n4\n5\n6\n") });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path, message }) => `${path} ${message}`);
    throw error;
  }
  return [];
};

/** The potentials of a run of a document. */
const run = async (document: unknown) => {
  const { brain: model, options } = await experiment(document, { kind: "brain" });
  const { cells } = (await simulate(model, options as never)) as never as {
    readonly cells: { readonly potential: { readonly values: Float32Array } };
  };
  return [...cells.potential.values];
};

describe("a synapse by its equations in a document", () => {
  test("gives the same bits as in code, at a population and at a projection", async () => {
    const Ceiling = synapse.equations("CeilingSynapse", lines.join("\n"), { method: "exact" });
    const cells = neuron({ soma: LeakySoma({ units: [3] }), synapses: { own: Ceiling({ ceiling: 4 }) } });
    const model = brain({
      populations: { input: PoissonSource({ units: [20], rate: 30 }), cells },
      projections: { in: { from: "input", to: "cells.own", connect: { allToAll: {} }, weight: 2, delay: 1.5 } },
    });
    const inCode = await simulate(model, { duration: 50, dt: 0.1, record: { cells: { potential: true } } });
    const potentials = [...inCode.cells.potential.values];
    expect(new Set(potentials).size).toBeGreaterThan(100);
    expect(await run(documentWith(own))).toEqual(potentials);
    expect(await run(documentWith(own, false))).toEqual(potentials);
    // The ceiling is a parameter.
    expect(await run(documentWith({ ...own, parameters: {} }))).not.toEqual(potentials);
  });

  test("is what documentOf writes of synapses by equations, and of those in code", async () => {
    const InCode = codeSynapse(
      "FadingSynapse",
      { tau: field(4, "ms", "Time constant.", positive), gain: field(2, "1", "Factor of the weights.") },
      {
        about: "Current that decays.",
        weightUnit: "pA",
        state: () => ({ trace: float(0, "pA", "Current.") }),
        step: (x) => ({ current: x.trace, trace: add(decay(x.trace, x.tau), mul(x.gain, x.arriving)) }),
      },
    );
    const Ceiling = synapse.equations("CeilingSynapse", lines.join("\n"), { method: "exact" });
    const model = brain({
      populations: {
        input: PoissonSource({ units: [20], rate: 30 }),
        cells: neuron({ soma: LeakySoma({ units: [3] }), synapses: { own: Ceiling({ ceiling: [5, 10, 15] }) } }),
      },
      projections: {
        in: { from: "input", to: "cells.own", connect: { allToAll: {} }, weight: 2 },
        more: { from: "input", to: "cells", connect: { allToAll: {} }, weight: 20, synapse: InCode({ gain: 3 }) },
      },
    });
    const options = { duration: 50, dt: 0.1, record: { cells: { potential: true } } } as const;
    const document = JSON.parse(JSON.stringify(documentOf(model, options)));
    expect(document.model.populations.cells.synapses.own).toMatchObject({
      name: "CeilingSynapse",
      equations: lines,
      method: "exact",
      parameters: { ceiling: [5, 10, 15] },
    });
    expect(document.model.projections.more.synapse).toMatchObject({ name: "FadingSynapse", parameters: { gain: 3 } });
    expect(schemaTakes(document), JSON.stringify(schemaTakes.errors)).toBe(true);
    expect(await run(document)).toEqual([...(await simulate(model, options)).cells.potential.values]);
    const again = (await experiment(document, { kind: "brain" })).brain;
    expect(JSON.parse(JSON.stringify(documentOf(again, options)))).toEqual(document);
  });

  test.each<[string, unknown]>([
    ["a list of lines", own],
    ["a text", { equations: lines.join("\n") }],
    ["values of units, a port and a seed", { ...own, parameters: { ceiling: [1, 2, 3] }, port: "current", seed: 3 }],
    ["an initializer", { ...own, parameters: { ceiling: { uniform: { min: 5, max: 9 } } }, about: "x", substeps: 2 }],
  ])("is accepted by reader and schema: %s", async (_, given) => {
    for (const document of [documentWith(given), documentWith(given, false)]) {
      expect(await issuesOf(document)).toEqual([]);
      expect(schemaTakes(document), JSON.stringify(schemaTakes.errors)).toBe(true);
    }
  });

  const at = "experiment.model.populations.cells.synapses.own";
  test.each<[object, string]>([
    [{ ...own, equations: 3 }, `${at}.equations must be a text or a list of lines; received 3.`],
    [
      { ...own, equations: lines.with(4, "current: g*(E - u)") },
      `${at}.equations[4] line 1, column 17: u is not defined.`,
    ],
    [
      { ...own, parameters: { tua: 3 } },
      `${at}.parameters.tua is not a parameter of the equations. Did you mean "tau"?`,
    ],
    [{ ...own, parameters: { tau: -3 } }, `${at}.parameters.tau must be greater than 0`],
    [{ ...own, tau: 3 }, `${at}.tau is a parameter of the equations. Write it under parameters: { "tau": … }.`],
    [{ ...own, metod: "rk4" }, `${at}.metod is not an option. Did you mean "method"?`],
    [{ ...own, method: "rk5" }, `${at}.equations cannot be used: CeilingSynapse.method must be a method`],
    [{ ...own, name: "ceiling" }, `${at}.name must be a name in PascalCase`],
    [{ ...own, synapse: "ExponentialSynapse" }, `${at}.synapse cannot be combined with equations. Remove one of them.`],
    [{ ...own, potential: "v" }, `${at}.potential is not an option.`],
    [{ ...own, units: [3] }, `${at}.units is not an option.`],
    [{ ...own, port: "dendrite" }, `${at}`],
  ])("is refused with its path: %#", async (wrong, message) => {
    const found = await issuesOf(documentWith(wrong));
    expect(
      found.some((issue) => issue.startsWith(message)),
      found.join("\n"),
    ).toBe(true);
  });
});
