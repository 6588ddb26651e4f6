/*
 * Draws the firing patterns of the presets, for light and dark pages.
 *
 *     npx tsx docs/images/patterns.ts
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { multiplesFigure } from "@spark-snn/plot";
import {
  AdaptiveExponentialSoma,
  HodgkinHuxleySoma,
  AccommodatingIzhikevichSoma,
  IzhikevichSoma,
  MorrisLecarSoma,
  PinskyRinzelSoma,
  simulate,
  TraubMilesSoma,
} from "spark-snn";
import { accommodation, currentOf, izhikevichProtocols, naudCurrents } from "../../packages/spark/src/somas/patterns.test-support.ts";

const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

interface Panel {
  readonly label: string;
  readonly time: readonly number[];
  readonly values: readonly number[];
}
type Recorded = {
  readonly outSpikes: { readonly steps: Iterable<number> };
  readonly potential: { readonly values: ArrayLike<number> };
};

/** "classOneExcitability" as "Class one excitability". */
const labelOf = (name: string): string => {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words[0]!.toUpperCase()}${words.slice(1)}`;
};

/** A trace with its spikes drawn up to a peak, since a soma that is reset never shows it. */
const panelOf = (label: string, run: Recorded, dt: number, every: number, peak?: number): Panel => {
  const values = Array.from(run.potential.values);
  if (peak !== undefined) for (const step of run.outSpikes.steps) values[Math.ceil(step / every) - 1] = peak;
  return { label, time: values.map((_, k) => (k + 1) * every * dt), values };
};

const izhikevich = await Promise.all(
  izhikevichProtocols.map(async (protocol) => {
    const { preset, dt, duration } = protocol;
    const run = (await simulate(IzhikevichSoma({ preset }), {
      duration,
      dt,
      inputs: { current: { steps: Float64Array.from(currentOf(protocol)) } },
      record: { outSpikes: true, potential: true },
    })) as Recorded;
    return { duration, panel: panelOf(labelOf(preset), run, dt, 1, 30) };
  }),
);
const accommodating = (await simulate(AccommodatingIzhikevichSoma({ preset: accommodation.preset }), {
  duration: accommodation.duration,
  dt: accommodation.dt,
  inputs: { current: { steps: Float64Array.from(currentOf(accommodation)) } },
  record: { outSpikes: true, potential: true },
})) as Recorded;
izhikevich.push({
  duration: accommodation.duration,
  panel: panelOf("Accommodation", accommodating, accommodation.dt, 1, 30),
});
const ofDuration = (least: number, most: number): Panel[] =>
  izhikevich.filter(({ duration }) => duration > least && duration <= most).map(({ panel }) => panel);

const [dt, every] = [0.02, 20];
const naud = await Promise.all(
  Object.entries(naudCurrents).map(async ([preset, current]) => {
    const run = (await simulate(AdaptiveExponentialSoma({ preset: preset as keyof typeof naudCurrents }), {
      duration: 500,
      dt,
      inputs: { current },
      record: { outSpikes: true, potential: { every } },
    })) as Recorded;
    return panelOf(labelOf(preset), run, dt, every, 0);
  }),
);

/** Somas with channels show their spikes themselves. */
const channels = await Promise.all(
  (
    [
      ["Hodgkin–Huxley, 1 nA", HodgkinHuxleySoma(), 1000],
      ["Traub–Miles, 0.3 nA", TraubMilesSoma(), 300],
      ["Morris–Lecar, saddle-node, 42 pA", MorrisLecarSoma({ preset: "saddleNode" }), 42],
      ["Morris–Lecar, Hopf, 95 pA", MorrisLecarSoma({ preset: "hopf" }), 95],
    ] as const
  ).map(async ([label, soma, current]) => {
    const run = (await simulate(soma as ReturnType<typeof HodgkinHuxleySoma>, {
      duration: 400,
      dt,
      inputs: { current },
      record: { outSpikes: true, potential: { every: 10 } },
    })) as Recorded;
    return panelOf(label, run, dt, 10);
  }),
);

/** Both compartments of the pyramidal cell, at the published coupling and at a tight one. */
const pyramidal = (
  await Promise.all(
    [210, 1050].map(async (coupling) => {
      const { potential, dendritePotential } = await simulate(PinskyRinzelSoma({ coupling }), {
        duration: 2000,
        dt,
        inputs: { current: 75 },
        record: { potential: { every: 50 }, dendritePotential: { every: 50 } },
      });
      return [
        { label: `Soma, coupling ${coupling} nS`, time: [...potential.times], values: [...potential.values] },
        { label: `Dendrite, coupling ${coupling} nS`, time: [...potential.times], values: [...dendritePotential.values] },
      ];
    }),
  )
).flat();

const figures = [
  { name: "izhikevich-short", title: "Izhikevich’s soma: up to 100 ms", to: 100, panels: ofDuration(0, 100) },
  { name: "izhikevich-medium", title: "Izhikevich’s soma: up to 250 ms", to: 250, panels: ofDuration(100, 250) },
  { name: "izhikevich-long", title: "Izhikevich’s soma: up to 400 ms", to: 400, panels: ofDuration(250, 400) },
  { name: "naud", title: "Adaptive exponential soma: the patterns of Naud et al. 2008", to: 500, panels: naud },
  { name: "channels", title: "Somas with ion channels", to: 400, panels: channels },
  { name: "pyramidal", title: "The pyramidal cell of Pinsky and Rinzel at 75 pA", to: 2000, panels: pyramidal },
];
for (const { name, title, to, panels } of figures) {
  for (const theme of ["light", "dark"] as const) {
    const columns = Math.min(5, Math.ceil(panels.length / 2));
    const height = 90 + Math.ceil(panels.length / columns) * 120;
    const data = { panels, to, columns, yTitle: "mV" };
    await writeFile(at(`patterns-${name}-${theme}.svg`), multiplesFigure(data, { title, theme, width: 900, height }));
  }
}
