import { lineFigure, type ThemeName } from "@spark-snn/plot";
import type { RewardRun } from "./simulate.ts";

/** Draws the weight of one synapse with rewards of its own and with rewards at random times, and the mean of all. */
export const drawReward = (rewarded: RewardRun, shuffled: RewardRun, theme: ThemeName = "light"): string => {
  const minutes = (run: RewardRun): number[] => run.times.map((time) => time / 60);
  return lineFigure(
    {
      curves: [
        { label: "rewarded synapse", x: minutes(rewarded), y: rewarded.rewarded },
        { label: "rewards at random times", x: minutes(shuffled), y: shuffled.rewarded },
        { label: "mean of all synapses", x: minutes(rewarded), y: rewarded.mean },
      ],
      xTitle: "Time (min)",
      yTitle: "Weight (mV)",
    },
    { width: 900, height: 440, title: "Only the synapse that earns rewards grows", theme },
  );
};
