import { type MachineDescription, median } from "../machine.ts";
import { candidates } from "./candidates.ts";
import { type Cell, drive, dt, isMeasured, type Measurement, type Outcome, type Skipped } from "./measure.ts";

/** What a run of the harness found, as it is written to peers.json. */
export interface Report {
  readonly machine: MachineDescription;
  /** The day of the run, "2026-01-31". */
  readonly date: string;
  readonly rounds: number;
  readonly checks: readonly SpikeCheck[];
  readonly outcomes: readonly Outcome[];
}
/** Whether a peer that is timed gives the spikes of this library. */
export interface SpikeCheck {
  readonly candidate: string;
  readonly model: string;
  readonly sentence: string;
}

/** 10⁹ neuron-steps a second of a repetition. */
export const rateOf = ({ cell, steps }: Pick<Measurement, "cell" | "steps">, seconds: number): number =>
  (cell.units * steps) / seconds / 1e9;
export const medianRate = (measurement: Measurement): number =>
  median(measurement.seconds.map((seconds) => rateOf(measurement, seconds)));

/** Three digits that matter, without an exponent: 12.3, 0.0456, 1230. */
export const digits = (value: number): string => {
  if (value === 0) return "0";
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(places, 8));
};

export const sizeText = (units: number): string =>
  units >= 1e6 && units % 1e6 === 0
    ? `${units / 1e6} M`
    : units >= 1000 && units % 1000 === 0
      ? `${units / 1000} k`
      : `${units}`;

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
/** A table of Markdown: the first column to the left, the others to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    row(head),
    `|---|${head
      .slice(1)
      .map(() => "--:|")
      .join("")}`,
    ...rows.map(row),
  ].join("\n");

const rateText = (measurement: Measurement): string => {
  const rates = measurement.seconds.map((seconds) => rateOf(measurement, seconds));
  return `${digits(median(rates))} (${digits(Math.min(...rates))}–${digits(Math.max(...rates))})`;
};

const same = (a: Cell, b: Cell): boolean =>
  a.mode === b.mode && a.model === b.model && a.units === b.units && a.threads === b.threads;
const find = (outcomes: readonly Outcome[], candidate: string, cell: Cell): Measurement | undefined =>
  outcomes.filter(isMeasured).find((outcome) => outcome.candidate === candidate && same(outcome.cell, cell));

/** Names in the order of the candidates. */
const namesIn = (outcomes: readonly Outcome[], cells: readonly Cell[]): string[] => {
  const present = new Set(
    outcomes
      .filter((entry) => isMeasured(entry) && cells.some((cell) => same(entry.cell, cell)))
      .map((entry) => entry.candidate),
  );
  return candidates.map(({ name }) => name).filter((name) => present.has(name));
};
const isOurs = (name: string): boolean => candidates.some((entry) => entry.name === name && entry.family === "ours");

const threadsText = (threads: number): string => (threads === 1 ? "one thread" : `${threads} threads`);

/** Rates, and the ratio of each of our backends to each peer, of cells that differ in their size. */
const ratesSection = (outcomes: readonly Outcome[], cells: readonly Cell[]): string => {
  const names = namesIn(outcomes, cells);
  const head = cells.map(({ units }) => sizeText(units));
  const rates = table(
    ["10⁹ neuron-steps/s: median (least–most)", ...head],
    names.map((name) => [
      name,
      ...cells.map((cell) => {
        const found = find(outcomes, name, cell);
        return found ? rateText(found) : "–";
      }),
    ]),
  );
  const ratios = names.filter(isOurs).flatMap((own) =>
    names
      .filter((name) => !isOurs(name))
      .map((peer) => [
        `${own} / ${peer}`,
        ...cells.map((cell) => {
          const a = find(outcomes, own, cell);
          const b = find(outcomes, peer, cell);
          return a && b ? `${digits(medianRate(a) / medianRate(b))} ×` : "–";
        }),
      ]),
  );
  return ratios.length === 0 ? rates : `${rates}\n\n${table(["ratio of the medians", ...head], ratios)}`;
};

const stepSection = (outcomes: readonly Outcome[], cell: Cell): string => {
  const names = namesIn(outcomes, [cell]);
  const time = (name: string): number => {
    const found = find(outcomes, name, cell)!;
    return (median(found.seconds) / found.steps) * 1e6;
  };
  const own = names.find(isOurs);
  return table(
    ["", "µs a step", ...(own ? [`× ${own}`] : [])],
    names.map((name) => [name, digits(time(name)), ...(own ? [digits(time(name) / time(own))] : [])]),
  );
};

const setupSection = (outcomes: readonly Outcome[]): string => {
  const measured = outcomes.filter(isMeasured).filter(({ cell }) => cell.mode === "time" && cell.threads === 1);
  const sizes = [...new Set(measured.map(({ cell }) => cell.units))];
  const names = candidates.map(({ name }) => name).filter((name) => measured.some((entry) => entry.candidate === name));
  const setup = names.map((name) => {
    const first = measured.find((entry) => entry.candidate === name)!;
    const parts = Object.entries(first.setup).map(([part, seconds]) => `${part} ${digits(seconds)}`);
    return [name, sizeText(first.cell.units), parts.join(", ")];
  });
  const memory = names.map((name) => [
    name,
    ...sizes.map((units) => {
      const found = measured.find((entry) => entry.candidate === name && entry.cell.units === units);
      return found?.peakMemory === undefined
        ? "–"
        : `${Math.round(found.peakMemory / 1e6)} (${Math.round((found.peakMemory - (found.baseMemory ?? 0)) / 1e6)})`;
    }),
  ]);
  return [
    "## Set-up",
    "Seconds before the first measured run, of the smallest size: import, building or compiling, first run. A first run also does the work of a run.",
    table(["", "units", "seconds"], setup),
    "## Memory",
    "Most memory that the process held, MB; in brackets, what came on top of the bare import.",
    table(["", ...sizes.map(sizeText)], memory),
  ].join("\n\n");
};

const skippedSection = (skipped: readonly Skipped[]): string => {
  const grouped = new Map<string, string[]>();
  for (const { candidate, cell, reason } of skipped) {
    const key = `${candidate}: ${reason}`;
    grouped.set(key, [
      ...(grouped.get(key) ?? []),
      `${cell.model} ${sizeText(cell.units)}, ${threadsText(cell.threads)}${cell.mode === "step" ? ", step by step" : ""}`,
    ]);
  }
  if (grouped.size === 0) return "";
  const items = [...grouped].map(([reason, cells]) => `- ${reason} (${cells.join("; ")})`);
  return `## Not measured\n\n${items.join("\n")}\n`;
};

/** Share of the wall time in which the processor worked on runs of one thread: what is missing went to others. */
export const ownShare = (outcomes: readonly Outcome[]): number | undefined => {
  const single = outcomes.filter(isMeasured).filter(({ cell }) => cell.threads === 1);
  const shares = single.flatMap(({ seconds, cpu }) =>
    seconds.flatMap((wall, k) => (cpu[k] === undefined ? [] : [cpu[k] / wall])),
  );
  return shares.length === 0 ? undefined : median(shares);
};

const noiseText = (outcomes: readonly Outcome[]): string => {
  const share = ownShare(outcomes);
  if (share === undefined || share >= 0.95) return "";
  return ` **Noise:** runs of one thread got ${Math.round(share * 100)} % of a core (median); other work shared the machine, so every figure is too low and ratios are uncertain by as much.`;
};

const versionsText = (outcomes: readonly Outcome[]): string => {
  const found = new Map<string, Set<string>>();
  for (const { versions } of outcomes.filter(isMeasured)) {
    for (const [name, version] of Object.entries(versions))
      found.set(name, (found.get(name) ?? new Set()).add(version));
  }
  return [...found].map(([name, list]) => `${name} ${[...list].join(" and ")}`).join(", ");
};

/** The page about speed. */
export const reportText = ({ machine, date, rounds, outcomes, checks }: Report): string => {
  const cells = outcomes.map(({ cell }) => cell);
  const groups = new Map<string, Cell[]>();
  for (const cell of cells.filter(({ mode }) => mode === "time")) {
    const key = `${cell.model} soma, ${threadsText(cell.threads)}`;
    const group = groups.get(key) ?? [];
    if (!group.some((other) => same(other, cell))) group.push(cell);
    groups.set(key, group);
  }
  const step = cells.find(({ mode }) => mode === "step");
  const present = candidates.filter(({ name }) =>
    outcomes.some((entry) => isMeasured(entry) && entry.candidate === name),
  );
  return `${[
    "# Beside the peers",
    `Made by \`npm run bench:peers -- --write\` on ${date}. Every figure is of ${rounds} repetitions in which all candidates take turns within the same minutes. Ratios within one run mean something; absolute figures belong to this machine, which other work may share.${noiseText(outcomes)}`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GiB; ${machine.platform}; Node ${machine.node} (V8 ${machine.v8}); ${machine.compiler ?? "no C compiler found"}. Versions: ${versionsText(outcomes)}.`,
    `All units are equal, with the defaults of the library, a constant current of ${drive} pA and dt ${dt} ms. Nobody records anything: what is timed is the step itself, with its spikes and resets.`,
    "![Neuron-steps a second of every candidate](peers.svg)",
    "## What is compared",
    ...present
      .map(({ name, about }) => `- ${name}: ${about}.`)
      .reduce<string[]>((list, line) => [list.length ? `${list[0]}\n${line}` : line], []),
    "Not comparable without a thought: f32 moves half the bytes of f64 and fills twice the lanes, so compare a peer in f64 with ours in f64 too. All of them integrate exactly over a step; none is Euler. NEST's soma is held at its reset while refractory and has fewer operations a step than a soma whose leak goes on; it has no soma like the adaptive one. NEST and Brian2 also hand out their spikes in lists, which Spark, the C program and this library do only where something asks for them.",
    ...[...groups].flatMap(([title, group]) => [
      `## ${title[0]!.toUpperCase()}${title.slice(1)}`,
      ratesSection(outcomes, group),
    ]),
    ...(step
      ? [
          `## One call a step\n\n${sizeText(step.units)} refractory units, one call from the language of the user for each step.`,
          stepSection(outcomes, step),
        ]
      : []),
    setupSection(outcomes),
    ...(checks.length > 0
      ? [
          "## Same spikes",
          "Before anything is timed, each peer runs 8 units for 300 ms with different currents, in its own precision, and its spikes are compared with this library's.",
          checks.map(({ candidate, model, sentence }) => `- ${candidate}, ${model}: ${sentence}`).join("\n"),
        ]
      : []),
    skippedSection(outcomes.filter((entry): entry is Skipped => !isMeasured(entry))),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .trimEnd()}\n`;
};
