import { experiment } from "spark-snn";
import { expect, test } from "vitest";
import { freeName, labelOf, modelLabel, nameProblem } from "./names.ts";

test("labels of models and parameters", () => {
  const models = ["RefractoryLeakySoma", "HodgkinHuxleySoma", "AdExNeuron", "PairStdp", "PoissonSource", "ALIFNeuron"];
  expect(models.map(modelLabel)).toEqual([
    "Refractory leaky",
    "Hodgkin–Huxley",
    "AdEx neuron",
    "Pair STDP",
    "Poisson source",
    "ALIF neuron",
  ]);
  expect(["potentialRest", "rate", "tau"].map(labelOf)).toEqual(["Potential rest", "Rate", "Tau"]);
});

test("a name that the editor accepts is accepted by the library, and the other way round", async () => {
  for (const name of ["cells", "synapses", "brain", "weights", "model", "inputs", "constructor", "a b", "2a"]) {
    const populations = { [name]: { soma: "LeakySoma", units: [1] } };
    const problems = await experiment({ model: { populations }, duration: 1 }).then(
      () => 0,
      () => 1,
    );
    expect([name, nameProblem(name, []) === undefined ? 0 : 1]).toEqual([name, problems]);
  }
});

test("names", () => {
  expect(freeName("cells", ["cells", "cells2"])).toBe("cells3");
  expect(freeName("cells2", ["cells2"])).toBe("cells3");
  expect(freeName("model", [])).toBe("model2");
  expect(nameProblem("constructor", [])).toMatch(/special meaning/);
  expect(nameProblem("", [])).toBe("Give a name.");
});
