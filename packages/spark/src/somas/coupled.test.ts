import { expect, test } from "vitest";
import { fixedInDegree } from "../connectivity/rule.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { simulate } from "../run/simulate.ts";
import { SpikeReplay } from "../sources/index.ts";
import { ConductanceExponentialSynapse, ExponentialSynapse } from "../synapses/index.ts";
import { CoupledAdaptiveExponentialSoma, CoupledLeakySoma } from "./coupled.ts";

test("soma and dendrite settle where the currents through them balance", async () => {
  const [resistance, coupling, leak, injected] = [0.1, 5, 3.4, 60];
  const run = await simulate(CoupledLeakySoma(), {
    duration: 1000,
    dt: 0.25,
    dtype: "f64",
    inputs: { current: 0, dendriteCurrent: injected },
    record: { potential: true, dendritePotential: true, couplingCurrent: true },
  });
  const soma = run.potential.values.at(-1)!;
  const dendrite = run.dendritePotential.values.at(-1)!;
  const between = coupling * (dendrite - soma);
  expect((soma + 60) / resistance).toBeCloseTo(between, 6);
  expect(leak * (dendrite + 55) + between).toBeCloseTo(injected, 6);
  expect(run.couplingCurrent.values.at(-1)).toBeCloseTo(between, 6);
});

test("a spike of the soma raises the dendrite, and the plateau reads 0.5 at its threshold", async () => {
  const run = await simulate(CoupledLeakySoma(), {
    duration: 200,
    dt: 0.1,
    dtype: "f64",
    inputs: { current: 400 },
    record: { outSpikes: true, dendritePotential: true, plateau: true },
  });
  const [first] = run.outSpikes.steps;
  const { values } = run.dendritePotential;
  expect(values[first! + 20]! - values[first! - 1]!).toBeGreaterThan(5);
  for (const [k, plateau] of run.plateau.values.entries()) {
    expect(plateau).toBeCloseTo(1 / (1 + Math.exp(-(values[k]! + 25) / 2)), 9);
  }
});

test("synapses reach the compartment that they name, with its potential", async () => {
  const cells = neuron({
    soma: CoupledAdaptiveExponentialSoma({ units: [1] }),
    synapses: {
      proximal: ExponentialSynapse(),
      distal: ConductanceExponentialSynapse({ potentialReversal: 0, port: "dendriteCurrent" }),
    },
  });
  const source = SpikeReplay({ units: [1] });
  const connect = fixedInDegree({ inDegree: 1 });
  const rise = async (to: string) => {
    const network = brain({
      populations: { source, cells },
      projections: { one: { from: "source", to, connect, weight: 5 } },
    } as never) as never as ReturnType<typeof brain>;
    const run = (await simulate(network, {
      duration: 12,
      dt: 0.5,
      inputs: { source: { inSpikes: { steps: [10], units: [0] } } },
      record: { cells: { potential: true, dendritePotential: true } },
    } as never)) as never as { cells: Record<"potential" | "dendritePotential", { values: Float32Array }> };
    return { soma: Math.max(...run.cells.potential.values), dendrite: Math.max(...run.cells.dendritePotential.values) };
  };
  const [distal, proximal] = [await rise("cells.distal"), await rise("cells.proximal")];
  expect(distal.dendrite).toBeGreaterThan(proximal.dendrite + 1);
  expect(proximal.soma).toBeLessThan(distal.dendrite);
});
