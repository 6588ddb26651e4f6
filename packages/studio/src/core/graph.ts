import type { Catalogue, ModelEntry } from "./catalogue.ts";
import { isObject, type Json, type JsonObject, type Key, objectAt, valueAt } from "./json.ts";
import { modelLabel } from "./names.ts";
import { type NodePlotKind, nodePlotsOf } from "./node-plots.ts";
import type { Problem } from "./protocol.ts";
import { shownNumber } from "./units.ts";

/*
 * The document as a graph. Nodes and edges are named by their identity, such as "populations.excitatory",
 * "projections.ee", "inputs.excitatory.current". A document with a single population has the node "model".
 */

export type NodeKind = "population" | "source" | "input" | "drive" | "readout" | "signal" | "group";
export type Sign = "excitatory" | "inhibitory" | "either";
export type PortKind = "spikes" | "current" | "signal" | "values";

export interface GraphPort {
  readonly id: string;
  readonly side: "in" | "out";
  readonly kind: PortKind;
  /** Purpose of the port, for its tooltip. */
  readonly about: string;
}

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly title: string;
  readonly subtitle: string;
  /** Name of its model in the catalogue; undefined for parts without one. */
  readonly model: string | undefined;
  /** Number of units; undefined where the document does not give it. */
  readonly units: number | undefined;
  readonly inhibitory: boolean;
  readonly ports: readonly GraphPort[];
  readonly problems: readonly Problem[];
  /** The plot that it shows. */
  readonly plot?: NodePlotKind | undefined;
  /** Keys of its part of the document. */
  readonly keys: readonly Key[];
}

export interface GraphEdge {
  readonly id: string;
  /** Identity that the selection and the forms use: for the wire of a drive, the drive. */
  readonly owner: string;
  readonly kind: "projection" | "drive" | "input" | "readout" | "signal";
  readonly from: string;
  readonly to: string;
  readonly fromPort: string;
  readonly toPort: string;
  readonly sign: Sign;
  /** Strength of the input to a target unit relative to the strongest projection, from 0 to 1. */
  readonly strength: number;
  readonly label: string;
  readonly problems: readonly Problem[];
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Keys of the document that an identity names. */
export const keysOf = (id: string): readonly Key[] => {
  const [section = "", ...rest] = id.split(".");
  if (id === "model") return ["model"];
  if (section === "inputs") return ["inputs", ...rest];
  if (section === "groups") return ["studio", "groups", ...rest];
  return ["model", section, ...rest];
};

/** The part of the document that an identity names, or an empty object. */
export const partOf = (document: JsonObject, id: string): JsonObject => objectAt(document, ...keysOf(id));

/** Whether the identity names a part that the document has. */
export const hasPart = (document: JsonObject, id: string): boolean =>
  valueAt(document, keysOf(id)) !== undefined && !(id === "model" && isNetwork(document));

export const sections = ["populations", "projections", "drives", "readouts", "signals"] as const;
export type Section = (typeof sections)[number];

/** Whether the model of the document is a network. A document without a model counts as an empty network. */
export const isNetwork = (document: JsonObject): boolean => {
  const model = objectAt(document, "model");
  return !["soma", "source", "equations", "neuron"].some((key) => Object.hasOwn(model, key));
};

export const sectionOf = (document: JsonObject, section: Section): JsonObject => objectAt(document, "model", section);

/** The name in an identity: "ee" of "projections.ee", "excitatory" of "inputs.excitatory.current". */
export const nameOf = (id: string): string => id.split(".")[1] ?? "";

/** The population of an end such as "excitatory.fast", or of the target of a signal. */
export const populationOf = (end: Json | undefined): string => (typeof end === "string" ? end.split(".")[0]! : "");

/** Names in `from`, which is one name or a list. */
export const fromNames = (part: JsonObject): readonly string[] => {
  const from = part["from"];
  const names = Array.isArray(from) ? from : [from];
  return names.filter((name): name is string => typeof name === "string");
};

export type ModelKind = "soma" | "source" | "neuron" | "equations";

/** How a population names its model. */
export const modelOf = (population: JsonObject): { readonly kind: ModelKind; readonly name: string } | undefined => {
  if (Object.hasOwn(population, "equations")) {
    const name = population["name"];
    return { kind: "equations", name: typeof name === "string" ? name : "CustomSoma" };
  }
  for (const kind of ["soma", "source", "neuron"] as const) {
    const name = population[kind];
    if (typeof name === "string") return { kind, name };
  }
  return undefined;
};

/** The soma of a ready-made neuron, as the schema tells it. */
export const somaOfNeuron = (catalogue: Catalogue, neuron: string): string | undefined => {
  const properties = objectAt(catalogue.schema, "$defs", neuron, "properties");
  const text = JSON.stringify(properties["units"] ?? "");
  return /#\/\$defs\/(\w+)\/properties/.exec(text)?.[1];
};

/** The catalogue's entry of a population's model. */
export const entryOf = (catalogue: Catalogue | undefined, population: JsonObject): ModelEntry | undefined => {
  const model = modelOf(population);
  if (!catalogue || !model || model.kind === "equations") return undefined;
  const name = model.kind === "neuron" ? somaOfNeuron(catalogue, model.name) : model.name;
  const models = model.kind === "source" ? catalogue.sources : catalogue.somas;
  return models.find((entry) => entry.name === name);
};

/** Number of units of a shape; undefined if it is missing or not a shape. */
export const unitsOf = (population: JsonObject): number | undefined => {
  const shape = population["units"];
  if (!Array.isArray(shape) || !shape.every((size) => typeof size === "number")) return undefined;
  return (shape as readonly number[]).reduce((product, size) => product * size, 1);
};

const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, " ");

const isInhibitory = (population: JsonObject): boolean => population["inhibitory"] === true;

/** Mean of the value of a weight; undefined if the document does not give it. */
export const meanOf = (value: Json | undefined): number | undefined => {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) {
    const numbers = value.filter((one): one is number => typeof one === "number");
    return numbers.length === 0 ? undefined : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  }
  if (!isObject(value)) return undefined;
  const of = (kind: string, key: string): number | undefined => {
    const found = valueAt(value, [kind, key]);
    return typeof found === "number" ? found : undefined;
  };
  const low = of("uniform", "min");
  const high = of("uniform", "max");
  if (low !== undefined && high !== undefined) return (low + high) / 2;
  const { constant } = value;
  return typeof constant === "number" ? constant : (of("normal", "mean") ?? of("logNormal", "median"));
};

/** Synapses that a target unit receives on average; undefined if the rule does not tell. */
export const inDegree = (connect: JsonObject, from: number, to: number): number | undefined => {
  const of = (rule: string, key: string): number | undefined => {
    const found = valueAt(connect, [rule, key]);
    return typeof found === "number" ? found : undefined;
  };
  if ("allToAll" in connect) return from;
  if ("oneToOne" in connect) return 1;
  const probability = of("pairwiseBernoulli", "probability");
  if (probability !== undefined) return probability * from;
  const out = of("fixedOutDegree", "outDegree");
  const total = of("fixedTotalNumber", "total");
  return (
    of("fixedInDegree", "inDegree") ??
    (out !== undefined ? (out * from) / to : total !== undefined ? total / to : undefined)
  );
};

/** The synapse model at the end of a projection or a drive: its own, or the one that `to` names. */
export const synapseOf = (document: JsonObject, part: JsonObject): JsonObject => {
  const own = part["synapse"];
  if (isObject(own)) return own;
  const [population = "", name = ""] = String(part["to"] ?? "").split(".");
  const target = objectAt(sectionOf(document, "populations"), population);
  const named = objectAt(target, "synapses", name);
  if (Object.keys(named).length > 0) return named;
  if (typeof target["neuron"] === "string") {
    const other = target[`${name}Synapse`];
    if (isObject(other)) return other;
    return { synapse: "ExponentialSynapse", tau: name === "inhibitory" ? 10 : 5 };
  }
  return {};
};

/** Unit of the weights at a synapse model: pA, mV or nS. */
export const weightUnit = (catalogue: Catalogue | undefined, synapse: JsonObject): string => {
  const name = String(synapse["synapse"] ?? "");
  const entry = catalogue?.synapses.find((one) => one.name === name);
  if (!entry) return "pA";
  if (entry.states.some(({ unit }) => unit === "nS")) return "nS";
  return entry.ports.find(({ direction }) => direction === "out")?.unit ?? "pA";
};

const signOf = (document: JsonObject, part: JsonObject, source: JsonObject): Sign => {
  const reversal = synapseOf(document, part)["potentialReversal"];
  const weight = meanOf(part["weight"]);
  if (typeof reversal === "number" && reversal < -55) return "inhibitory";
  if (Array.isArray(source["inhibitory"])) return "either";
  if (isInhibitory(source)) return "inhibitory";
  if (weight === undefined) return "either";
  const std = valueAt(part, ["weight", "normal", "std"]);
  const minimum = valueAt(part, ["weight", "normal", "min"]);
  const crosses = typeof std === "number" && typeof minimum !== "number" && std > Math.abs(weight);
  if (crosses) return "either";
  return weight < 0 ? "inhibitory" : "excitatory";
};

/** Problems whose keys start with these. */
export const problemsAt = (problems: readonly Problem[], keys: readonly Key[]): readonly Problem[] =>
  problems.filter((problem) => keys.length <= problem.keys.length && keys.every((key, k) => problem.keys[k] === key));

const spikesOut: GraphPort = { id: "spikes", side: "out", kind: "spikes", about: "Spikes of its units" };
const synapsesIn: GraphPort = { id: "synapses", side: "in", kind: "spikes", about: "Synapses from other populations" };

/** Ports of a population, from its model. */
const populationPorts = (catalogue: Catalogue | undefined, population: JsonObject): GraphPort[] => {
  const model = modelOf(population);
  const entry = entryOf(catalogue, population);
  const inputs = (entry?.ports ?? []).filter(({ direction }) => direction === "in");
  const currents = inputs
    .filter(({ payload }) => payload === "CurrentArray")
    .map(({ name, description }): GraphPort => ({ id: name, side: "in", kind: "current", about: description }));
  const signals = inputs
    .filter(({ payload }) => payload === "SignalArray")
    .map(({ name, description }): GraphPort => ({ id: name, side: "in", kind: "signal", about: description }));
  const given: GraphPort[] =
    model?.kind === "equations" ? [{ id: "current", side: "in", kind: "current", about: "Current into the soma" }] : [];
  if (model?.kind === "source") {
    const replays = inputs.filter(({ payload }) => payload === "SpikeArray");
    const spikes = replays.map(
      ({ name, description }): GraphPort => ({
        id: name,
        side: "in",
        kind: "spikes",
        about: description,
      }),
    );
    return [...signals, ...spikes, spikesOut];
  }
  return [synapsesIn, ...currents, ...given, ...signals, spikesOut];
};

/** A short description of an input. */
export const inputTitle = (value: Json | undefined): string => {
  if (typeof value === "number") return "Constant current";
  if (Array.isArray(value)) return "Current per unit";
  if (!isObject(value)) return "Input";
  if (Array.isArray(value["sum"])) return `Sum of ${value["sum"].length} currents`;
  const titles: Readonly<Record<string, string>> = {
    step: "Current step",
    pulses: "Pulses",
    ramp: "Ramp",
    sine: "Sine wave",
    ornsteinUhlenbeck: "Noise current",
    whiteNoise: "White noise",
    series: "Series",
    steps: "Values per step",
    csv: "From a file",
    npy: "From a file",
    events: "Spikes",
  };
  const key = Object.keys(value).find((one) => titles[one] !== undefined);
  return key === undefined ? "Input" : titles[key]!;
};

const inputSubtitle = (value: Json | undefined, port: string): string => {
  if (typeof value === "number") return `${shownNumber(value)} ${port === "signal" ? "" : "pA"}`.trim();
  const amplitude = isObject(value)
    ? (valueAt(value, ["step", "amplitude"]) ?? valueAt(value, ["ornsteinUhlenbeck", "mean"]))
    : undefined;
  return typeof amplitude === "number" ? `${shownNumber(amplitude)} pA` : "";
};

const partsIn = (section: JsonObject): [string, JsonObject][] =>
  Object.entries(section).map(([name, part]) => [name, isObject(part) ? part : {}]);

const populationNode = (
  id: string,
  name: string,
  population: JsonObject,
  catalogue: Catalogue | undefined,
  problems: readonly Problem[],
): GraphNode => {
  const model = modelOf(population);
  const units = unitsOf(population);
  const keys = keysOf(id);
  return {
    id,
    kind: model?.kind === "source" ? "source" : "population",
    title: name,
    subtitle: [units === undefined ? undefined : grouped(units), model && modelLabel(model.name)]
      .filter((part) => part !== undefined)
      .join(" × "),
    model: entryOf(catalogue, population)?.name ?? model?.name,
    units,
    inhibitory: isInhibitory(population),
    ports: populationPorts(catalogue, population),
    problems: problemsAt(problems, keys),
    keys,
  };
};

/** Inputs of the document: population (empty for a single one), port, value. */
export const inputsOf = (document: JsonObject): readonly (readonly [string, string, Json])[] => {
  const inputs = objectAt(document, "inputs");
  if (!isNetwork(document)) return Object.entries(inputs).map(([port, value]) => ["", port, value] as const);
  return partsIn(inputs).flatMap(([population, ports]) =>
    Object.entries(ports).map(([port, value]) => [population, port, value] as const),
  );
};

const mainOut = (kind: PortKind, about: string): GraphPort => ({ id: "out", side: "out", kind, about });

/** Ends the edge at the first input of its target if the target has no port of the name, as in documents with problems. */
const atPort = (nodes: readonly GraphNode[], edge: GraphEdge): GraphEdge => {
  const inputs = nodes.find(({ id }) => id === edge.to)!.ports.filter(({ side }) => side === "in");
  return inputs.some(({ id }) => id === edge.toPort) ? edge : { ...edge, toPort: inputs[0]?.id ?? "synapses" };
};

/** Reads the graph of a document. Without the catalogue, ports of currents and signals are missing. */
export const graphOf = (
  document: JsonObject,
  catalogue: Catalogue | undefined,
  problems: readonly Problem[] = [],
): Graph => {
  const network = isNetwork(document);
  const populations = partsIn(sectionOf(document, "populations"));
  const byName = new Map(populations);
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  if (network) {
    for (const [name, population] of populations) {
      nodes.push(populationNode(`populations.${name}`, name, population, catalogue, problems));
    }
  } else nodes.push(populationNode("model", "Neurons", objectAt(document, "model"), catalogue, problems));
  const known = new Set(nodes.map(({ id }) => id));

  for (const [population, port, value] of inputsOf(document)) {
    const target = network ? `populations.${population}` : "model";
    if (!known.has(target)) continue;
    const id = network ? `inputs.${population}.${port}` : `inputs.${port}`;
    const keys = keysOf(id);
    const wrong = problemsAt(problems, keys);
    const kind: PortKind = port === "signal" ? "signal" : port === "inSpikes" ? "spikes" : "current";
    nodes.push({
      id,
      kind: "input",
      title: inputTitle(value),
      subtitle: inputSubtitle(value, port),
      model: undefined,
      units: undefined,
      inhibitory: false,
      ports: [mainOut(kind, "Its values")],
      problems: wrong,
      keys,
    });
    const mean = meanOf(value) ?? 0;
    edges.push({
      id: `${id}:to`,
      owner: id,
      kind: "input",
      from: id,
      fromPort: "out",
      to: target,
      toPort: port,
      sign: mean < 0 ? "inhibitory" : "excitatory",
      strength: 0,
      label: "",
      problems: wrong,
    });
  }
  if (!network) return { nodes, edges: edges.map((edge) => atPort(nodes, edge)) };

  const strengths = new Map<string, number>();
  for (const [name, projection] of partsIn(sectionOf(document, "projections"))) {
    const source = populationOf(projection["from"]);
    const target = populationOf(projection["to"]);
    const [from, to] = [`populations.${source}`, `populations.${target}`];
    if (!known.has(from) || !known.has(to)) continue;
    const id = `projections.${name}`;
    const weight = meanOf(projection["weight"]);
    const [sources, targets] = [unitsOf(byName.get(source)!) ?? 1, unitsOf(byName.get(target)!) ?? 1];
    const degree = inDegree(objectAt(projection, "connect"), sources, targets) ?? 1;
    strengths.set(id, Math.abs(weight ?? 0) * degree);
    edges.push({
      id,
      owner: id,
      kind: "projection",
      from,
      to,
      fromPort: "spikes",
      toPort: "synapses",
      sign: signOf(document, projection, byName.get(source)!),
      strength: 0,
      label: name,
      problems: problemsAt(problems, keysOf(id)),
    });
  }
  const strongest = Math.max(...strengths.values(), 0);

  for (const [name, drive] of partsIn(sectionOf(document, "drives"))) {
    const id = `drives.${name}`;
    const keys = keysOf(id);
    const wrong = problemsAt(problems, keys);
    const { rate, trains } = objectAt(drive, "poisson");
    const shown = [
      typeof trains === "number" ? `${grouped(trains)} ×` : "",
      typeof rate === "number" ? `${shownNumber(rate)} Hz` : "",
    ];
    nodes.push({
      id,
      kind: "drive",
      title: name,
      subtitle: ["Poisson", ...shown].filter((part) => part !== "").join(" "),
      model: undefined,
      units: undefined,
      inhibitory: false,
      ports: [mainOut("spikes", "Spikes of its Poisson trains")],
      problems: wrong,
      keys,
    });
    const to = `populations.${populationOf(drive["to"])}`;
    if (!known.has(to)) continue;
    const weight = meanOf(valueAt(drive, ["poisson", "weight"])) ?? 1;
    edges.push({
      id: `${id}:to`,
      owner: id,
      kind: "drive",
      from: id,
      fromPort: "out",
      to,
      toPort: "synapses",
      sign: weight < 0 ? "inhibitory" : "excitatory",
      strength: 0,
      label: "",
      problems: wrong,
    });
  }

  for (const section of ["readouts", "signals"] as const) {
    for (const [name, part] of partsIn(sectionOf(document, section))) {
      const id = `${section}.${name}`;
      const kind = section === "readouts" ? "readout" : "signal";
      const keys = keysOf(id);
      const wrong = problemsAt(problems, keys);
      const of = String(part["of"] ?? "outSpikes");
      const what = of === "outSpikes" ? "rate" : of;
      nodes.push({
        id,
        kind,
        title: name,
        subtitle: [part["mean"] === true ? "mean" : "", what].filter((word) => word !== "").join(" "),
        model: undefined,
        units: undefined,
        inhibitory: false,
        ports: [
          { id: "in", side: "in", kind: "values", about: "Values of a population" },
          ...(kind === "signal" ? [mainOut("signal", "Its values, one step later")] : []),
        ],
        problems: wrong,
        keys,
      });
      for (const source of fromNames(part)) {
        const from = `populations.${source}`;
        if (!known.has(from)) continue;
        edges.push({
          id: `${id}:from:${source}`,
          owner: id,
          kind,
          from,
          fromPort: "spikes",
          to: id,
          toPort: "in",
          sign: "either",
          strength: 0,
          label: "",
          problems: wrong,
        });
      }
      if (kind === "readout") continue;
      const [target = "", port = ""] = String(part["to"] ?? "").split(".");
      const projection = objectAt(sectionOf(document, "projections"), target);
      const learns = !byName.has(target) && Object.keys(projection).length > 0;
      const to = `populations.${learns ? populationOf(projection["to"]) : target}`;
      if (!known.has(to)) continue;
      const ports = nodes.find((node) => node.id === to)!.ports;
      const free = ports.find(({ kind: one, side }) => side === "in" && (one === "signal" || one === "current"))?.id;
      edges.push({
        id: `${id}:to`,
        owner: id,
        kind,
        from: id,
        fromPort: "out",
        to,
        toPort: learns ? "synapses" : port || free || "current",
        sign: "either",
        strength: 0,
        label: learns ? String(part["to"]) : "",
        problems: wrong,
      });
    }
  }
  const plots = nodePlotsOf(document);
  return {
    nodes: plots.size === 0 ? nodes : nodes.map((node) => ({ ...node, plot: plots.get(node.id) })),
    edges: edges.map((edge) =>
      atPort(
        nodes,
        edge.kind === "projection" && strongest > 0 ? { ...edge, strength: strengths.get(edge.id)! / strongest } : edge,
      ),
    ),
  };
};
