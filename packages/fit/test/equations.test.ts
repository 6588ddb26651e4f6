import { type ComponentType, experiment, simulate, soma } from "spark-snn";
import { describe, expect, test } from "vitest";
import { checkFit, fit, readFitDocument } from "../src/index.ts";
import { simulateRecording } from "./data.test-support.ts";

const lines = [
  "# Leaky soma with an adaptation current.",
  "dv/dt = (gL*(EL - v) - w + I)/C : mV",
  "dw/dt = -w/tau_w : pA",
  "spike: v > VT",
  "reset: v = Vr; w += b",
  "C = 150 pF (> 0); gL = 10 nS; EL = -70 mV; VT = -45 mV; Vr = -60 mV; tau_w = 50 ms (> 0); b = 30 pA",
];
const truth = { C: 120, VT: -50, tau_w: 80, b: 40 };
const Adaptive = soma.equations("Adaptive", lines.join("\n")) as ComponentType;
const make = (seed: number) =>
  simulateRecording({ name: `stimulus ${seed}`, type: Adaptive, parameters: truth, duration: 8000, mean: 330, seed });
const recordings = [await make(1), await make(2)];
const free = {
  C: { from: 40, to: 400, scale: "log" },
  VT: { from: -60, to: -35 },
  tau_w: { from: 10, to: 500, scale: "log" },
  b: true,
} as const;
const document = {
  model: { name: "Adaptive", equations: lines, parameters: { Vr: -60 } },
  recordings: recordings.map(({ name, current, spikes }) => ({
    name,
    current,
    spikes: spikes!.map((train) => [...train]),
  })),
  validate: ["stimulus 2"],
  free,
  budget: { candidates: 6000, generation: 64 },
};

describe("a soma by its equations", () => {
  test("is fitted from a document: its parameters are recovered", async () => {
    const { model, options } = await readFitDocument(JSON.parse(JSON.stringify(document)));
    const result = await fit(model, options);
    expect(result.recordings[1]!.meanCoincidence).toBeGreaterThan(0.98);
    for (const [name, value] of Object.entries(truth)) {
      const height = (one: number): number => (name === "VT" ? one + 70 : one);
      expect(height(result.parameters[name]!) / height(value), name).toBeGreaterThan(0.9);
      expect(height(result.parameters[name]!) / height(value), name).toBeLessThan(1.1);
    }
    expect(result.fitted.map(({ name, unit }) => `${name} ${unit}`)).toEqual(["C pF", "VT mV", "tau_w ms", "b pA"]);

    // The experiment contains the equations, and runs the fitted soma.
    const written = JSON.parse(JSON.stringify(result.experiment()));
    expect(written.model).toMatchObject({ name: "Adaptive", equations: lines });
    const { component, options: run } = await experiment(written, { kind: "soma" });
    const { outSpikes } = (await simulate(component, run)) as never as { outSpikes: { times(): Float64Array } };
    expect([...outSpikes.times()]).toEqual([...result.recordings[0]!.spikes]);
  });

  test("gives the same fit in code, as a type or with fixed values", async () => {
    const budget = { candidates: 128, generation: 32 };
    const { model, options } = await readFitDocument({ ...document, budget });
    const { parameters } = await fit(model, options);
    const { backend, ...same } = { ...options, fixed: {}, backend: "fastest" };
    expect((await fit(Adaptive, same)).parameters).toEqual(parameters);
    expect((await fit(Adaptive({ Vr: -60 }), same)).parameters).toEqual(parameters);
  });
});

describe("mistakes have their place", () => {
  const read = async (changes: object) => {
    const { model, options } = await readFitDocument({ ...document, ...changes });
    return checkFit(model, options);
  };
  const withModel = (changes: object) => ({ model: { ...document.model, ...changes } });

  test.each([
    [
      withModel({ equations: [...lines.slice(0, 3), "spike: v > VT + 3", ...lines.slice(4)] }),
      "fit.model.equations[3] line 1, column 15: these cannot be added: VT is in mV, and 3 has no unit. Write 3 mV.",
    ],
    [withModel({ parameters: { VTT: -50 } }), 'fit.model.parameters.VTT is unknown. Did you mean "VT"?'],
    [withModel({ parameters: { C: -5 } }), "fit.model.parameters.C must be greater than 0 pF; received -5 pF."],
    [withModel({ VT: -50 }), 'fit.model.VT is a parameter of the equations. Write it under parameters: { "VT": … }.'],
    [withModel({ metod: "rk4" }), 'fit.model.metod is not an option. Did you mean "method"?'],
    [
      withModel({ dt: 0.1 }),
      "fit.model.dt is not an option of a fit, which makes a unit for each candidate. Write dt beside model.",
    ],
    [{ free: { tau: true } }, 'fit.free.tau is unknown. Did you mean "tau_w"?'],
    [{ free: { C: { from: -1, to: 5 } } }, "fit.free.C.from must be greater than 0 pF; received -1 pF."],
    [{ free: { b: { from: 5, to: 5 } } }, "fit.free.b.to must be greater than from, 5 pA; received 5 pA."],
    [
      { free: undefined },
      'fit.free is missing, and no bounds of Adaptive follow from the recordings. Name parameters, such as { "C": { "from": LOW, "to": HIGH } }.',
    ],
  ])("%#", async (changes, message) => {
    await expect(read(changes)).rejects.toThrow(message);
  });
});
