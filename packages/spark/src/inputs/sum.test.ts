import { expect, test } from "vitest";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { ornsteinUhlenbeck, sum } from "./forms.ts";

const run = (current: ReturnType<typeof sum>, dtype: "f32" | "f64" = "f32") =>
  simulate(LeakySoma({ units: [2] }), { dtype, dt: 0.1, duration: 1, inputs: { current } });

test("inputs whose sum may exceed the range of the precision are refused", async () => {
  const beyond =
    'inputs.current.sum may add up to 6e+38 pA, beyond the range of single precision. Use smaller inputs, or dtype: "f64".';
  await expect(run(sum(3e38, 3e38))).rejects.toThrow(beyond);
  await expect(run(sum(3e38, [-3e38, 0]))).rejects.toThrow(beyond);
  await expect(run(sum(3e38, ornsteinUhlenbeck({ mean: 3e38, std: 0, tau: 5 })))).rejects.toThrow(beyond);
  await expect(run(sum(3e38, { series: [1, 3e38], interval: 0.5 }))).rejects.toThrow(beyond);
  await expect(run(sum(1.5e308, 1.5e308), "f64")).rejects.toThrow(
    "inputs.current.sum may add up, beyond the range of double precision. Use smaller inputs.",
  );
  expect((await run(sum(3e38, 3e38), "f64")).complete).toBe(true);
  expect((await run(sum(1e38, 2e38))).complete).toBe(true);
});

test("recorded spikes given as events are refused with the right form", async () => {
  const { outSpikes } = await simulate(LeakySoma({ units: [2] }), {
    duration: 5,
    inputs: { current: 900 },
    record: { outSpikes: true },
  });
  const inputs = { inSpikes: { events: outSpikes } } as never;
  await expect(simulate(LeakySoma({ units: [2] }), { duration: 5, inputs })).rejects.toThrow(
    "inputs.inSpikes.events takes lists of steps or times; received recorded spikes. Write inSpikes: run.outSpikes, without events.",
  );
});
