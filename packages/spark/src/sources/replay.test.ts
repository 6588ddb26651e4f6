import { expect, test } from "vitest";
import { simulate } from "../run/simulate.ts";
import { PoissonSource, SpikeReplay } from "./index.ts";

const options = { duration: 100, dt: 0.5, record: { outSpikes: true } } as const;

test("replays a recording spike by spike", async () => {
  const recorded = (await simulate(PoissonSource({ units: [40], rate: 50 }), options)).outSpikes;
  const again = await simulate(SpikeReplay({ units: [40] }), { ...options, inputs: { inSpikes: recorded } });
  expect(recorded.count).toBeGreaterThan(100);
  expect(again.outSpikes.steps).toEqual(recorded.steps);
  expect(again.outSpikes.units).toEqual(recorded.units);
});

test("replays a list of events", async () => {
  const { outSpikes } = await simulate(SpikeReplay({ units: [5] }), {
    ...options,
    inputs: { inSpikes: { events: { steps: [3, 3, 7], units: [0, 4, 2] } } },
  });
  expect([...outSpikes.steps]).toEqual([3, 3, 7]);
  expect([...outSpikes.units]).toEqual([0, 4, 2]);
});

test("is silent without an input", async () => {
  expect((await simulate(SpikeReplay({ units: [5] }), options)).outSpikes.count).toBe(0);
});

test("takes no inhibitory spikes, because the population itself is inhibitory or not", async () => {
  const inSpikes = { events: { steps: [3], units: [0] }, inhibitory: [0] };
  await expect(simulate(SpikeReplay({ units: [5] }), { ...options, inputs: { inSpikes } })).rejects.toThrow(
    "inputs.inSpikes accepts only unsigned spikes; received inhibitory ones. Declare the population that spikes as inhibitory.",
  );
});
