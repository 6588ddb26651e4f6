import { expect, test } from "vitest";
import { LeakySoma } from "../somas/leaky.ts";
import { compile } from "./simulate.ts";

test("steps are numbered with 32 bits, over all runs and single steps", async () => {
  const simulation = await compile(LeakySoma(), { dt: 1 });
  await simulation.run({ duration: 1 });
  simulation.restore({ ...simulation.snapshot(), step: 2 ** 32 - 6 });
  await expect(simulation.run({ duration: 10 })).rejects.toThrow(
    "run.duration must end at step 4294967295 of the simulation or earlier, because steps are numbered with 32 bits; received 10 steps after 4294967290. Shorten the run, or reset() the simulation.",
  );
  const run = await simulation.run({ duration: 4, inputs: { current: 1e9 }, record: { outSpikes: true } });
  expect([...run.outSpikes.steps]).toEqual([4294967291, 4294967292, 4294967293, 4294967294]);
  simulation.step({ current: 1e9 });
  expect(() => simulation.step({ current: 1e9 })).toThrow(
    "Simulation has reached its last step, 4294967295. Call reset().",
  );
  simulation.reset();
  expect(simulation.step({ current: 1e9 })).toBeDefined();
  simulation.dispose();
});
