import { describe, expect, it } from "vitest";
import { oneToOne } from "../connectivity/rules/one-to-one.ts";
import { MemoryError } from "../errors/errors.ts";
import { brain } from "../graph/brain.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { simulate } from "./simulate.ts";

/** Units with a long delay. They never spike: the memory is known before the run. */
const late = (delay: number) =>
  brain({
    populations: { a: LeakySoma({ units: [5000] }) },
    projections: {
      p: { from: "a", to: "a", connect: oneToOne(), weight: 1, delay, synapse: ExponentialSynapse({ tau: 3 }) },
    },
  });

const short = { duration: 1, dt: 0.1 } as const;

describe("the memory budget of a network", () => {
  it("counts the spikes in transit that WebAssembly has room for", async () => {
    const failure = await simulate(late(600), { ...short, backend: "wasm", memory: 20e6 }).catch((error) => error);
    expect(failure).toBeInstanceOf(MemoryError);
    // 5000 units, 6000 steps and 32 further ones, 4 bytes.
    expect(failure.message).toContain("(spikes in transit 120.6 MB, ");
    expect(failure.message).toContain("received 20.0 MB. Use shorter delays. ");
    await expect(simulate(late(60), { ...short, backend: "wasm", memory: 20e6 })).resolves.toBeDefined();
  });

  it("counts a spike of every unit in every step of the longest delay in the interpreter", async () => {
    await expect(simulate(late(60), { ...short, backend: "interpreter", memory: 20e6 })).resolves.toBeDefined();
    await expect(simulate(late(600), { ...short, backend: "interpreter", memory: 20e6 })).rejects.toThrow(
      "spikes in transit 120.0 MB",
    );
  });

  it("of Infinity is no limit", async () => {
    const record = { a: { outSpikes: true } } as const;
    const options = { ...short, duration: 20, inputs: { a: { current: 1e5 } }, record };
    const run = await simulate(late(1), { ...options, memory: Infinity });
    expect(run.a.outSpikes.count).toBe((await simulate(late(1), options)).a.outSpikes.count);
  });
});
