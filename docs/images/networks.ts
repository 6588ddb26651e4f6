/*
 * Draws the pictures of the example networks, for light and dark pages, from runs of their experiment documents.
 *
 *     npx tsx docs/images/networks.ts
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { networkFigure } from "@spark-snn/plot";
import { experiment, type JsonObject, simulate } from "spark-snn";
import { type PopulationSpikes, summaries } from "../../examples/network-report.ts";

const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** What each picture shows: the last `span` ms of a run, of each n-th unit; its bars are over all but 500 ms. */
const pictures = [
  { name: "cuba", title: "CUBA: current-based network after Vogels and Abbott", duration: 5000, span: 300, every: 1 },
  { name: "brunel", title: "Brunel’s network at g 5, η 2", duration: 2000, span: 100, every: 5 },
  { name: "microcircuit", title: "Cortical microcircuit, a tenth of the units", duration: 10_000, span: 300, every: 1 },
] as const;

/** Layers as the authors of the microcircuit write them. */
const labelOf = (name: string): string => name.replace("L23", "L2/3");

for (const { name, title, duration, span, every } of pictures) {
  const document = JSON.parse(await readFile(at(`../../examples/${name}/experiment.json`), "utf8")) as JsonObject;
  const { brain, options } = await experiment({ ...document, duration }, { kind: "brain" });
  const run = await simulate(brain, options);
  const populations = Object.keys(brain.populations).map((key) => (run as never)[key] as PopulationSpikes);
  const bars = summaries(populations, 500);
  for (const theme of ["light", "dark"] as const) {
    const svg = networkFigure(
      {
        populations: populations.map(({ name: population, units: unitCount, outSpikes }) => {
          return { label: labelOf(population), unitCount, times: outSpikes.times(), units: outSpikes.units };
        }),
        from: run.duration - span, to: run.duration, every,
        bars: [
          { title: "Rate (Hz)", values: bars.map(({ rate }) => rate) },
          { title: "CV", values: bars.map(({ cv }) => cv) },
        ],
      },
      { title, theme },
    );
    await writeFile(at(`${name}-${theme}.svg`), svg);
  }
}
