import type { Delays } from "./connections.ts";
import type { ImportContext } from "./context.ts";
import { importSoma, isSoma } from "./somas.ts";
import { importRule, importSynapses, isRule, isSynapses } from "./synapses.ts";
import { type Config, issue, type Module, type PortMap, type Value } from "./tree.ts";
import { isConfig, numbersOf, scalarOf } from "./values.ts";

/* A neuron of Python Spark: delays, synapses, a soma and a plasticity rule around one pool of units. */

type Part = Readonly<Record<string, unknown>>;

/** The parts of a neuron, whichever version wrote them. */
interface Parts {
  readonly soma: Config;
  readonly synapses: Config | undefined;
  readonly delays: Config | undefined;
  readonly rule: Config | undefined;
  /** Input ports of the neuron whose spikes reach the synapses, in order. */
  readonly spikePorts: readonly string[];
  /** Input port of the neuron that gives the current, without synapses. */
  readonly currentPort: string | undefined;
  /** Input port of the neuron that modulates the rule. */
  readonly modulationPort: string | undefined;
}

/** A pool of units as parts of a document. */
export interface Pool {
  readonly path: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly population: Part;
  readonly synapse: Part | undefined;
  readonly factor: number;
  readonly isTraced: boolean;
  readonly rule: Part | undefined;
  readonly kernel: Value | undefined;
  readonly delays: Delays;
  readonly spikePorts: readonly string[];
  readonly currentPort: string | undefined;
  readonly modulationPort: string | undefined;
}

/** Whether a class is a neuron: its configuration lists modules, or names a soma and synapses. */
export const isNeuron = (config: Config, context: ImportContext): boolean =>
  context.file.modules.has(config.path) ? config.type !== "brain" : isConfig(config.fields["soma"]);

/** Reads a neuron. Returns undefined, with entries in the report, if a part is missing here. */
export const importNeuron = (
  config: Config,
  units: readonly number[] | undefined,
  context: ImportContext,
): Pool | undefined => {
  const modules = context.file.modules.get(config.path);
  const parts = modules ? partsOfModules(modules, config, context) : partsOfFields(config);
  if (!parts) return undefined;
  const shape = shapeOf(config, parts, units);
  const size = shape.reduce((product, length) => product * length, 1);
  const soma = importSoma(parts.soma, shape, context);
  const synapses = parts.synapses && importSynapses(parts.synapses, context);
  if (parts.synapses && !synapses) return undefined;
  const rule =
    parts.rule &&
    importRule(parts.rule, parts.modulationPort !== undefined || parts.rule.type.startsWith("modulated_"), context);
  const inhibitory = inhibitoryOf(config, size, context);
  return {
    path: parts.synapses?.path ?? config.path,
    shape,
    size,
    population: { ...soma, units: shape, ...(inhibitory !== false && { inhibitory }) },
    synapse: synapses?.synapse,
    factor: synapses?.factor ?? 1,
    isTraced: synapses?.isTraced ?? false,
    rule,
    kernel: parts.synapses?.fields["kernel"],
    delays: delaysOf(parts.delays, context),
    spikePorts: parts.spikePorts,
    currentPort: parts.currentPort,
    modulationPort: parts.modulationPort,
  };
};

/** A neuron of 0.1 has its parts as fields. */
const partsOfFields = ({ fields }: Config): Parts => {
  const at = (key: string): Config | undefined => (isConfig(fields[key]) ? fields[key] : undefined);
  return {
    soma: at("soma")!,
    synapses: at("synapses"),
    delays: at("delays"),
    rule: at("learning_rule"),
    spikePorts: ["in_spikes"],
    currentPort: undefined,
    modulationPort: undefined,
  };
};

const partsOfModules = (modules: readonly Module[], config: Config, context: ImportContext): Parts | undefined => {
  const { report } = context;
  const own = (test: (type: string) => boolean): Module[] => modules.filter(({ type }) => test(type));
  const [somas, synapses, rules] = [own(isSoma), own(isSynapses), own(isRule)];
  const delays = own((type) => type === "n_delays" || type === "n2n_delays");
  const known = [...somas, ...synapses, ...rules, ...delays];
  for (const { type, path } of modules.filter((module) => !known.includes(module))) {
    report.unsupported(
      path,
      type,
      "A neuron here has one soma, one kind of synapses, delays and a rule. Write its equations as a soma of your own.",
    );
  }
  if (known.length < modules.length) return undefined;
  const [soma] = somas;
  const wrong =
    somas.length !== 1
      ? "soma"
      : synapses.length > 1
        ? "synapses"
        : delays.length > 1
          ? "delays"
          : rules.length > 1
            ? "rules"
            : undefined;
  if (wrong !== undefined || !soma) {
    report.unsupported(
      config.path || "neuron",
      config.type,
      `It has ${wrong === "soma" ? `${somas.length} somas` : `several ${wrong}`}, and a neuron here has one. Split it into several neurons.`,
    );
    return undefined;
  }
  const wired = wiring(modules, soma, synapses[0], delays[0], rules[0]);
  if (typeof wired === "string") throw issue(config.path, wired);
  return {
    soma: soma.config,
    synapses: synapses[0]?.config,
    delays: delays[0]?.config,
    rule: rules[0]?.config,
    ...wired,
  };
};

const sourcesOf = (module: Module, port: string): readonly PortMap[] => module.inputs[port] ?? [];

/** Follows the spikes from the inputs of a neuron to its soma. Returns a sentence if the wiring is another. */
const wiring = (
  modules: readonly Module[],
  soma: Module,
  synapses: Module | undefined,
  delays: Module | undefined,
  rule: Module | undefined,
): Pick<Parts, "spikePorts" | "currentPort" | "modulationPort"> | string => {
  const calls = (maps: readonly PortMap[]): readonly string[] | undefined =>
    maps.length > 0 && maps.every(({ origin }) => origin === "__call__") ? maps.map(({ port }) => port) : undefined;
  const names = modules.map(({ name }) => name);
  const unknown = modules
    .flatMap(({ inputs }) => Object.values(inputs).flat())
    .find(({ origin }) => !["__call__", "__self__", ...names].includes(origin));
  if (unknown)
    return `has an input from "${unknown.origin}", which is not one of its modules (${names.join(", ")}). Correct the origin.`;
  const modulation = rule && calls(sourcesOf(rule, "modulation"));
  const current = sourcesOf(soma, "current");
  if (!synapses) {
    const ports = calls(current);
    if (ports?.length !== 1) return `needs synapses, or one input for the current of ${soma.name}. Correct its wiring.`;
    return { spikePorts: [], currentPort: ports[0]!, modulationPort: undefined };
  }
  if (current.length !== 1 || current[0]!.origin !== synapses.name)
    return `must give the currents of ${synapses.name} alone to ${soma.name}. Correct its wiring.`;
  const spikes = sourcesOf(synapses, "spikes");
  const isDelayed = delays !== undefined && spikes.length === 1 && spikes[0]!.origin === delays.name;
  if (delays && !isDelayed)
    return `must give the spikes of ${delays.name} alone to ${synapses.name}. Correct its wiring.`;
  const ports = calls(isDelayed ? sourcesOf(delays, "in_spikes") : spikes);
  if (!ports) return `must take the spikes of ${synapses.name} from its inputs. Correct its wiring.`;
  return { spikePorts: ports, currentPort: undefined, modulationPort: modulation?.[0] };
};

const shapeOf = (
  { fields, path, type }: Config,
  { synapses }: Parts,
  given: readonly number[] | undefined,
): readonly number[] => {
  // The units of a neuron hold for all its parts; an empty list means that they are not known yet.
  const shape = given ?? numbersOf(fields["units"] ?? synapses?.fields["units"]);
  if (shape !== undefined && shape.length > 0 && shape.every((length) => Number.isInteger(length) && length > 0))
    return shape;
  throw issue(path || type, `has no number of units. Give it, such as units: [100].`);
};

const delaysOf = (config: Config | undefined, { dt, report }: ImportContext): Delays => {
  if (!config) return { kind: "none", longest: 0, value: undefined };
  const { fields, path, type } = config;
  const most = scalarOf(fields["max_delay"]) ?? 8;
  const longest = Math.ceil(most / dt);
  if (!(longest >= 1 && longest < 2 ** 16))
    throw issue(
      `${path}.max_delay`,
      `must be from one step to 65535 steps of ${dt} ms; received ${most} ms. Correct it.`,
    );
  if (type === "n2n_delays") {
    if (isConfig(fields["delays"]))
      report.approximate(
        path,
        type,
        `delays of 1 to ${longest} steps`,
        "Drawn with other random numbers, from the same distribution.",
      );
    else report.faithful(path, type, "one delay for each pair");
    return { kind: "pair", longest, value: fields["delays"] ?? null };
  }
  report.approximate(
    path,
    type,
    "one delay for each source unit",
    "Python Spark 1.2 connects such spikes one to one, which is a fault. Here every synapse of a source has its delay.",
  );
  return { kind: "source", longest, value: fields["delays"] ?? null };
};

const inhibitoryOf = (
  { fields, path }: Config,
  size: number,
  { report, draws }: ImportContext,
): boolean | readonly boolean[] => {
  const rate = scalarOf(fields["inhibitory_rate"]) ?? 0;
  const count = Math.floor(size * rate);
  const at = path === "" ? "inhibitory_rate" : `${path}.inhibitory_rate`;
  if (count <= 0 || count >= size) {
    report.faithful(at, "inhibitory units", count <= 0 ? "none" : "all");
    return count > 0;
  }
  report.approximate(
    at,
    "inhibitory units",
    `${count} of ${size} units`,
    "Other units are drawn: the same number, at other places.",
  );
  const keys = draws(`${path}.inhibitory`);
  const order = Array.from({ length: size }, (_, unit) => [keys.uniform(unit), unit] as const).sort(
    ([a], [b]) => a - b,
  );
  const chosen = new Set(order.slice(0, count).map(([, unit]) => unit));
  return Array.from({ length: size }, (_, unit) => chosen.has(unit));
};
