import { expect, test } from "vitest";
import { oneToOne } from "../connectivity/rule.ts";
import { brain } from "../graph/brain.ts";
import { LeakySoma } from "../somas/index.ts";
import { PoissonDrive, PoissonSource } from "../sources/index.ts";
import { ExponentialSynapse } from "../synapses/index.ts";
import { compile } from "./simulate.ts";

const synapse = ExponentialSynapse({ tau: 5 });
const driven = brain({
  populations: {
    noise: PoissonSource({ units: [40], rate: { series: [100, 900], interval: 10 } }),
    cells: LeakySoma({ units: [40] }),
  },
  projections: { in: { from: "noise", to: "cells", connect: oneToOne(), weight: 90, synapse } },
  drives: {
    outside: { to: "cells", synapse, drive: PoissonDrive({ rate: { series: [2, 40], interval: 10 }, trains: 50 }) },
  },
});

test("single steps take rates at their time, as a run does, and are refused where a rate ends", async () => {
  const steps = await compile(driven, { dt: 0.5 });
  const whole = await compile(driven, { dt: 0.5 });
  const record = { noise: { outSpikes: true }, cells: { potential: true } } as const;
  const { noise, cells } = await whole.run({ duration: 20, record });
  const spikes: number[][] = [];
  const potentials: number[] = [];
  for (let step = 1; step <= 40; step++) {
    const out = steps.step();
    for (const unit of out.noise.outSpikes.indices()) spikes.push([step, unit]);
    potentials.push(...out.cells.potential!.values);
  }
  expect(spikes).toEqual([...noise.outSpikes.steps].map((step, k) => [step, noise.outSpikes.units[k]]));
  expect(potentials).toEqual([...cells.potential.values]);
  const late = "brain.populations.noise.rate.series ends at 20 ms (2 samples), but the run has reached 20 ms.";
  expect(() => steps.step()).toThrow(late);
  steps.reset();
  expect(steps.step().noise.outSpikes.indices()).toEqual(spikes.filter(([step]) => step === 1).map(([, unit]) => unit));
  for (const simulation of [steps, whole]) simulation.dispose();
});

test("a run of a network that outlasts rates is refused with each of them", async () => {
  const simulation = await compile(driven, { dt: 0.5 });
  await simulation.run({ duration: 15 });
  await expect(simulation.run({ duration: 10 })).rejects.toThrow(
    [
      'brain.populations.noise.rate.series ends at 20 ms (2 samples), but the run ends at 25 ms. Give more samples, shorten the run, or set after to "hold", "zero" or "repeat".',
      "brain.drives.outside.rate.series ends at 20 ms (2 samples), but the run ends at 25 ms.",
    ].join("\n"),
  );
  expect((await simulation.run({ duration: 5, record: { noise: { outSpikes: true } } })).steps).toBe(10);
  simulation.dispose();
});
