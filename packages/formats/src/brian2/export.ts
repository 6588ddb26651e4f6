import { type FlatNetwork, type FlatPopulation, type FlatProjection, flatten, type PerUnit } from "../network.ts";
import { currentsOf, sourceSpikesOf } from "../recorded.ts";
import { type Reporter, startReport } from "../report.ts";
import type { Experiment, Exported, ExportOptions } from "../result.ts";
import {
  givenStarts,
  isSame,
  numberText,
  openData,
  perUnitText,
  pythonWords,
  refuseEnds,
  requireSoma,
  type Store,
  scriptFiles,
  startArrays,
  tellOthers,
  tellPrecision,
  titleText,
  uniqueNames,
  type Writing,
} from "../script/script.ts";
import { declared, isKnownReceptor, receptorNames, receptorOf } from "./equations.ts";
import { equationsOf, somaRemedy } from "./euler.ts";

/** Names that a script must not replace: of Python, of Brian2, and of the script itself. */
const reserved = new Set([
  ...pythonWords,
  ..."data duration defaultclock run ms amp volt second siemens ohm metre meter hertz e pi inf np i j t dt n rand randn int clip exp log sin cos sqrt abs sign floor ceil mod arange array ones zeros show plot start stop store restore device prefs network magic clock brian".split(
    " ",
  ),
]);

/**
 * Exports an experiment as a Brian2 script, with drawn parameters, connectivity, inputs and spikes of sources in an NPZ
 * file next to it. In double precision, a network without drives gives the same spikes at the same steps.
 *
 * @throws ConfigError with `strict` for parts that are not faithful, and if no soma is left; MemoryError if the synapses
 * do not fit
 */
export const exportBrian2 = async (experiment: Experiment, options: ExportOptions = {}): Promise<Exported> => {
  const report = startReport("brian2", "export");
  const network = await flatten(experiment);
  tellPrecision(network, "Brian2", report);
  const { arrays, store } = startArrays();
  const writing = { network, store, report };
  const nameOf = uniqueNames(reserved);
  const names = new Map<FlatPopulation, string>();
  const groups: string[] = [];
  for (const population of network.populations) {
    const own = nameOf(population.name, "group");
    const text =
      population.kind === "soma"
        ? await groupText(population, own, writing)
        : await sourceText(population, own, writing);
    if (text === undefined) continue;
    names.set(population, own);
    groups.push(text);
  }
  requireSoma(network, names, report);
  const synapses = network.projections.flatMap(
    (projection) => synapsesText(projection, nameOf(projection.name, "synapses"), names, writing) ?? [],
  );
  const drives = network.drives.flatMap(
    (drive) => drivesText(drive, nameOf(drive.name, "input"), network, names, report) ?? [],
  );
  const monitors = monitorsText(network, names, report);
  tellOthers(network, "Write it in Brian2, as a network_operation.", report);
  const hasData = Object.keys(arrays).length > 0;
  const script = [headerText(network, hasData), ...groups, ...synapses, ...drives, monitors].join("\n");
  return { files: scriptFiles(script, arrays), report: report.finish(options.strict === true) };
};

const headerText = ({ name, dt, steps }: FlatNetwork, hasData: boolean): string =>
  [
    `"""${titleText(name)}: a network for Brian2, exported by spark-snn.`,
    "",
    "A spike acts one delay after its emission. Currents are constant within a step, with their mean over the step.",
    '"""',
    ...(hasData ? ["from pathlib import Path", ""] : []),
    "from brian2 import *",
    "",
    `defaultclock.dt = ${numberText(dt)}*ms`,
    `duration = ${steps}*defaultclock.dt`,
    ...(hasData ? ["", ...openData] : []),
    "",
  ].join("\n");

const unitText: Readonly<Record<string, string>> = {
  "1": "",
  pF: "*pF",
  "nS/mV": "*nS/mV",
  "1/ms": "/ms",
  "mV/ms": "*mV/ms",
  Gohm: "*Gohm",
  mV: "*mV",
  ms: "*ms",
  pA: "*pA",
  nS: "*nS",
};

/** A value with its unit: a number, or an array of the data file. */
const valueText = (value: PerUnit, unit: string, name: string, store: Store): string =>
  `${perUnitText(value, name, store)}${unitText[unit]}`;

const groupText = async (
  population: FlatPopulation,
  own: string,
  { network, store, report }: Writing,
): Promise<string | undefined> => {
  const { name, model, units, receptors } = population;
  const path = `model.populations.${name}`;
  const remedy = somaRemedy(population);
  if (remedy !== undefined) {
    report.unsupported(path, model, remedy);
    return undefined;
  }
  const unknown = receptors.find((receptor) => !isKnownReceptor(receptor));
  if (unknown) {
    report.unsupported(
      path,
      unknown.model,
      `Its synapses must be of ${receptorNames.join(", ")}, with one number for each parameter. Use one of them.`,
    );
    return undefined;
  }
  const input = await inputText(population, own, network, store);
  const equations = equationsOf(population, input?.expression, network.dt);
  report.faithful(path, model, `NeuronGroup ${own}`);
  const {
    lines,
    parameters,
    threshold,
    reset,
    refractory,
    after,
    last = [],
    method = "exact",
    starts = {},
  } = equations;
  return [
    `# ${name}: ${units} × ${model}`,
    ...(input?.lines ?? []),
    `${own} = NeuronGroup(`,
    `    ${units},`,
    '    """',
    ...[...lines, ...parameters.map(declared), ...(input?.declared ?? [])].map((line) => `    ${line}`),
    '    """,',
    `    threshold="${threshold}",`,
    `    reset="${reset}",`,
    ...(refractory === undefined ? [] : [`    refractory="${refractory}",`]),
    `    method="${method}",`,
    `    name="${own}",`,
    ")",
    ...parameters.map(
      ({ name: key, unit, value, about }) =>
        `${own}.${key} = ${valueText(value, unit, `${own}_${key}`, store)}  # ${about}`,
    ),
    ...(input?.values.map((line) => `${own}.${line}`) ?? []),
    `${own}.v = ${startText(population, own, store, report)}`,
    ...Object.entries(starts).map(([variable, text]) => `${own}.${variable} = ${text}`),
    ...(after.length > 0
      ? [`${own}.run_regularly("${after.join("; ")}", when="groups", order=1)  # after the integration`]
      : []),
    ...(last.length > 0 ? [`${own}.run_regularly("${last.join("; ")}", when="end")  # after the reset`] : []),
    "",
  ].join("\n");
};

const startText = (population: FlatPopulation, own: string, store: Store, report: Reporter): string => {
  const given = givenStarts(population, report);
  if (given !== undefined) return `${typeof given === "number" ? numberText(given) : store(`${own}_start`, given)}*mV`;
  const isRest = population.initial["potential"] === undefined || Object.keys(population.fields).length > 0;
  return isRest ? "'v_rest'" : "0*mV";
};

interface InputText {
  readonly expression: string;
  readonly declared: readonly string[];
  readonly lines: readonly string[];
  readonly values: readonly string[];
}

/** The input current: a constant, or the value of each step. */
const inputText = async (
  population: FlatPopulation,
  own: string,
  network: FlatNetwork,
  store: Store,
): Promise<InputText | undefined> => {
  const { inputs, units } = population;
  if (!("current" in inputs)) return undefined;
  const values = await currentsOf(population, network);
  const first = values.subarray(0, units);
  const isConstant = values.every((value, k) => value === first[k % units]);
  if (isConstant) {
    return {
      expression: "I_ext",
      declared: ["I_ext : amp (constant)"],
      lines: [],
      values: [`I_ext = ${valueText(first.slice(), "pA", `${own}_current`, store)}  # input current`],
    };
  }
  const array = `${store(`${own}_current`, values)}.reshape(-1, ${units})`;
  return {
    expression: `current_of_${own}(t, i)`,
    declared: [],
    lines: [`current_of_${own} = TimedArray(${array}*pA, dt=defaultclock.dt)  # input current of each step`],
    values: [],
  };
};

/** A source as the spikes that it emitted in a run of this library. */
const sourceText = async (
  population: FlatPopulation,
  own: string,
  { network, store, report }: Writing,
): Promise<string | undefined> => {
  const { name, model, units } = population;
  const spikes = await sourceSpikesOf(population, network, report);
  if (!spikes) return undefined;
  report.faithful(
    `model.populations.${name}`,
    model,
    `SpikeGeneratorGroup ${own}`,
    model === "SpikeReplay" ? undefined : "It holds the spikes of this run.",
  );
  return [
    `# ${name}: the spikes of ${units} × ${model}`,
    `${own} = SpikeGeneratorGroup(`,
    `    ${units},`,
    `    ${store(`${own}_units`, spikes.units)},`,
    `    ${store(
      `${own}_steps`,
      spikes.steps.map((step) => step - 1),
    )}*defaultclock.dt,`,
    `    name="${own}",`,
    ")",
    "",
  ].join("\n");
};

const synapsesText = (
  projection: FlatProjection,
  own: string,
  names: ReadonlyMap<FlatPopulation, string>,
  { network, store, report }: Writing,
): string | undefined => {
  const { name, source, target, receptor, sources, targets, weights, delays, rule } = projection;
  const path = `model.projections.${name}`;
  if (refuseEnds(path, [source, target], names, report)) return undefined;
  const { targets: variables, early } = receptorOf(receptor, network.dt);
  report.faithful(path, receptor.model, `Synapses ${own}`);
  if (rule)
    report.unsupported(
      `${path}.plasticity`,
      rule.model,
      "Rules are not exported: the weights are constant. Write the rule in Brian2.",
    );
  const unit = unitText[receptor.unit === "1" ? "1" : receptor.unit]!;
  const dimension = { pA: "amp", mV: "volt", nS: "siemens" }[receptor.unit] ?? "1";
  const steps = delays.map((delay) => delay - early);
  const delayText = `${isSame(steps) ? `${steps[0] ?? 0}` : store(`${own}_delays`, steps)}*defaultclock.dt`;
  const weightText = (isSame(weights) ? numberText(weights[0] ?? 0) : store(`${own}_weights`, weights)) + unit;
  const add = variables.map(([variable, factor]) => `${variable}_post += ${factor}weight`).join("; ");
  return [
    `# ${name}: ${sources.length} synapses from ${source.name} to ${target.name}`,
    `${own} = Synapses(${names.get(source)}, ${names.get(target)}, "weight : ${dimension} (constant)", on_pre="${add.replaceAll('"', "'")}", name="${own}")`,
    ...(sources.length === 0
      ? [`${own}.active = False  # it has no synapses`]
      : [
          `${own}.connect(i=${store(`${own}_sources`, sources)}, j=${store(`${own}_targets`, targets)})`,
          `${own}.weight = ${weightText}`,
          `${own}.delay = ${delayText}`,
        ]),
    "",
  ].join("\n");
};

const drivesText = (
  drive: FlatNetwork["drives"][number],
  own: string,
  network: FlatNetwork,
  names: ReadonlyMap<FlatPopulation, string>,
  report: Reporter,
): string | undefined => {
  const { name, target, receptor, rate, trains, weight } = drive;
  const path = `model.drives.${name}`;
  if (refuseEnds(path, [target], names, report)) return undefined;
  const { targets } = receptorOf(receptor, network.dt);
  if (
    rate === undefined ||
    trains === undefined ||
    weight === undefined ||
    targets.length > 1 ||
    targets[0]![1] !== ""
  ) {
    report.unsupported(
      path,
      "drive",
      "A PoissonInput takes one number for rate, trains and weight, and one variable. Use numbers and an ExponentialSynapse.",
    );
    return undefined;
  }
  report.approximate(
    path,
    "drive",
    "PoissonInput",
    "Brian2 draws other numbers, and their number of spikes in a step is binomial instead of Poisson: the variance is smaller by the factor 1 − rate·dt.",
  );
  return [
    `# ${name}: ${trains} Poisson trains of ${rate} Hz to each unit of ${target.name}`,
    `${own} = PoissonInput(${names.get(target)}, "${targets[0]![0]}", N=${trains}, rate=${numberText(rate)}*Hz, weight=${numberText(weight)}${unitText[receptor.unit]})`,
    "",
  ].join("\n");
};

const monitorsText = (
  { records }: FlatNetwork,
  names: ReadonlyMap<FlatPopulation, string>,
  report: Reporter,
): string => {
  const lines: string[] = [];
  const counted: string[] = [];
  for (const [population, own] of names) {
    const wanted = Object.hasOwn(records, population.name) ? records[population.name]! : [];
    for (const variable of wanted) {
      if (variable === "outSpikes") {
        lines.push(`${own}_spikes = SpikeMonitor(${own})`);
        counted.push(own);
      } else if (variable === "potential" && population.kind === "soma")
        lines.push(`${own}_potential = StateMonitor(${own}, "v", record=True, when="end")`);
      else
        report.unsupported(
          `record.${population.name}.${variable}`,
          "record",
          "Only spikes and potentials are exported. Add a monitor to the script.",
        );
    }
  }
  return [
    ...(lines.length > 0 ? ["# Records", ...lines, ""] : []),
    "run(duration)",
    ...counted.map((own) => `print("${own}:", ${own}_spikes.num_spikes, "spikes")`),
    "",
  ].join("\n");
};
