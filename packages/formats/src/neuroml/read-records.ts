import type { Reporter } from "../report.ts";
import { children, type Model } from "./read-model.ts";
import { cellOf, type Listed, type Made } from "./read-populations.ts";
import type { Element } from "./xml.ts";

/* Records of a document: the outputs and the displays of a simulation, or the spikes of all cells. */

interface Selected {
  readonly spikes: Set<number>;
  readonly potential: Set<number>;
}

const files = ["EventOutputFile", "OutputFile", "Display"];
const lines = ["EventSelection", "OutputColumn", "Line"];

/** The records of the document, by population. @throws ConfigError for cells that do not exist */
export const readRecords = (
  { simulation, network }: Model,
  populations: ReadonlyMap<string, Listed>,
  report: Reporter,
): Readonly<Record<string, unknown>> => {
  const made = new Set([...populations.values()].flatMap((one) => (one.made?.cells ? one.made : [])));
  const all = Object.fromEntries([...made].map(({ name }) => [name, { outSpikes: true }]));
  if (!simulation) return all;
  const selected = new Map<Made, Selected>();
  const unknown: string[] = [];
  let count = 0;
  for (const file of children(simulation.element)) {
    if (!files.includes(file.name)) {
      if (file.name !== "notes")
        report.unsupported(`${simulation.id}.${file.name}`, file.name, "Add it to the document.");
      continue;
    }
    for (const line of children(file).filter(({ name }) => lines.includes(name))) {
      count++;
      if (!select(line, `${simulation.where} ${file.name} ${file.attributes["id"] ?? ""}`, populations, selected))
        unknown.push(line.attributes["select"] ?? line.attributes["quantity"] ?? line.name);
    }
  }
  if (unknown.length > 0) {
    report.unsupported(
      `${simulation.id}.outputs`,
      unknown.slice(0, 5).join(", "),
      "Only spikes and potentials (v) of cells that are imported are recorded. Add a record to the document.",
    );
  }
  if (count === 0) return all;
  const records: Record<string, unknown> = {};
  for (const [one, { spikes, potential }] of selected) {
    const units = [...potential].sort((a, b) => a - b);
    records[one.name] = {
      ...(spikes.size > 0 && { outSpikes: true }),
      ...(units.length > 0 && { potential: units.length === one.units ? true : { units } }),
    };
    const path = `${network.id}.${one.name}`;
    if (spikes.size > 0) {
      const note = spikes.size < one.units ? "The spikes of all its units are recorded." : undefined;
      report.faithful(path, "spikes", `record.${one.name}.outSpikes`, note);
    }
    if (units.length > 0) report.faithful(path, "v", `record.${one.name}.potential`);
  }
  return records;
};

/** Adds what a line selects. Returns whether it is known. */
const select = (
  line: Element,
  where: string,
  populations: ReadonlyMap<string, Listed>,
  selected: Map<Made, Selected>,
): boolean => {
  const isEvent = line.name === "EventSelection";
  const path = line.attributes[isEvent ? "select" : "quantity"] ?? "";
  const id = /^[^[\]/]{1,200}/.exec(path)?.[0] ?? "";
  const isPotential = path.endsWith("/v");
  const listed = populations.get(id);
  if (!listed?.made?.cells || (!isEvent && !isPotential)) return false;
  const cell = isEvent ? path : path.slice(0, -2);
  const unit = listed.units[cellOf(cell, listed, where)]!;
  const own = selected.get(listed.made) ?? { spikes: new Set(), potential: new Set() };
  selected.set(listed.made, own);
  (isEvent ? own.spikes : own.potential).add(unit);
  return true;
};
