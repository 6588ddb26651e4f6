import {
  brain,
  compile,
  documentOf,
  ExponentialSynapse,
  experiment,
  gt,
  LeakySoma,
  neuron,
  relax,
  soma,
} from "spark-snn";
import { expect, test } from "vitest";
import { exportBrian2 } from "./brian2/export.ts";
import { flatten } from "./network.ts";
import { exportPynn } from "./pynn/export.ts";
import { exportScfg } from "./scfg/export.ts";

test("a soma of the user's own is not taken for that of the library with the same name", async () => {
  const Own = soma("LeakySoma", LeakySoma.model.fields, {
    about: "Ignores its threshold.",
    step: (x) => ({ spikes: gt(x.current, x.current), potential: relax(x.potential, x.threshold, x.potentialTau) }),
  });
  const models = { LeakySoma: Own };
  const read = await experiment(documentOf(brain({ populations: { own: Own({ units: [2] }) } }), { models }), {
    models,
  });
  for (const write of [exportScfg, exportBrian2, exportPynn]) {
    await expect(write(read)).rejects.toThrow("is unsupported: own model LeakySoma.");
  }
});

test.each([undefined, 4])(
  "parameters of synapses are those that a run draws, with the seed %s of their own",
  async (seed) => {
    const fast = ExponentialSynapse({ tau: { uniform: { min: 1, max: 9 } }, ...(seed !== undefined && { seed }) });
    const model = brain({ populations: { cells: neuron({ soma: LeakySoma({ units: [5] }), synapses: { fast } }) } });
    const { populations } = await flatten(await experiment(documentOf(model, { seed: 3 })));
    const simulation = await compile(model, { seed: 3 });
    expect(populations[0]!.receptors[0]!.fields["tau"]).toEqual(simulation.get("cells.fast.tau"));
    simulation.dispose();
  },
);
