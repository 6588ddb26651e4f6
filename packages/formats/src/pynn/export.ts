import { type FlatDrive, type FlatNetwork, type FlatPopulation, flatten } from "../network.ts";
import { type Reporter, startReport } from "../report.ts";
import type { Experiment, Exported, ExportOptions } from "../result.ts";
import {
  DATA,
  givenStarts,
  numberText,
  openData,
  perUnitText,
  pythonWords,
  refuseEnds,
  requireSoma,
  scriptFiles,
  startArrays,
  tellOthers,
  tellPrecision,
  titleText,
  uniqueNames,
  type Writing,
} from "../script/script.ts";
import { type Cell, cellOf, type Written } from "./cells.ts";
import { currentsText } from "./currents.ts";
import { projectionText, weightUnit } from "./projections.ts";
import { sourceText } from "./sources.ts";

/** Names that a script must not replace: of Python, and of the script itself. */
const reserved = new Set([
  ...pythonWords,
  ..."sim simulator sys np path sequence data dt duration mv pa ns results segment trains label population times values unit per_unit spike_times connections mean step_factor signal import_module recorded zip enumerate len range".split(
    " ",
  ),
]);

/**
 * Exports an experiment as a PyNN script, with drawn parameters, connectivity, inputs and spikes of sources in an NPZ
 * file next to it. The script runs on NEST, or on the simulator that its first argument names. In double precision, a
 * network of leaky somas with exponential currents or jumps gives the same spikes at the same steps on NEST.
 *
 * @throws ConfigError with `strict` for parts that are not faithful, and if no soma is left; MemoryError if the synapses
 * do not fit
 */
export const exportPynn = async (experiment: Experiment, options: ExportOptions = {}): Promise<Exported> => {
  const report = startReport("pynn", "export");
  const network = await flatten(experiment);
  tellPrecision(network, "NEST", report);
  const { arrays, store } = startArrays();
  const writing = { network, store, report };
  const nameOf = uniqueNames(reserved);
  const written = new Map<FlatPopulation, Written>();
  const groups: string[] = [];
  for (const population of network.populations) {
    const own = nameOf(population.name, population.kind === "soma" ? "cells" : "source");
    const made =
      population.kind === "soma"
        ? await cellsText(population, own, writing)
        : await sourceText(population, own, writing);
    if (made === undefined) continue;
    written.set(population, {
      own,
      cell: "cell" in made ? made.cell : undefined,
      lead: "lead" in made ? made.lead : 0,
    });
    groups.push(made.text);
  }
  requireSoma(network, written, report);
  const synapses = network.projections.flatMap((projection) => {
    const path = `model.projections.${projection.name}`;
    if (refuseEnds(path, [projection.source, projection.target], written, report)) return [];
    return projectionText(projection, nameOf(projection.name, "synapses"), written, store, report);
  });
  const drives = network.drives.flatMap(
    (drive) => driveText(drive, nameOf(drive.name, "noise"), written, report) ?? [],
  );
  const results = recordsText(network, written, report);
  tellOthers(network, "PyNN has no signals. Write it as a callback of sim.run.", report);
  const body = [...groups, ...synapses, ...drives].join("\n");
  const script = [headerText(network, body, Object.keys(arrays).length > 0), body, results].join("\n");
  return { files: scriptFiles(script, arrays), report: report.finish(options.strict === true) };
};

/** Functions that a script contains if it uses them. */
const helpers = {
  per_unit: [
    "def per_unit(values, counts):",
    '    """Splits the values of all units into one array for each unit."""',
    "    return np.split(values, np.cumsum(counts)[:-1])",
  ],
  spike_times: [
    "def spike_times(name):",
    '    """Spike times (ms) of each unit of a source."""',
    '    times = np.round(data[f"{name}_steps"] * dt, 9)',
    '    if simulator == "nest":',
    "        times = times - 1e-6  # NEST rounds up to steps; rounding errors must not reach the next one",
    '    return [Sequence(one) for one in per_unit(times, data[f"{name}_counts"])]',
  ],
  connections: [
    "def connections(name, unit, factor=1.0):",
    '    """Drawn synapses: source, target, weight and delay (ms) of each."""',
    '    columns = [data[f"{name}_{key}"] for key in ("sources", "targets", "weights", "delays")]',
    "    sources, targets, weights, delays = columns",
    "    rows = np.column_stack([sources, targets, weights * unit * factor, np.round(delays * dt, 9)])",
    '    return sim.FromListConnector(rows, column_names=["weight", "delay"])',
  ],
  step_factor: [
    "def mean(x):",
    '    """Mean of exp(-t) for t from 0 to x."""',
    "    return np.divide(-np.expm1(-x), x, out=np.ones_like(x), where=x != 0)",
    "",
    "",
    "def step_factor(tau_syn, tau_m, decays=True):",
    '    """Factor of the weights that gives the potentials of spark-snn, which integrates the current of each step as a',
    "    constant: its mean over the step, or its value at the start (decays=False). NEST integrates its decay exactly.",
    '    """',
    '    if simulator != "nest":',
    "        return 1.0",
    "    syn, m = np.atleast_1d(dt / np.asarray(tau_syn, float)), np.atleast_1d(dt / np.asarray(tau_m, float))",
    "    constant = mean(m) * (mean(syn) if decays else 1.0)",
    "    return constant / (np.exp(-m) * mean(syn - m))",
  ],
} as const;

const deltaText = [
  "",
  'if simulator == "nest":',
  "    # PyNN 0.13 does not name the potential of this cell on NEST, and could neither set nor record it.",
  '    sim.IF_curr_delta.variable_map = {"v": "V_m"}',
  '    sim.IF_curr_delta.scale_factors = {"v": 1}',
];

const headerText = ({ name, dt, steps, projections }: FlatNetwork, body: string, hasData: boolean): string => {
  const used = Object.entries(helpers).filter(
    ([helper]) => body.includes(`${helper}(`) || (helper === "per_unit" && body.includes("spike_times(")),
  );
  const units = Object.entries({ mV: "1.0  # jumps", pA: "1e-3  # currents in nA", nS: "1e-3  # conductances in µS" });
  const usedUnits = units.filter(([unit]) => new RegExp(`[ (]${unit}\\b`).test(body.replaceAll(/#.*/g, "")));
  const longest = Math.max(1, ...projections.map(({ delays }) => delays.reduce((most, one) => Math.max(most, one), 1)));
  return [
    `"""${titleText(name)}: a network for PyNN, exported by spark-snn.`,
    "",
    "Run it with the name of a simulator that PyNN knows: python network.py nest",
    "A spike acts one delay after its emission. Times are in ms, potentials in mV, currents in nA, conductances in µS.",
    '"""',
    "import sys",
    "from importlib import import_module",
    "from pathlib import Path",
    "",
    "import numpy as np",
    ...(body.includes("spike_times(") ? ["from pyNN.parameters import Sequence"] : []),
    "",
    'simulator = sys.argv[1] if len(sys.argv) > 1 else "nest"',
    'sim = import_module(f"pyNN.{simulator}")',
    "",
    `dt = ${numberText(dt)}`,
    `duration = ${steps} * dt`,
    "",
    "# On NEST, spikes belong to steps, as in spark-snn. Other simulators do not know this option.",
    'on_grid = {"spike_precision": "on_grid"} if simulator == "nest" else {}',
    `sim.setup(timestep=dt, min_delay=dt, max_delay=${longest} * dt, **on_grid)`,
    ...(body.includes("sim.IF_curr_delta(") ? deltaText : []),
    ...(hasData ? ["", ...openData] : []),
    ...(usedUnits.length > 0
      ? ["", "# Units of weights.", ...usedUnits.map(([unit, text]) => `${unit} = ${text}`)]
      : []),
    ...used.flatMap(([, lines]) => ["", "", ...lines]),
    "",
    ...(used.length > 0 ? [""] : []),
  ].join("\n");
};

const cellsText = async (
  population: FlatPopulation,
  own: string,
  writing: Writing,
): Promise<{ readonly text: string; readonly cell: Cell } | undefined> => {
  const { name, model, units } = population;
  const { network, store, report } = writing;
  const path = `model.populations.${name}`;
  const found = cellOf(population, network);
  if ("remedy" in found) {
    report.unsupported(path, model, found.remedy);
    return undefined;
  }
  const { cell } = found;
  const { type, parameters, difference, remark } = cell;
  if (difference === undefined) report.faithful(path, model, `${type} ${own}`, remark);
  else report.approximate(path, model, `${type} ${own}`, [difference, remark].filter(Boolean).join(" "));
  const currents = await currentsText(population, cell, own, writing);
  const lines: readonly (readonly string[])[] = [
    ...parameters.map(({ name: key, value, about }) => [key, perUnitText(value, `${own}_${key}`, store), about]),
    ...(currents.offset === undefined ? [] : [["i_offset", currents.offset, "nA, constant current"]]),
  ];
  return {
    cell,
    text: [
      `# ${name}: ${units} × ${model}`,
      `${own} = sim.Population(`,
      `    ${units},`,
      `    sim.${type}(`,
      ...lines.map(([key, text, about]) => `        ${key}=${text},  # ${about}`),
      "    ),",
      `    label="${own}",`,
      ")",
      `${own}.initialize(${startText(population, cell, own, writing)})`,
      ...currents.lines,
      "",
    ].join("\n"),
  };
};

const startText = (population: FlatPopulation, { start }: Cell, own: string, { store, report }: Writing): string =>
  Object.entries({ ...start, v: givenStarts(population, report) ?? start["v"]! })
    .map(([key, value]) => `${key}=${perUnitText(value, `${own}_${key}_start`, store)}`)
    .join(", ");

const driveText = (
  { name, target, receptor, rate, trains, weight }: FlatDrive,
  own: string,
  written: ReadonlyMap<FlatPopulation, Written>,
  report: Reporter,
): string | undefined => {
  const path = `model.drives.${name}`;
  if (refuseEnds(path, [target], written, report)) return undefined;
  if (rate === undefined || trains === undefined || weight === undefined || receptor.model === "LinearSynapse") {
    report.unsupported(
      path,
      "drive",
      "A SpikeSourcePoisson takes one number for rate, trains and weight. Use numbers, and another synapse than LinearSynapse.",
    );
    return undefined;
  }
  report.approximate(
    path,
    "drive",
    "SpikeSourcePoisson",
    "The simulator draws other numbers from the same distribution.",
  );
  const { own: cells, cell } = written.get(target)!;
  return [
    `# ${name}: ${trains} Poisson trains of ${rate} Hz to each unit of ${target.name}`,
    `${own} = sim.Population(${target.units}, sim.SpikeSourcePoisson(rate=${numberText(trains * rate)}), label="${own}")`,
    "sim.Projection(",
    `    ${own},`,
    `    ${cells},`,
    "    sim.OneToOneConnector(),",
    `    sim.StaticSynapse(weight=${numberText(weight)} * ${weightUnit(receptor)}, delay=dt),`,
    `    receptor_type="${cell!.slots.slotOf(receptor, weight)}",`,
    ")",
    "",
  ].join("\n");
};

const recordsText = (
  { records }: FlatNetwork,
  written: ReadonlyMap<FlatPopulation, Written>,
  report: Reporter,
): string => {
  const lines: string[] = [];
  const recorded: string[] = [];
  for (const [population, { own, cell }] of written) {
    const wanted = Object.hasOwn(records, population.name) ? records[population.name]! : [];
    const variables: string[] = [];
    for (const variable of wanted) {
      const path = `record.${population.name}.${variable}`;
      if (cell === undefined && variable === "outSpikes")
        report.faithful(path, "record", DATA, "The spikes of a source are in the data of the script.");
      else if (cell && variable === "outSpikes") variables.push('"spikes"');
      else if (cell && variable === "potential") variables.push('"v"');
      else
        report.unsupported(path, "record", "Only spikes and potentials are exported. Add the variable to the script.");
    }
    if (variables.length === 0) continue;
    lines.push(`${own}.record([${variables.join(", ")}])`);
    recorded.push(own);
  }
  return [
    ...(lines.length > 0 ? ["# Records", ...lines, ""] : []),
    "sim.run(duration)",
    ...(recorded.length > 0 ? resultsText(recorded) : ["sim.end()"]),
    "",
  ].join("\n");
};

const resultsText = (recorded: readonly string[]): string[] => [
  "",
  "# Results: the unit and the time (ms) of each spike, and potentials (mV) as time × unit.",
  "results = {}",
  `for population in (${recorded.map((own) => `${own},`).join(" ")}):`,
  "    label = population.label",
  "    segment = population.get_data().segments[0]",
  '    trains = [train.rescale("ms").magnitude for train in segment.spiketrains]',
  "    if trains:",
  '        results[f"{label}_units"] = np.repeat(np.arange(len(trains)), [len(train) for train in trains])',
  '        results[f"{label}_times"] = np.concatenate(trains)',
  '        print(f"{label}: {sum(map(len, trains))} spikes")',
  "    for signal in segment.analogsignals:",
  '        results[f"{label}_{signal.name}"] = signal.magnitude',
  'np.savez(Path(__file__).with_name("results.npz"), **results)',
  "sim.end()",
];
