import { ConfigError } from "spark-snn";
import { camelCase, safeNames } from "../names.ts";
import type { Reporter } from "../report.ts";
import { attribute, quantityOf, readQuantity } from "./quantities.ts";
import { inputRemedy, type ReadSynapse, readSynapse, synapsePart, synapseTypes } from "./read-components.ts";
import { type Component, children, type Model } from "./read-model.ts";
import { cellOf, type Listed, type Made } from "./read-populations.ts";
import type { Element } from "./xml.ts";

/* Projections of NeuroML, and the receptors on which they act. */

/** The synapses of a projection of the document. */
export interface Edges {
  readonly name: string;
  readonly source: Made;
  readonly target: Made;
  readonly receptor: string;
  readonly sources: number[];
  readonly targets: number[];
  readonly weights: number[];
  /** ms */
  readonly delays: number[];
}

/** The receptors of populations: one for each synapse of NeuroML that acts on them. */
export class Receptors {
  readonly #model: Model;
  readonly #synapses = new Map<string, ReadSynapse | undefined>();
  readonly #names = new Map<
    Made,
    { readonly nameOf: (name: string) => string; readonly receptors: Map<string, string> }
  >();

  constructor(model: Model) {
    this.#model = model;
  }

  /** A synapse by its id; undefined if its type is not known. @throws ConfigError if no file defines it */
  synapse(id: string, where: string): ReadSynapse | undefined {
    const component = this.component(id, where);
    if (!this.#synapses.has(id)) this.#synapses.set(id, readSynapse(component));
    return this.#synapses.get(id);
  }

  /** @throws ConfigError if no file defines it */
  component(id: string, where: string): Component {
    const found = this.#model.components.get(id);
    if (found) return found;
    throw new ConfigError({
      path: where,
      message: `names the component "${id}", which is in none of the files. Include the file that defines it.`,
    });
  }

  /** The name of the receptor of a population for a synapse. */
  name(target: Made, synapse: string): string {
    const own = this.#names.get(target) ?? { nameOf: safeNames(), receptors: new Map<string, string>() };
    this.#names.set(target, own);
    const known = own.receptors.get(synapse);
    if (known !== undefined) return known;
    const prefix = `${target.name}_`;
    const name = own.nameOf(camelCase(synapse.startsWith(prefix) ? synapse.slice(prefix.length) : synapse));
    own.receptors.set(synapse, name);
    return name;
  }

  /** The synapses of a population in a document. */
  of(target: Made): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      [...(this.#names.get(target)?.receptors ?? [])].map(([id, name]) => {
        return [name, synapsePart(this.#synapses.get(id)!)];
      }),
    );
  }
}

/** The population of an id. @throws ConfigError */
export const populationNamed = (id: string, populations: ReadonlyMap<string, Listed>, where: string): Listed => {
  const found = populations.get(id);
  if (found) return found;
  throw new ConfigError({
    path: where,
    message: `names the population "${id}", which the network does not have. Its populations are ${[...populations.keys()].slice(0, 20).join(", ")}.`,
  });
};

/**
 * All projections of the network. Parts of populations that were divided become one projection again.
 * @throws ConfigError for ids that are missing, and for cells that do not exist
 */
export const readProjections = (
  model: Model,
  populations: ReadonlyMap<string, Listed>,
  receptors: Receptors,
  dt: number,
  report: Reporter,
): readonly Edges[] => {
  const nameOf = safeNames();
  const found = new Map<string, Edges>();
  const conductances = new Set<Edges>();
  for (const element of children(model.network.element)) {
    if (element.name !== "projection") continue;
    const id = attribute(element, "id", `${model.network.where} projection`);
    const where = `${model.network.where} projection ${id}`;
    const path = `${model.network.id}.${id}`;
    const [pre, post] = (["presynapticPopulation", "postsynapticPopulation"] as const).map((key) =>
      populationNamed(attribute(element, key, where), populations, `${where}.${key}`),
    ) as [Listed, Listed];
    const synapseId = attribute(element, "synapse", where);
    const synapse = receptors.synapse(synapseId, `${where}.synapse`);
    const remedy = refusal(pre, post, synapse);
    if (remedy !== undefined || !synapse || !pre.made || !post.made) {
      report.unsupported(path, receptors.component(synapseId, where).type, remedy ?? "Change its synapse.");
      continue;
    }
    const list = connectionsOf(element, path, report);
    if (list.length === 0) {
      report.faithful(path, synapse.model, "not used", "It has no connections.");
      continue;
    }
    const base = id.replace(/_projection(?:_\d+)?$/, "");
    const key =
      pre.isPart || post.isPart ? JSON.stringify([pre.made.name, post.made.name, synapseId, base]) : `whole ${id}`;
    const known = found.get(key);
    const edges: Edges = known ?? {
      ...{ name: nameOf(base), source: pre.made, target: post.made, receptor: receptors.name(post.made, synapseId) },
      ...{ sources: [], targets: [], weights: [], delays: [] },
    };
    if (synapse.isConductance) conductances.add(edges);
    const { shifted, least } = addConnections(edges, list, { pre, post, synapse, where, dt });
    if (shifted > 0) {
      report.approximate(
        path,
        `${shifted} delays below a step`,
        `${dt} ms`,
        `A spike arrives at least one step later. The shortest delay is ${least} ms. Use a shorter dt.`,
      );
    }
    if (!known) {
      found.set(key, edges);
      report.faithful(path, receptors.component(synapseId, where).type, synapse.model);
    }
  }
  return [...found.values()].filter((edges) => {
    if (!conductances.has(edges) || edges.weights.every((weight) => weight >= 0)) return true;
    report.unsupported(
      `${model.network.id}.${edges.name}`,
      "negative weights",
      "Conductances are not negative. Use a reversal potential below rest instead.",
    );
    return false;
  });
};

const refusal = (pre: Listed, post: Listed, synapse: ReadSynapse | undefined): string | undefined => {
  const missing = [pre, post].find(({ made }) => !made);
  if (missing) return `The population ${missing.id} was left out. Change its cells.`;
  if (!post.made!.cells)
    return `The population ${post.id} is a source of spikes, which receives none. Correct its target.`;
  const unfit = inputRemedy(post.id, post.made!.cells, "currents");
  if (unfit !== undefined) return unfit;
  return synapse ? undefined : `Its synapse has no counterpart. Known: ${synapseTypes.join(", ")}.`;
};

const connectionsOf = (element: Element, path: string, report: Reporter): readonly Element[] => {
  const list: Element[] = [];
  const unknown = new Set<string>();
  for (const child of children(element)) {
    if (child.name === "connection" || child.name === "connectionWD") list.push(child);
    else if (!["notes", "annotation", "property"].includes(child.name)) unknown.add(child.name);
  }
  for (const name of unknown) {
    report.unsupported(path, name, "Only connection and connectionWD are known. Use one of them.");
  }
  return list;
};

interface Connected {
  readonly pre: Listed;
  readonly post: Listed;
  readonly synapse: ReadSynapse;
  readonly where: string;
  readonly dt: number;
}

/** Adds connections. Returns the number of delays below one step, which become one step, and the shortest. */
const addConnections = (
  { sources, targets, weights, delays }: Edges,
  list: readonly Element[],
  { pre, post, synapse, where, dt }: Connected,
): { readonly shifted: number; readonly least: number } => {
  let shifted = 0;
  let least = Number.POSITIVE_INFINITY;
  list.forEach((one, k) => {
    const place = `${where} connection ${one.attributes["id"] ?? k}`;
    sources.push(pre.units[cellOf(attribute(one, "preCellId", place), pre, `${place}.preCellId`)]!);
    targets.push(post.units[cellOf(attribute(one, "postCellId", place), post, `${place}.postCellId`)]!);
    weights.push(synapse.weight(quantityOf(one, "weight", "number", place, 1)));
    const text = one.attributes["delay"];
    const delay = text === undefined ? 0 : readQuantity(text, "time", `${place}.delay`);
    if (delay < 0) {
      throw new ConfigError({
        path: `${place}.delay`,
        message: `must not be negative; received "${text}". Correct it.`,
      });
    }
    if (delay < dt * (1 - 1e-9)) {
      shifted++;
      least = Math.min(least, delay);
    }
    delays.push(Math.max(delay, dt));
  });
  return { shifted, least };
};
