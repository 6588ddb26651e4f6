import { allToAll, brain, ExponentialSynapse, LeakySoma, PoissonSource, RestrictedPairStdp } from "spark-snn";
import { hiddenUnits, patternRates, rate } from "./pattern.ts";

export const dt = 1; // ms
/** Largest weight, pA. A spike then depolarises the cell by 0.02 mV at most, and 500 such spikes reach the threshold. */
export const weightMax = 1.27;

const { rates, times } = patternRates();
const synapse = ExponentialSynapse({ tau: 2.5 });
const learning = {
  to: "cell",
  connect: allToAll(),
  weight: 0.475 * weightMax,
  delay: dt,
  synapse,
  plasticity: RestrictedPairStdp({ preTau: 16.8, postTau: 33.7, rate: 0.03125, asymmetry: 0.9, weightMax }),
} as const;

/**
 * One cell with 2000 inputs, half of which repeat their spikes of 50 ms: Masquelier, Guyonneau and Thorpe, PLoS ONE
 * 3:e1377 (2008). The README names the differences.
 */
export const network = brain({
  name: "Hidden pattern",
  populations: {
    hidden: PoissonSource({ units: [hiddenUnits], rate: { series: rates, times, after: "repeat" } }),
    others: PoissonSource({ units: [hiddenUnits], rate }),
    cell: LeakySoma({
      units: [1],
      potentialRest: -70,
      threshold: -60,
      potentialReset: -90,
      potentialTau: 10,
      resistance: 0.1,
    }),
  },
  projections: { learned: { from: "hidden", ...learning }, learnedOthers: { from: "others", ...learning } },
});
