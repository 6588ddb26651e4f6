import { type MachineDescription, median } from "../machine.ts";
import { candidates } from "./candidates.ts";
import { goalsSection } from "./goals.ts";
import { type Cell, drive, dt, isMeasured, type Outcome, type Skipped } from "./measure.ts";
import { digits, ratesSection, same, sizeText, stepSection, table, threadsText } from "./table.ts";

/** Results of a run of the harness, as in peers.json. */
export interface Report {
  readonly machine: MachineDescription;
  /** The date of the run, "2026-01-31". */
  readonly date: string;
  readonly rounds: number;
  /** Options of the run. */
  readonly options: string;
  /** A remark about this run, such as exclusions and their reasons. */
  readonly remark?: string;
  readonly checks: readonly SpikeCheck[];
  readonly outcomes: readonly Outcome[];
}
/** Whether the spikes of a timed peer equal those of this library. */
export interface SpikeCheck {
  readonly candidate: string;
  readonly model: string;
  readonly sentence: string;
}

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
    "Seconds before the first measured run, for the smallest size: import, build or compile, first run. The first run includes the work of a run.",
    table(["", "units", "seconds"], setup),
    "## Memory",
    "Peak memory of the process, MB; in parentheses, the part beyond the import alone.",
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
  return `## Not measured, or excluded\n\n${items.join("\n")}\n`;
};

/** Cores used by other work during runs with this many threads: median and maximum. */
export const othersIn = (
  outcomes: readonly Outcome[],
  threads: number,
): { middle: number; most: number } | undefined => {
  const runs = outcomes.filter(isMeasured).filter(({ cell }) => cell.threads === threads);
  const others = runs.flatMap((run) => run.others.filter((cores) => cores !== undefined));
  return others.length === 0 ? undefined : { middle: median(others), most: Math.max(...others) };
};

/** Fraction of a core that runs of one thread got; other work used the rest. */
export const ownShare = (outcomes: readonly Outcome[]): number | undefined => {
  const single = outcomes.filter(isMeasured).filter(({ cell }) => cell.threads === 1);
  const shares = single.flatMap(({ seconds, cpu }) =>
    seconds.flatMap((wall, k) => (cpu[k] === undefined || cpu[k] === null ? [] : [cpu[k] / wall])),
  );
  return shares.length === 0 ? undefined : median(shares);
};

/** Number of cores used by other work above which runs on all cores are unreliable. */
const DISTURBED = 0.15;

const noiseText = (outcomes: readonly Outcome[]): string => {
  const share = ownShare(outcomes);
  const sentences: string[] = [];
  if (share !== undefined && share < 0.95) {
    sentences.push(
      `runs of one thread got ${Math.round(share * 100)} % of a core (median), so their values are too low and the ratios are uncertain by the same amount.`,
    );
  }
  const counts = [...new Set(outcomes.map(({ cell }) => cell.threads))].filter((threads) => threads > 1);
  for (const threads of counts) {
    const others = othersIn(outcomes, threads);
    if (!others || others.middle < DISTURBED) continue;
    sentences.push(
      `other work took ${digits(others.middle)} cores (median; at most ${digits(others.most)}) during runs of ${threads} threads: threads that wait for each other are slowed disproportionately, so these ratios are meaningless.`,
    );
  }
  return sentences.length === 0 ? "" : ` **Noise:** ${sentences.join(" ")}`;
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
export const reportText = ({ machine, date, rounds, options, remark, outcomes, checks }: Report): string => {
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
    "# Comparison with other simulators",
    `Generated by \`npm run bench:peers -- ${options}\` on ${date}. Each value is from ${rounds} repetitions, in which all candidates take turns within the same minutes. Ratios within one run are meaningful. Absolute values apply only to this computer, which may be under other load.${noiseText(outcomes)}${remark ? ` ${remark}` : ""}`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GiB; ${machine.platform}; Node ${machine.node} (V8 ${machine.v8}); ${machine.compiler ?? "no C compiler found"}. Versions: ${versionsText(outcomes)}.`,
    `All units are equal, with the library's default parameters, a constant current of ${drive} pA and dt ${dt} ms. No candidate records anything: the time is that of the steps alone, with their spikes and resets.`,
    "![Neuron-steps per second of every candidate](peers.svg)",
    "## Candidates",
    ...present
      .map(({ name, about }) => `- ${name}: ${about}.`)
      .reduce<string[]>((list, line) => [list.length ? `${list[0]}\n${line}` : line], []),
    "Some candidates are not directly comparable. f32 moves half the bytes of f64 and fills twice the lanes, so also compare a simulator in f64 with this library in f64. All candidates integrate exactly over a step; none uses the Euler method. NEST's soma stays at its reset while refractory and needs fewer operations per step than a soma whose leak continues. NEST has no soma like the adaptive one. NEST and Brian2 also return their spikes in lists; Spark, the C program and this library do so only on request.",
    goalsSection(outcomes),
    ...[...groups].flatMap(([title, group]) => [
      `## ${title[0]!.toUpperCase()}${title.slice(1)}`,
      ratesSection(outcomes, group),
    ]),
    ...(step
      ? [
          `## One call per step\n\n${sizeText(step.units)} refractory units, with one call from the user's language for each step.`,
          stepSection(outcomes, step),
        ]
      : []),
    setupSection(outcomes),
    ...(checks.length > 0
      ? [
          "## Comparison of spikes",
          "Before the measurements, each simulator runs 8 units for 300 ms with different currents, in its own precision. Its spikes are compared with those of this library.",
          checks.map(({ candidate, model, sentence }) => `- ${candidate}, ${model}: ${sentence}`).join("\n"),
        ]
      : []),
    skippedSection(outcomes.filter((entry): entry is Skipped => !isMeasured(entry))),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .trimEnd()}\n`;
};
