import { expect, test } from "vitest";
import { allToAll } from "../connectivity/rule.ts";
import { brain } from "../graph/brain.ts";
import { ornsteinUhlenbeck, sum } from "../inputs/forms.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { ConductanceExponentialSynapse } from "../synapses/conductance.ts";
import { compile } from "./simulate.ts";
import type { Snapshot } from "./snapshot.ts";

type Edited = { state: Record<string, Float32Array>; weights: Record<string, Float32Array> };

test("edited snapshots with negative conductances or states that do not exist are refused with the path", async () => {
  const synapse = ConductanceExponentialSynapse({ potentialReversal: 0, tau: 5 });
  const projection = { from: "a", to: "a", weight: 0.1, connect: allToAll(), synapse } as const;
  const network = brain({ populations: { a: LeakySoma({ units: [3] }) }, projections: { p: projection } });
  const simulation = await compile(network, { dt: 0.1 });
  const noise = ornsteinUhlenbeck({ mean: 0, std: 100, tau: 5 });
  await simulation.run({ duration: 5, inputs: { a: { current: sum(300, noise) } } });
  simulation.weights("p").write(0.2);
  const snapshot = simulation.snapshot();
  const restored = (edit: (snapshot: Edited) => void) => () => {
    const edited = structuredClone(snapshot);
    edit(edited as unknown as Edited);
    simulation.restore(edited as Snapshot);
  };
  const own = "a.conductanceExponential";
  for (const name of [`${own}.conductance`, `${own}.arrivals`]) {
    expect(restored(({ state }) => state[name]!.fill(-1, 1))).toThrow(
      `snapshot.state["${name}"][1] must be a conductance of at least 0; received -1.`,
    );
  }
  expect(restored(({ weights }) => weights["p"]!.fill(-1, 2))).toThrow(
    "snapshot.weights.p[2] must be a conductance of at least 0; received -1.",
  );
  const misspelt = restored(({ state }) => Object.assign(state, { "a.potentail": state["a.potential"] }));
  expect(misspelt).toThrow('snapshot.state["a.potentail"] must be a state variable, such as "a.potential";');
  // States of noise inputs exist only with these inputs.
  expect(Object.keys(snapshot.state)).toContain("a.current2.OrnsteinUhlenbeck.current");
  simulation.restore(snapshot);
});
