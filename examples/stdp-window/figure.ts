import { lineFigure, type ThemeName } from "@spark-snn/plot";
import { expected, lags } from "./network.ts";

/** Draws the changes of the simulation over the exponentials. */
export const drawWindow = (changes: readonly number[], theme: ThemeName = "light"): string => {
  const before = Array.from({ length: 251 }, (_, k) => -50 + k / 5 - 1e-9);
  const after = Array.from({ length: 251 }, (_, k) => k / 5);
  const x = [...before, 0, ...after];
  return lineFigure(
    {
      curves: [
        { label: "exponentials", x, y: x.map((lag, k) => (k === before.length ? Number.NaN : expected(lag))) },
        { label: "simulation", x: lags, y: changes, draw: "points" },
      ],
      xTitle: "Postsynaptic minus presynaptic time (ms)",
      yTitle: "Change of the weight (mV)",
    },
    { width: 760, height: 400, title: "The window of STDP: one pair of spikes for each lag", theme },
  );
};
