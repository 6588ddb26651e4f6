import { type MachineDescription, median } from "../machine.ts";
import { dotFigure } from "./dots.ts";
import {
  farthestRate,
  type Goal,
  isRun,
  type NetworkCase,
  type NetworkMeasurement,
  type NetworkOutcome,
  type NetworkSkipped,
  threadsName,
} from "./networks.ts";
import { digits, table } from "./table.ts";

/** Results of a run of the networks, as in network-peers.json. */
export interface NetworkReport {
  readonly machine: MachineDescription;
  /** The date of the run, "2026-01-31". */
  readonly date: string;
  readonly rounds: number;
  /** Options of the run. */
  readonly options: string;
  readonly cases: readonly NetworkCase[];
  readonly outcomes: readonly NetworkOutcome[];
}

const secondsText = ({ seconds }: NetworkMeasurement): string =>
  seconds.length === 1
    ? digits(seconds[0]!)
    : `${digits(median(seconds))} (${digits(Math.min(...seconds))}–${digits(Math.max(...seconds))})`;

const setupText = ({ setup }: NetworkMeasurement): string =>
  Object.entries(setup)
    .map(([part, seconds]) => `${part} ${digits(seconds)}`)
    .join(", ");

const memoryText = ({ peakMemory, baseMemory }: NetworkMeasurement): string =>
  peakMemory === undefined
    ? "–"
    : `${Math.round(peakMemory / 1e6)} (${Math.round((peakMemory - (baseMemory ?? 0)) / 1e6)})`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Processor seconds of every repetition; undefined if the simulator does not report them. */
const processorSeconds = ({ cpu }: NetworkMeasurement): readonly number[] | undefined =>
  cpu.every((seconds): seconds is number => typeof seconds === "number") ? cpu : undefined;

const processorText = (run: NetworkMeasurement): string => {
  const seconds = processorSeconds(run);
  return seconds === undefined ? "–" : digits(median(seconds));
};

/**
 * The medians of two runs: of their processor time, which hardly depends on other work, if both use one thread and
 * report it; otherwise of their wall-clock time.
 */
const mediansOf = (one: NetworkMeasurement, other: NetworkMeasurement): readonly [number, number] => {
  const [a, b] = [processorSeconds(one), processorSeconds(other)];
  const single = [one, other].every(({ candidate }) => candidate.endsWith(threadsName(1)));
  return single && a && b ? [median(a), median(b)] : [median(one.seconds), median(other.seconds)];
};

/** Whether a goal is reached, and the measured value; undefined if the cases of the goal were not measured. */
export const goalOf = (
  goal: Goal,
  runs: readonly NetworkMeasurement[],
): { value: number; reached: boolean } | undefined => {
  const runOf = (name: string) => runs.find(({ candidate }) => candidate === name);
  const own = runOf(goal.own);
  const other = goal.against === undefined ? undefined : runOf(goal.against);
  if (own === undefined || (goal.against !== undefined && other === undefined)) return undefined;
  const [time, reference] = other ? mediansOf(own, other) : [median(own.seconds), 1];
  return { value: time / reference, reached: time / reference <= goal.most };
};

const goalText = ({ own, against, most }: Goal): string =>
  against === undefined ? `${own}: at most ${digits(most)} s` : `${own}: at most ${digits(most)} × ${against}`;

const goalRow = (whole: NetworkCase, goal: Goal, runs: readonly NetworkMeasurement[]): string[] => {
  const found = goalOf(goal, runs);
  const unit = goal.against === undefined ? " s" : " ×";
  const outcome = found ? (found.reached ? "reached" : "**not reached**") : "not measured";
  return [`${whole.title}: ${goalText(goal)}`, found ? `${digits(found.value)}${unit}` : "–", outcome];
};

const runsOf = ({ outcomes }: NetworkReport, { key }: NetworkCase): NetworkMeasurement[] =>
  outcomes.filter(isRun).filter(({ network }) => network === key);

const caseSection = (report: NetworkReport, whole: NetworkCase): string => {
  const runs = runsOf(report, whole);
  const [first] = runs;
  if (!first) return "";
  const rows = runs.map((run) => {
    const far = farthestRate(run.rates, first.rates);
    const apart = run === first ? "–" : far <= whole.bound ? percent(far) : `**${percent(far)}**`;
    const rates = run.rates.map(digits).join(" ");
    const [time, reference] = mediansOf(run, first);
    return [
      run.candidate,
      secondsText(run),
      processorText(run),
      digits(time / reference),
      rates,
      apart,
      memoryText(run),
    ];
  });
  const differs = runs.some((run) => farthestRate(run.rates, first.rates) > whole.bound);
  const bound = `Rates may differ by at most ${percent(whole.bound)}`;
  const unbound = "These runs only test the programs; their rates and times mean nothing.";
  const sentence = !Number.isFinite(whole.bound)
    ? unbound
    : differs
      ? `${bound}. Values in **bold** differ by more, so the times are not those of the same network.`
      : `${bound}; none differs by more.`;
  const head = [
    "",
    "seconds: median (min–max)",
    "processor seconds",
    "× first row",
    "Hz",
    "largest rate difference",
    "MB",
  ];
  return `## ${whole.title}\n\n${table(head, rows)}\n\n${sentence} Set-up times, in seconds:\n\n${runs
    .map((run) => `- ${run.candidate}: ${setupText(run)}.`)
    .join("\n")}`;
};

const skippedSection = (skipped: readonly NetworkSkipped[]): string =>
  skipped.length === 0
    ? ""
    : `## Not measured\n\n${skipped.map(({ network, candidate, reason }) => `- ${network}, ${candidate}: ${reason}`).join("\n")}`;

const versionsText = (outcomes: readonly NetworkOutcome[]): string => {
  const found = new Set(
    outcomes.filter(isRun).flatMap(({ versions }) => Object.entries(versions).map((pair) => pair.join(" "))),
  );
  return [...found].join(", ");
};

/** The page that shows a report. */
export type NetworkPage = "network" | "neuron";

const times =
  "All simulators record the spikes of all units. The time is that of the run alone. Ratios are those of the processor time, if both simulators use one thread and report it. Set-up includes drawing and storing the synapses, importing and compiling. Memory is the peak memory of the process, and in parentheses the part beyond the import alone.";
const ways = {
  ours: "This library: `compile()` once; each repetition starts from the initial state. Single precision, or double where stated.",
  brian2:
    "Brian2: C++ standalone with its default flags (-O3 -march=native -ffast-math), f64. The times are from the program's own clocks, which exclude building the synapses.",
  nest: "NEST: its own connection rules, `Prepare` once, then `Run`; each repetition continues the previous one. f64.",
};

const compared: Readonly<Record<NetworkPage, string>> = {
  network: [
    `The examples of this repository (and [one of recurrent adaptive units](../../packages/spark/bench/peers/adaptive.ts)) are compared with the same networks in each simulator's own language, with its own random numbers. ${times}`,
    "",
    `- ${ways.ours}`,
    `- ${ways.brian2} Integration is exact. Brunel's pairs are connected with a probability that gives the same mean number of inputs; the number is fixed here and in NEST.`,
    `- ${ways.nest}`,
    "- Spark 1.2.2: split and merge under one jit with a scan that returns all spikes, f32. Its weights are a dense matrix, so the cost of a step does not depend on the number of spikes. Its currents reach a unit one step earlier.",
  ].join("\n"),
  neuron: [
    `[Nonlinear neurons](../../packages/spark/bench/peers/neurons.ts) in a network (COBAHH: Brette et al. 2007, benchmark 3) and without one, with a different current for each unit. ${times}`,
    "",
    `- ${ways.ours}`,
    `- ${ways.brian2} COBAHH is integrated with the exponential Euler method in both. Brian2's method of this name refuses the adaptive exponential equations, because they are not linear in the potential. Its step is therefore written out with \`run_regularly\`; another case compares the Euler method in both.`,
    `- ${ways.nest} Its hh_cond_exp_traub is integrated with a Runge–Kutta method that adapts its step.`,
  ].join("\n"),
};
const titles: Readonly<Record<NetworkPage, string>> = {
  network: "Networks in other simulators",
  neuron: "Neurons in other simulators",
};

/** The page about networks in other simulators. */
export const networkText = (report: NetworkReport, page: NetworkPage = "network"): string => {
  const { machine, date, rounds, options, cases, outcomes } = report;
  const goals = cases.flatMap((whole) => whole.goals.map((goal) => goalRow(whole, goal, runsOf(report, whole))));
  const parts = [
    `# ${titles[page]}`,
    `Generated by \`npm run bench:peers -- ${options}\` on ${date}, with ${rounds} repetitions in which all simulators take turns within the same minutes. Ratios within one run are meaningful. Absolute values apply only to this computer.`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GiB; ${machine.platform}; Node ${machine.node} (V8 ${machine.v8}); ${machine.compiler ?? "no C compiler found"}. Versions: ${versionsText(outcomes)}.`,
    `![Seconds of each ${page === "network" ? "network" : "case"} in every simulator](${page}-peers.svg)`,
    compared[page],
    goals.length === 0 ? "" : `## Goals\n\n${table(["", "measured", ""], goals)}`,
    ...cases.map((whole) => caseSection(report, whole)),
    skippedSection(outcomes.filter((entry): entry is NetworkSkipped => !isRun(entry))),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
};

/** Seconds of every simulator, with a panel for each network; undefined if nothing ran. */
export const networkFigure = (report: NetworkReport): string | undefined => {
  const panels = report.cases
    .map((whole) => ({
      title: whole.title,
      rows: runsOf(report, whole).map(({ candidate, seconds }) => ({
        name: candidate,
        dots: [{ series: 0, values: seconds }],
      })),
    }))
    .filter(({ rows }) => rows.length > 0);
  if (panels.length === 0) return undefined;
  return dotFigure({ panels, series: [], axis: "seconds of a run", left: 270 });
};
