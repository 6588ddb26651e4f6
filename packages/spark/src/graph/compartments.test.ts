import { describe, expect, test } from "vitest";
import { allToAll } from "../connectivity/rule.ts";
import { experiment } from "../experiment/experiment.ts";
import { withValue } from "../experiment/with-value.ts";
import { compile, simulate } from "../run/simulate.ts";
import { CoupledLeakySoma } from "../somas/coupled.ts";
import { SpikeReplay } from "../sources/index.ts";
import { ConductanceExponentialSynapse, DeltaSynapse, ExponentialSynapse } from "../synapses/index.ts";
import { brain } from "./brain.ts";
import { neuron } from "./neuron.ts";

const cells = neuron({
  soma: CoupledLeakySoma({ units: [2] }),
  synapses: {
    excitatory: ExponentialSynapse({ tau: 5 }),
    dendrite: {
      excitatory: ConductanceExponentialSynapse({ tau: 5, potentialReversal: 0 }),
      kick: DeltaSynapse(),
    },
  },
});
const network = brain({
  populations: { source: SpikeReplay({ units: [1] }), cells },
  projections: {
    distal: { from: "source", to: "cells.dendrite.excitatory", connect: allToAll(), weight: 4 },
    kick: { from: "source", to: "cells.dendrite.kick", connect: allToAll(), weight: 2 },
    proximal: { from: "source", to: "cells.excitatory", connect: allToAll(), weight: 10 },
  },
});
const options = {
  duration: 20,
  dt: 0.5,
  inputs: { source: { inSpikes: { steps: [4, 20], units: [0, 0] } } },
  record: { cells: { potential: true, dendritePotential: true } },
} as const;
const document = {
  model: {
    populations: {
      source: { source: "SpikeReplay", units: [1] },
      cells: {
        soma: "CoupledLeakySoma",
        units: [2],
        synapses: {
          excitatory: { synapse: "ExponentialSynapse", tau: 5 },
          dendrite: {
            excitatory: { synapse: "ConductanceExponentialSynapse", tau: 5, potentialReversal: 0 },
            kick: { synapse: "DeltaSynapse" },
          },
        },
      },
    },
    projections: {
      distal: { from: "source", to: "cells.dendrite.excitatory", connect: { allToAll: {} }, weight: 4 },
      kick: { from: "source", to: "cells.dendrite.kick", connect: { allToAll: {} }, weight: 2 },
      proximal: { from: "source", to: "cells.excitatory", connect: { allToAll: {} }, weight: 10 },
    },
  },
  duration: 20,
  dt: 0.5,
};

describe("synapses of a compartment", () => {
  test("act on its inputs and its potential", () => {
    expect(Object.keys(cells.synapses)).toEqual(["excitatory", "dendrite.excitatory", "dendrite.kick"]);
    expect(cells.synapses["dendrite.excitatory"].port).toBe("dendriteCurrent");
    expect(cells.synapses["dendrite.kick"].port).toBe("dendriteJump");
  });

  test("are reached by projections, with the same bits as synapses that name the input", async () => {
    const flat = brain({
      populations: {
        source: SpikeReplay({ units: [1] }),
        cells: neuron({
          soma: CoupledLeakySoma({ units: [2] }),
          synapses: {
            excitatory: ExponentialSynapse({ tau: 5 }),
            distal: ConductanceExponentialSynapse({ tau: 5, potentialReversal: 0, port: "dendriteCurrent" }),
            kick: DeltaSynapse({ port: "dendriteJump" }),
          },
        }),
      },
      projections: {
        distal: { from: "source", to: "cells.distal", connect: allToAll(), weight: 4 },
        kick: { from: "source", to: "cells.kick", connect: allToAll(), weight: 2 },
        proximal: { from: "source", to: "cells.excitatory", connect: allToAll(), weight: 10 },
      },
    });
    const [grouped, named] = [await simulate(network, options), await simulate(flat, options)];
    expect(grouped.cells.dendritePotential.values).toEqual(named.cells.dendritePotential.values);
    expect(grouped.cells.potential.values).toEqual(named.cells.potential.values);
    expect(Math.max(...grouped.cells.dendritePotential.values)).toBeGreaterThan(-54);
  });

  test("have paths for parameters, and snapshots that can be restored", async () => {
    const simulation = await compile(network, { dt: 0.5 });
    expect(simulation.get("cells.dendrite.excitatory.tau" as never)).toBe(5);
    simulation.set("cells.dendrite.excitatory.tau" as never, 9 as never);
    expect(simulation.get("cells.dendrite.excitatory.tau" as never)).toBe(9);
    const { duration, inputs, record } = options;
    await simulation.run({ duration: duration / 2, inputs, record });
    const snapshot = await simulation.snapshot();
    const rest = { duration: duration / 2, record } as const;
    const once = await simulation.run(rest);
    await simulation.restore(snapshot);
    const again = await simulation.run(rest);
    expect(again.cells.dendritePotential.values).toEqual(once.cells.dendritePotential.values);
    simulation.dispose();
  });

  test("are written the same way in documents", async () => {
    const { brain: read } = await experiment(document, { kind: "brain" });
    const run = (await simulate(read, options as never)) as never as {
      readonly cells: { readonly dendritePotential: { readonly values: unknown } };
    };
    const own = await simulate(network, options);
    expect(run.cells.dendritePotential.values).toEqual(own.cells.dendritePotential.values);
    const changed = withValue(document, "cells.dendrite.excitatory.tau", 8);
    expect(changed.model.populations.cells.synapses.dendrite.excitatory.tau).toBe(8);
  });

  test("are refused where the compartment has no input for them", async () => {
    const wrong = structuredClone(document) as never as {
      model: { populations: { cells: { synapses: { dendrite: Record<string, object> } } } };
    };
    wrong.model.populations.cells.synapses.dendrite["far"] = { synapse: "ExponentialSynapse", port: "current" };
    await expect(experiment(wrong)).rejects.toThrow(
      "experiment.model.populations.cells.synapses.dendrite.far is a ExponentialSynapse, which acts on current; the compartment dendrite of CoupledLeakySoma has dendriteCurrent, dendriteJump. Use another synapse, or omit its port.",
    );
    const soma = CoupledLeakySoma({ units: [1] });
    expect(() => neuron({ soma, synapses: { dendrit: { excitatory: ExponentialSynapse() } } })).toThrow(
      'neuron.synapses.dendrit is neither a synapse nor a compartment of CoupledLeakySoma; received { excitatory }. Did you mean "dendrite"?',
    );
    expect(() => neuron({ soma, synapses: { dendrite: { "a b": ExponentialSynapse() } } })).toThrow(
      "neuron.synapses.dendrite.a b must be named in camelCase, such as excitatory. Rename it.",
    );
    expect(() =>
      brain({
        populations: { cells },
        projections: {
          one: { from: "cells", to: "cells.dendrite.excitatry" as never, connect: allToAll(), weight: 1 },
        },
      }),
    ).toThrow(/dendrite\.excitatory/);
  });
});
