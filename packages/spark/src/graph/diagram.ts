import type { Brain } from "./brain.ts";
import {
  type BrainTable,
  type PopulationRow,
  type ProjectionRow,
  type ReadoutRow,
  type SignalRow,
  tableOf,
} from "./table.ts";

/** A count for readers: 3 200, 15.6 M. */
const countText = (count: number): string => {
  if (count >= 1e9) return `${Number((count / 1e9).toPrecision(3))} G`;
  if (count >= 1e6) return `${Number((count / 1e6).toPrecision(3))} M`;
  return `${Math.round(count)}`.replace(/\B(?=(\d{3})+$)/g, " ");
};

const synapseCount = ({ synapses, exact }: ProjectionRow): string =>
  synapses === undefined ? "synapses by distance" : `${exact ? "" : "≈ "}${countText(synapses)} synapses`;

const populationText = ({ model, units, inhibitory }: PopulationRow): string => {
  const kind = inhibitory === 0 ? "" : inhibitory === units ? ", inhibitory" : `, ${countText(inhibitory)} inhibitory`;
  return `${countText(units)} × ${model}${kind}`;
};

/**
 * Draws a network as text: each population with its projections, read-outs and signals, and each drive. An arrow excites,
 * a bar inhibits, and a line with neither can do both. A double arrow is a read-out, and a dotted one a signal.
 * @throws ConfigError unless it gets a network
 */
export const brainDiagram = (brain: Brain): string => {
  const table = tableOf("brainDiagram", brain);
  const width = Math.max(
    0,
    ...table.populations.map(({ name }) => name.length),
    ...table.drives.map(({ to }) => to.length),
    ...table.readouts.map(({ name }) => name.length),
    ...table.signals.map(({ to }) => to.length),
  );
  const populations = table.populations.flatMap((population) => {
    const leaving = table.projections.filter(({ from }) => from === population.name);
    const read = table.readouts.filter(({ from }) => from.split(", ").includes(population.name));
    const passed = table.signals.filter(({ from }) => from.split(", ").includes(population.name));
    const lines = [
      ...leaving.map((row) => branch(row, width)),
      ...read.map((row) => `═▶ ${row.name.padEnd(width)}  read-out: ${readoutText(row)}`),
      ...passed.map((row) => `┄▷ ${row.to.padEnd(width)}  ${row.name}: ${readoutText(row)}`),
    ];
    return [`${population.name}  ${populationText(population)}`, ...branches(lines)];
  });
  const drives = table.drives.flatMap(({ name, to, drive }) => [`${name}  ${drive}`, ...branches([`─▶ ${to}`])]);
  return [...populations, ...drives].join("\n");
};

const heads = { "1": "─▶", "-1": "─┤", "0": "──" } as const;

const branch = (row: ProjectionRow, width: number): string =>
  `${heads[`${row.sign ?? 0}`]} ${row.to.padEnd(width)}  ${row.name}: ${synapseCount(row)}, ${row.weight}, ${row.delay}`;

const readoutText = ({ of, units, mean, filter }: ReadoutRow | SignalRow): string => {
  const read = `${mean ? "mean" : "each"} of ${countText(units)} ${units === 1 ? "unit" : "units"}`;
  return [of, read, ...(filter === "none" ? [] : [filter])].join(", ");
};

const branches = (lines: readonly string[]): string[] =>
  lines.map((line, k) => `${k === lines.length - 1 ? "└" : "├"}${line}`);

/**
 * A network as a Mermaid flowchart, which GitHub and many editors draw. Lines with a round head inhibit.
 * @throws ConfigError unless it gets a network
 */
export const brainMermaid = (brain: Brain): string => {
  const table = tableOf("brainMermaid", brain);
  const place = new Map(table.populations.map(({ name }, k) => [name, `p${k}`]));
  return [
    "flowchart LR",
    ...table.populations.map((row) => `  ${place.get(row.name)}${node(row)}`),
    ...table.drives.map(({ name, drive }, k) => `  d${k}([${quoted(name, drive)}])`),
    ...table.readouts.map((row, k) => `  r${k}[/${quoted(row.name, readoutText(row))}/]`),
    ...table.projections.map((row) => `  ${place.get(row.from)} ${link(row)} ${place.get(row.to)}`),
    ...table.drives.map(({ to }, k) => `  d${k} --> ${place.get(to)}`),
    ...table.readouts.flatMap(({ from }, k) => from.split(", ").map((name) => `  ${place.get(name)} ==> r${k}`)),
    ...signalLinks(table, place),
    ...inhibitoryStyle(table, place),
    "",
  ].join("\n");
};

const quoted = (...lines: readonly string[]): string => `"${lines.join("<br>").replaceAll('"', "#quot;")}"`;

const node = (row: PopulationRow): string => {
  const text = quoted(row.name, populationText(row));
  return row.kind === "soma" ? `[${text}]` : `([${text}])`;
};

const link = (row: ProjectionRow): string => {
  const text = quoted(row.name, synapseCount(row), row.weight);
  return row.sign === -1 ? `-- ${text} --o` : row.sign === 1 ? `-- ${text} -->` : `-- ${text} ---`;
};

/** A signal into a plasticity rule ends at the target population of the projection. */
const signalLinks = ({ signals, projections }: BrainTable, place: ReadonlyMap<string, string>): string[] =>
  signals.flatMap(({ name, from, to }) => {
    const [first = "", second] = to.split(".");
    const end = second === "plasticity" ? projections.find((row) => row.name === first)!.to : first;
    return from.split(", ").map((source) => `  ${place.get(source)} -. ${quoted(name, to)} .-> ${place.get(end)}`);
  });

/** Inhibitory populations have a dashed border. */
const inhibitoryStyle = ({ populations, projections }: BrainTable, place: ReadonlyMap<string, string>): string[] =>
  populations
    .filter(({ name }) => {
      const leaving = projections.filter(({ from }) => from === name);
      return leaving.length > 0 && leaving.every(({ sign }) => sign === -1);
    })
    .map(({ name }) => `  style ${place.get(name)} stroke-dasharray: 4`);
