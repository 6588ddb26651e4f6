import type { IzhikevichSoma } from "./izhikevich.ts";

/* The protocols in which the published presets show their pattern. */

export interface Protocol<N extends string = string> {
  readonly preset: N;
  /** ms */
  readonly dt: number;
  readonly duration: number;
  /** Current at a time, pA. */
  readonly current: (time: number) => number;
  /** Steps of the spikes, from 1, of the author's equations in double precision. */
  readonly spikes: readonly number[];
}

/** The current of each step, at its start. */
export const currentOf = ({ dt, duration, current }: Protocol): number[] =>
  Array.from({ length: Math.round(duration / dt) }, (_, k) => current(Math.round(k * dt * 1e6) / 1e6));

const from = (start: number, level: number) => (time: number) => (time > start ? level : 0);
const pulses =
  (level: number, length: number, ...starts: number[]) =>
  (time: number) =>
    starts.some((start) => time > start && time < start + length) ? level : 0;
const less = (time: number) => (time < 50 || time > 250 ? 800 : 750);

type Izhikevich = Protocol<keyof typeof IzhikevichSoma.presets>;

/** The figures of Izhikevich 2003 (fig. 2) and 2004 (fig. 1), as his program draws them; 100 pA stand for his 10. */
export const izhikevichProtocols: readonly Izhikevich[] = [
  ["regularSpiking", 0.25, 150, from(15, 140), [74, 98, 219, 352, 485]],
  ["intrinsicallyBursting", 0.25, 150, from(15, 110), [76, 86, 101, 234, 352, 471, 589]],
  ["chattering", 0.25, 150, from(15, 100), [77, 84, 92, 101, 111, 123, 139, 329, 339, 350, 364, 551, 561, 572, 586]],
  ["fastSpiking", 0.25, 150, from(15, 100), [77, 97, 127, 162, 197, 234, 271, 310, 347, 384, 422, 458, 494, 529, 566]],
  [
    "lowThresholdSpiking",
    0.25,
    250,
    from(25, 100),
    [113, 127, 144, 167, 202, 255, 313, 373, 432, 490, 548, 608, 666, 724, 784, 844, 903, 963],
  ],
  ["thalamoCortical", 0.25, 150, from(30, 15), [159, 215, 333, 482]],
  ["resonator", 0.25, 100, (t: number) => (t > 60 && t < 65 ? 100 : t > 10 ? -5 : -20), [252, 271]],
  ["tonicSpiking", 0.25, 100, from(10, 140), [53, 69, 127, 238, 348]],
  ["phasicSpiking", 0.25, 200, from(20, 5), [176]],
  [
    "tonicBursting",
    0.25,
    220,
    from(22, 150),
    [
      101, 107, 114, 121, 129, 137, 146, 156, 168, 183, 321, 330, 340, 352, 367, 396, 532, 541, 551, 563, 578, 606, 743,
      752, 762, 774, 789, 819,
    ],
  ],
  ["phasicBursting", 0.2, 200, from(20, 6), [196, 215, 236, 260, 289, 337]],
  ["mixedMode", 0.25, 160, from(16, 100), [81, 92, 110, 269, 398, 527]],
  ["spikeFrequencyAdaptation", 0.25, 85, from(8.5, 300), [42, 50, 61, 80, 171, 287]],
  [
    "classOneExcitability",
    0.25,
    300,
    (t: number) => (t > 30 ? 0.75 * (t - 30) : 0),
    [339, 501, 624, 725, 815, 896, 969, 1038, 1103, 1163],
  ],
  [
    "classTwoExcitability",
    0.25,
    300,
    (t: number) => -5 + (t > 30 ? 0.15 * (t - 30) : 0),
    [424, 507, 582, 650, 713, 772, 828, 883, 936, 987, 1036, 1085, 1129, 1173],
  ],
  ["spikeLatency", 0.2, 100, pulses(70.4, 3, 10), [134]],
  ["subthresholdOscillations", 0.25, 200, pulses(20, 5, 20), [107]],
  ["resonance", 0.25, 400, pulses(6.5, 4, 40, 60, 280, 320), [1353]],
  ["integration", 0.25, 100, pulses(90, 2, 100 / 11, 100 / 11 + 5, 70, 80), [81]],
  ["reboundSpike", 0.2, 200, pulses(-150, 5, 20), [341]],
  ["reboundBurst", 0.2, 200, pulses(-150, 5, 20), [341, 356, 372, 390, 410, 433, 462]],
  ["thresholdVariability", 0.25, 100, (t: number) => pulses(10, 5, 10, 80)(t) + pulses(-60, 5, 70)(t), [374]],
  ["bistability", 0.25, 300, (t: number) => 2.4 + pulses(10, 5, 37.5, 216)(t), [182, 345, 507, 670, 833]],
  ["depolarizingAfterPotential", 0.1, 50, pulses(200, 2, 9), [114]],
  ["inhibitionInducedSpiking", 0.5, 350, less, [190, 333, 473]],
  ["inhibitionInducedBursting", 0.5, 350, less, [174, 178, 182, 187, 192, 198, 207, 384, 389, 394, 400, 409]],
].map(([preset, dt, duration, current, spikes]) => ({ preset, dt, duration, current, spikes }) as Izhikevich);

/** A slow ramp causes no spike, a fast one does. A preset of AccommodatingIzhikevichSoma. */
export const accommodation = {
  preset: "accommodation",
  dt: 0.5,
  duration: 400,
  current: (time: number) => (time < 200 ? time / 2.5 : time >= 300 && time < 312.5 ? (time - 300) * 3.2 : 0),
  spikes: [624],
} as const satisfies Protocol;

/** Currents of the patterns of Naud et al. 2008, pA. */
export const naudCurrents = {
  tonicSpiking: 500,
  adaptation: 500,
  initialBurst: 400,
  regularBursting: 210,
  delayedAccelerating: 300,
  delayedRegularBursting: 110,
  transientSpiking: 180,
  irregularSpiking: 160,
} as const;
