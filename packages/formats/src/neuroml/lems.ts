import type { FlatNetwork, FlatPopulation } from "../network.ts";
import type { Reporter } from "../report.ts";
import type { Placed } from "./places.ts";
import { type Element, element, quantity } from "./xml.ts";

/* The simulation of a network as a file of LEMS. */

/** The file that runs a network and writes its records. */
export const lemsOf = (
  { records, dt }: FlatNetwork,
  places: ReadonlyMap<FlatPopulation, readonly Placed[]>,
  duration: string,
  file: string,
  report: Reporter,
): Element => {
  const outputs: Element[] = [];
  for (const [population, units] of places) {
    const wanted = Object.hasOwn(records, population.name) ? records[population.name]! : [];
    for (const variable of wanted) {
      const path = `record.${population.name}.${variable}`;
      const name = population.name;
      if (variable === "outSpikes" && population.kind === "soma") {
        const selections = units.map(({ population: own, index }, k) =>
          element("EventSelection", { id: `${k}`, select: `${own}[${index}]`, eventPort: "spike" }),
        );
        const file = `${name}.spikes.dat`;
        outputs.push(
          element("EventOutputFile", { id: `${name}_spikes`, fileName: file, format: "TIME_ID" }, selections),
        );
        report.faithful(path, "record", file);
      } else if (variable === "potential" && population.kind === "soma") {
        const columns = units.map(({ population: own, index }, k) =>
          element("OutputColumn", { id: `v_${k}`, quantity: `${own}[${index}]/v` }),
        );
        const file = `${name}.v.dat`;
        outputs.push(element("OutputFile", { id: `${name}_v`, fileName: file }, columns));
        report.faithful(path, "record", file);
      } else if (variable === "outSpikes")
        report.faithful(path, "record", "spikeArray", "The spikes are in the network.");
      else
        report.unsupported(path, "record", "Only spikes and potentials are exported. Add an OutputColumn to the file.");
    }
  }
  return element("Lems", {}, [
    element("Target", { component: "simulation" }),
    ...["Cells.xml", "Networks.xml", "Inputs.xml", "PyNN.xml", "Simulation.xml", file].map((one) =>
      element("Include", { file: one }),
    ),
    element("Simulation", { id: "simulation", length: duration, step: quantity(dt, "ms"), target: "network" }, outputs),
  ]);
};
