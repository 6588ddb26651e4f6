import { lineFigure, type ThemeName } from "@spark-snn/plot";
import { target } from "./network.ts";
import { type Balance, bin } from "./simulate.ts";

/** Draws the rates of both populations over time, on a logarithmic axis, because the rule slows down. */
export const drawRates = ({ excitatory, inhibitory }: Balance, theme: ThemeName = "light"): string => {
  // Means over bins that grow, so that the dense end of the axis stays readable.
  const edges = [0];
  while (edges[edges.length - 1]! < excitatory.rate.values.length) {
    const last = edges[edges.length - 1]!;
    edges.push(Math.min(excitatory.rate.values.length, Math.max(last + 1, Math.round(last * 1.15))));
  }
  const x = edges.slice(1).map((end, k) => ((edges[k]! + end) / 2) * (bin / 1000));
  const meansOf = (values: ArrayLike<number>): number[] =>
    edges.slice(1).map((end, k) => {
      const part = Array.from(values).slice(edges[k], end);
      return part.reduce((sum, value) => sum + value, 0) / part.length;
    });
  return lineFigure(
    {
      curves: [
        { label: "excitatory", x, y: meansOf(excitatory.rate.values), draw: "curve" },
        { label: "inhibitory", x, y: meansOf(inhibitory.rate.values), draw: "curve" },
        { label: `target, ${target} Hz`, x, y: x.map(() => target), draw: "curve", color: 6 },
      ],
      xTitle: "Time (s)",
      yTitle: "Rate (Hz)",
      scale: "log",
    },
    { width: 860, height: 400, title: "Inhibitory synapses that learn bring the excitatory rate near 3 Hz", theme },
  );
};
