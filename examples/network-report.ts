import { networkFigure } from "@spark-snn/plot";
import { analysis, type SpikeRecording } from "spark-snn";
import { writeFigure } from "./write-figure.ts";

/** Run data that the network examples need. */
export interface NetworkRun {
  readonly model: string;
  readonly backend: string;
  readonly dt: number;
  readonly duration: number;
  readonly units: number;
  readonly synapses: number;
  readonly buildTime: number;
  readonly wallTime: number;
}

export interface PopulationSpikes {
  readonly name: string;
  readonly units: number;
  readonly outSpikes: SpikeRecording;
}

/** Rate, CV and synchrony of each population after the first `from` ms, as in tables of network models. */
export const summaries = (populations: readonly PopulationSpikes[], from: number) =>
  populations.map(({ name, units, outSpikes }) => {
    return { name, units, ...analysis.populationSummary(outSpikes, { from }) };
  });

/** Prints the statistics of a network, and draws its last 300 ms. */
export const report = async (
  run: NetworkRun,
  populations: readonly PopulationSpikes[],
  { from, figure }: { readonly from: number; readonly figure: URL },
): Promise<void> => {
  const seconds = (run.duration / 1000).toFixed(2);
  console.log(`${run.model}: ${run.units} units, ${run.synapses} synapses, built in ${run.buildTime.toFixed(2)} s.`);
  console.log(`${seconds} s were simulated in ${run.wallTime.toFixed(2)} s with ${run.backend}.\n`);
  console.log("population    units  rate (Hz)    CV  synchrony");
  const rows = summaries(populations, from);
  for (const { name, units, rate, cv, synchrony } of rows) {
    const cells = [name.padEnd(11), `${units}`.padStart(7), rate.toFixed(2).padStart(10), cv.toFixed(2).padStart(6)];
    console.log(`${cells.join(" ")} ${synchrony.toFixed(2).padStart(10)}`);
  }
  const svg = networkFigure(
    {
      populations: populations.map(({ name, units, outSpikes }) => {
        return { label: name, times: outSpikes.times(), units: outSpikes.units, unitCount: units };
      }),
      from: Math.max(0, run.duration - 300),
      to: run.duration,
      bars: [{ title: "Rate (Hz)", values: rows.map(({ rate }) => rate) }],
    },
    { title: run.model },
  );
  await writeFigure(svg, figure);
};
