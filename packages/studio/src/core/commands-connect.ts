import type { Catalogue } from "./catalogue.ts";
import { addLinked, asNetwork, type Change, networkIdentity, titleOf } from "./commands.ts";
import { allNames } from "./commands-names.ts";
import {
  entryOf,
  fromNames,
  type Graph,
  type GraphNode,
  graphOf,
  keysOf,
  meanOf,
  nameOf,
  partOf,
  sectionOf,
} from "./graph.ts";
import { isObject, type Json, type JsonObject, objectAt, valueAt, withAt } from "./json.ts";
import { freeName } from "./names.ts";

/* Connecting two nodes: whether it can be done, and with which defaults. */

/** Why two nodes cannot be connected, or the change that connects them. */
export type Connection = { readonly reason: string } | { readonly change: Change };

const oneDigit = (value: number): number => Number(value.toPrecision(1));

/** The number of a parameter, or its default. */
const parameterOf = (catalogue: Catalogue | undefined, population: JsonObject, name: string): number | undefined =>
  meanOf(population[name]) ?? entryOf(catalogue, population)?.fields.find((field) => field.name === name)?.default;

/**
 * A weight in pA whose postsynaptic potential, with an exponential synapse of 5 ms, is about a thirtieth of the distance
 * from rest to threshold. Some thirty synchronous spikes then cause one. Without a resistance, 40 pA.
 */
const defaultWeight = (catalogue: Catalogue | undefined, target: JsonObject): number => {
  const of = (name: string): number | undefined => parameterOf(catalogue, target, name);
  const [rest, resistance] = [of("potentialRest"), of("resistance")];
  const threshold = of("rheobaseThreshold") ?? of("threshold");
  if (rest === undefined || threshold === undefined || resistance === undefined) return 40;
  const weight = (threshold - rest) / 30 / (0.16 * resistance);
  return Number.isFinite(weight) && weight > 0 ? oneDigit(weight) : 40;
};

const tau = 5;
const inhibitoryTau = 10;

/** Synapses of a target by name: those of its own, or the two of a ready-made neuron. */
export const namedSynapses = (target: JsonObject): readonly string[] => {
  if (typeof target["neuron"] === "string") return ["excitatory", "inhibitory"];
  return Object.keys(objectAt(target, "synapses"));
};

/** The end and the synapse of a new projection or drive: a named synapse of the target if it has one, or its own. */
const endAt = (name: string, target: JsonObject, inhibitory: boolean): JsonObject => {
  const named = namedSynapses(target);
  const fitting = named.find((one) => /inh|gaba/i.test(one) === inhibitory) ?? named[0];
  if (fitting !== undefined) return { to: `${name}.${fitting}` };
  return { to: name, synapse: { synapse: "ExponentialSynapse", tau: inhibitory ? inhibitoryTau : tau } };
};

/** A projection with defaults that show an effect. */
export const defaultProjection = (
  document: JsonObject,
  catalogue: Catalogue | undefined,
  from: string,
  to: string,
): JsonObject => {
  const populations = sectionOf(document, "populations");
  const [source, target] = [objectAt(populations, from), objectAt(populations, to)];
  const inhibitory = source["inhibitory"] === true;
  const { synapse, ...end } = endAt(to, target, inhibitory);
  const weight = defaultWeight(catalogue, target) * (inhibitory ? 4 : 1);
  return {
    from,
    ...end,
    connect: { pairwiseBernoulli: { probability: 0.1 } },
    weight,
    delay: 1.5,
    ...(synapse !== undefined && { synapse }),
  };
};

/** Poisson spikes whose mean current reaches about half of the way to the threshold. */
export const defaultDrive = (document: JsonObject, catalogue: Catalogue | undefined, to: string): JsonObject => {
  const target = objectAt(sectionOf(document, "populations"), to);
  return {
    ...endAt(to, target, false),
    poisson: { rate: 8, trains: 100, weight: defaultWeight(catalogue, target) * 1.5 },
  };
};

/** "ei" for excitatory to inhibitory if the first letters tell the populations apart, else "fromTo". */
const projectionName = (document: JsonObject, from: string, to: string): string => {
  const names = Object.keys(sectionOf(document, "populations"));
  const initials = names.map((name) => name[0]!.toLowerCase());
  const clear = new Set(initials).size === initials.length;
  const short = `${from[0]}${to[0]}`.toLowerCase();
  const wanted = clear ? short : `${from}To${to[0]!.toUpperCase()}${to.slice(1)}`;
  return freeName(wanted, allNames(document));
};

/** Whether the units of a model never spike, and hold a value instead. */
const holdsValue = (catalogue: Catalogue | undefined, population: JsonObject): boolean =>
  entryOf(catalogue, population)?.states.some(({ name }) => name === "value") ?? false;

/** A signal with a scale that shows an effect: 100 Hz count as 1 signal or 100 pA, a value of 1 as 1 or 100 pA. */
const defaultSignal = (
  catalogue: Catalogue | undefined,
  document: JsonObject,
  from: string,
  to: string,
  port: string,
): JsonObject => {
  const source = objectAt(sectionOf(document, "populations"), from);
  const values = holdsValue(catalogue, source);
  const current = port !== "signal";
  return {
    from,
    ...(values ? { of: "value" } : { tau: 100 }),
    mean: true,
    ...(values ? current && { scale: 100 } : { scale: current ? 1 : 0.01 }),
    to: `${to}.${port}`,
  };
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const projectionBetween = (
  document: JsonObject,
  catalogue: Catalogue | undefined,
  from: GraphNode,
  to: GraphNode,
): Change => {
  const network = asNetwork(document);
  const [source, target] = [from, to].map(({ id }) => nameOf(networkIdentity(document, id))) as [string, string];
  const name = projectionName(network, source, target);
  return {
    command: {
      label: `Connect ${source} to ${target}`,
      apply: (before) => {
        const after = asNetwork(before);
        return withAt(after, ["model", "projections", name], defaultProjection(after, catalogue, source, target));
      },
    },
    selection: [`projections.${name}`],
  };
};

const signalBetween = (
  document: JsonObject,
  catalogue: Catalogue | undefined,
  from: GraphNode,
  to: GraphNode,
  port: string,
): Change => {
  const network = asNetwork(document);
  const [source, target] = [from, to].map(({ id }) => nameOf(networkIdentity(document, id))) as [string, string];
  const part = defaultSignal(catalogue, network, source, target, port);
  return addLinked(document, "signals", `${source}Signal`, part);
};

/** Another end of a part that exists. */
const moved = (id: string, key: string, value: Json, label: string): Connection => ({
  change: {
    command: { label, apply: (document) => withAt(document, [...keysOf(id), key], value) },
    selection: [id],
  },
});

const isPopulation = ({ kind }: GraphNode): boolean => kind === "population" || kind === "source";

const intoPopulation = (
  document: JsonObject,
  catalogue: Catalogue | undefined,
  from: GraphNode,
  to: GraphNode,
  toPort: string | undefined,
): Connection => {
  const part = partOf(document, from.id);
  const wanted = to.ports.find(({ id, side }) => side === "in" && id === toPort);
  const signals = to.ports.filter(({ side, kind }) => side === "in" && kind === "signal");
  const currents = to.ports.filter(({ side, kind }) => side === "in" && kind === "current");
  const target = to.title;
  if (isPopulation(from)) {
    const source = partOf(document, from.id);
    if (to.kind === "source") {
      const signal = wanted?.kind === "signal" ? wanted : signals[0];
      if (signal) return { change: signalBetween(document, catalogue, from, to, signal.id) };
      return {
        reason: `${target} makes spikes of its own and receives none. Connect ${from.title} to a population of neurons.`,
      };
    }
    if (wanted && wanted.kind !== "spikes") return { change: signalBetween(document, catalogue, from, to, wanted.id) };
    if (!holdsValue(catalogue, source)) return { change: projectionBetween(document, catalogue, from, to) };
    const port = currents[0] ?? signals[0];
    if (port && toPort === undefined) return { change: signalBetween(document, catalogue, from, to, port.id) };
    return { reason: `${from.title} holds values and never spikes. Connect it to a current or a signal.` };
  }
  if (from.kind === "drive") {
    if (to.kind === "source")
      return { reason: `${target} is a source of spikes and has no synapses that a drive could act on.` };
    if (wanted && wanted.kind !== "spikes") return { reason: "A drive sends spikes. Connect it to the synapses." };
    if (String(part["to"]).split(".")[0] === target) return { reason: `${from.title} drives ${target} already.` };
    const label = `Connect ${from.title} to ${target}`;
    const end = endAt(target, partOf(document, to.id), false);
    return {
      change: {
        command: {
          label,
          apply: (before) => {
            const drive = partOf(before, from.id);
            const own = isObject(end["synapse"])
              ? isObject(drive["synapse"])
                ? drive["synapse"]
                : end["synapse"]
              : undefined;
            let next = withAt(before, [...keysOf(from.id), "to"], end["to"]);
            if (own !== undefined || drive["synapse"] !== undefined) {
              next = withAt(next, [...keysOf(from.id), "synapse"], own);
            }
            return next;
          },
        },
        selection: [from.id],
      },
    };
  }
  if (from.kind === "signal") {
    const port = wanted ?? signals[0] ?? currents[0];
    if (!port || (port.kind !== "signal" && port.kind !== "current")) {
      return { reason: `A signal acts on a current or a signal; ${target} has none here.` };
    }
    return moved(from.id, "to", `${target}.${port.id}`, `Connect ${from.title} to ${target}`);
  }
  if (from.kind === "input") {
    const kind = from.ports[0]?.kind;
    const fitting = to.ports.filter((port) => port.side === "in" && port.kind === kind && port.id !== "synapses");
    const port = wanted && fitting.includes(wanted) ? wanted : wanted ? undefined : fitting[0];
    if (!port) return { reason: `${target} has no input for ${kind === "spikes" ? "spikes" : `a ${kind}`} here.` };
    const id = to.id === "model" ? `inputs.${port.id}` : `inputs.${nameOf(to.id)}.${port.id}`;
    if (id === from.id) return { reason: `The input acts on ${target} already.` };
    if (valueAt(document, keysOf(id)) !== undefined) {
      return { reason: `${target} has an input to its ${port.id} already. Delete that one first.` };
    }
    return { change: movedInput(from.id, id, target) };
  }
  return { reason: `${from.title} has no output that ${target} could receive.` };
};

const movedInput = (from: string, to: string, target: string): Change => ({
  command: {
    label: `Connect the input to ${target}`,
    apply: (before) => {
      const value = valueAt(before, keysOf(from));
      const place = valueAt(before, ["studio", "positions", from]);
      const parent = keysOf(from).slice(0, -1);
      let next = withAt(withAt(before, keysOf(from), undefined), keysOf(to), value);
      if (parent.length > 1 && Object.keys(objectAt(next, ...parent)).length === 0)
        next = withAt(next, parent, undefined);
      if (place === undefined) return next;
      next = withAt(next, ["studio", "positions", from], undefined);
      return withAt(next, ["studio", "positions", to], place);
    },
  },
  selection: [to],
});

/** The connection from one node to another. Without a port, the first that fits is used. */
export const connection = (
  document: JsonObject,
  catalogue: Catalogue | undefined,
  graph: Graph,
  fromId: string,
  toId: string,
  toPort?: string,
): Connection => {
  const [from, to] = [fromId, toId].map((id) => graph.nodes.find((node) => node.id === id));
  if (!from || !to) return { reason: "Both ends of a connection must exist." };
  if (from.kind === "group" || to.kind === "group") return { reason: "Unfold the group, and connect its populations." };
  if (from.kind === "readout")
    return { reason: "A read-out gives values to your program. It has no output in the network." };
  if (to.kind === "input") return { reason: "An input has no input of its own. Start at the input." };
  if (to.kind === "drive") return { reason: "A drive has no input. Start at the drive." };
  if (to.kind === "readout" || to.kind === "signal") {
    if (!isPopulation(from)) return { reason: `A ${to.kind === "readout" ? "read-out" : "signal"} reads populations.` };
    const part = partOf(document, to.id);
    const before = fromNames(part);
    if (before.includes(from.title)) return { reason: `${to.title} reads ${from.title} already.` };
    return moved(to.id, "from", [...before, from.title], `Connect ${from.title} to ${to.title}`);
  }
  return intoPopulation(document, catalogue, from, to, toPort);
};

/** The sentence that tells why a connection cannot be made, or undefined if it can. */
export const whyNotConnect = (
  document: JsonObject,
  catalogue: Catalogue | undefined,
  graph: Graph,
  from: string,
  to: string,
  toPort?: string,
): string | undefined => {
  const found = connection(document, catalogue, graph, from, to, toPort);
  return "reason" in found ? found.reason : undefined;
};

/** The connection between two nodes of a document, in the order that works. */
export const connectionEitherWay = (
  document: JsonObject,
  catalogue: Catalogue | undefined,
  from: string,
  to: string,
): Connection => {
  const graph = graphOf(document, catalogue);
  const forth = connection(document, catalogue, graph, from, to);
  if ("change" in forth) return forth;
  const back = connection(document, catalogue, graph, to, from);
  return "change" in back ? back : forth;
};

/** A name for what is read: "excitatoryRate". */
export const readoutName = (population: string, of: string): string =>
  `${population}${of === "outSpikes" ? "Rate" : capital(of)}`;

/** How the announcement names the change of a connection. */
export const connectedText = (from: string, to: string): string => `Connected ${titleOf(from)} to ${titleOf(to)}`;
