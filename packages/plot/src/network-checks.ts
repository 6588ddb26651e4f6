import {
  requireCount,
  requireNumber,
  requireObject,
  requireRecorded,
  requireSpikes,
  requireText,
  requireWindow,
} from "./checks.ts";
import type { NetworkBars, NetworkData, NetworkPopulation } from "./data.ts";

const where = "networkFigure";

/** Refuses data that cannot be drawn. The error names the place of the first problem. */
export function checkNetwork(data: NetworkData): void {
  const { populations, from = 0, to, bin, every, bars = [] } = data;
  requireCount(`${where}.populations`, populations, 1, 16, "Join populations, or draw several figures.");
  for (const [index, population] of populations.entries()) {
    checkPopulation(`${where}.populations[${index}]`, population);
  }
  requireWindow(where, from, to);
  if (bin !== undefined) {
    requireNumber(`${where}.bin`, bin, { least: (to - from) / 10_000, most: to - from, unit: "ms" });
  }
  if (every !== undefined) requireNumber(`${where}.every`, every, { least: 1, whole: true, unit: "" });
  requireCount(`${where}.bars`, bars, 0, 3, "Draw several figures.");
  for (const [index, chart] of bars.entries()) checkBars(`${where}.bars[${index}]`, chart, populations.length);
}

function checkPopulation(path: string, population: NetworkPopulation): void {
  requireObject(path, population);
  const { label, times, units, unitCount, color, recorded } = population;
  requireText(`${path}.label`, label);
  requireNumber(`${path}.unitCount`, unitCount, { least: 1, whole: true, unit: "" });
  if (color !== undefined) requireNumber(`${path}.color`, color, { least: 0, most: 7, whole: true, unit: "" });
  requireSpikes(path, times, units, unitCount);
  requireRecorded(path, recorded);
}

function checkBars(path: string, chart: NetworkBars, count: number): void {
  requireObject(path, chart);
  const { title, values } = chart;
  requireText(`${path}.title`, title);
  requireCount(`${path}.values`, values, 0, Infinity, "");
  if (values.length !== count) {
    const rule = `must contain one value for each of the ${count} populations`;
    throw new RangeError(`${path}.values ${rule}; received ${values.length}. Give NaN for undefined values.`);
  }
  for (let index = 0; index < count; index++) {
    if (!Number.isNaN(values[index])) requireNumber(`${path}.values[${index}]`, values[index]!, { least: 0, unit: "" });
  }
}
