import type { Catalogue, ModelEntry } from "./catalogue.ts";
import { addInput, addLinked, addPopulation, asNetwork, type Change, networkIdentity, together } from "./commands.ts";
import { connection, connectionEitherWay, defaultDrive, readoutName } from "./commands-connect.ts";
import { inputDefault } from "./form-input.ts";
import { entryOf, graphOf, keysOf, nameOf, partOf, somaOfNeuron } from "./graph.ts";
import { type JsonObject, valueAt } from "./json.ts";
import type { Point } from "./layout.ts";
import { modelLabel } from "./names.ts";

/* The items of the palette, as data. Each item adds a part, and connects it to the port from which the palette was opened. */

/** Where an item is added: the place, and the node whose wire ended there. */
export interface AddAt {
  readonly place?: Point;
  /** Whether the place is only a proposal for populations. Other parts then go beside the node that they belong to. */
  readonly proposed?: boolean;
  /** Node to connect with. */
  readonly from?: string;
  /** Side of the port at which the wire began. */
  readonly side?: "in" | "out";
  readonly port?: string;
}

export interface PaletteItem {
  readonly id: string;
  readonly group: "Neurons" | "Sources" | "Inputs" | "Read-outs";
  readonly title: string;
  readonly about: string;
  /** Words beside the title that find it. */
  readonly words: string;
  /** Why it cannot be added; undefined if it can. */
  readonly reason: string | undefined;
  readonly add: () => Change | undefined;
}

const sentence = (text: string): string => /^.*?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, ".") ?? text;

/** Units of a new population: enough to see a pattern, few enough to start at once. */
const newUnits = 100;

const neuronNames = (catalogue: Catalogue): readonly string[] => {
  const names = valueAt(catalogue.schema, ["$defs", "population", "properties", "neuron", "enum"]);
  return Array.isArray(names) ? names.map(String) : [];
};

/** Models that belong at the top, because most networks use them. */
const common: readonly string[] = [
  "RefractoryLeakySoma",
  "LeakySoma",
  "AdaptiveExponentialSoma",
  "IzhikevichSoma",
  "HodgkinHuxleySoma",
];

const commonFirst = (models: readonly ModelEntry[]): readonly ModelEntry[] => [
  ...common.flatMap((name) => models.find((model) => model.name === name) ?? []),
  ...models.filter(({ name }) => !common.includes(name)),
];

/** All items for a place. Items that do not fit the wire are left out; items that lack something carry the reason. */
export const paletteItems = (
  document: JsonObject,
  catalogue: Catalogue,
  at: AddAt,
  selection: readonly string[] = [],
): readonly PaletteItem[] => {
  const { place, from, side, port } = at;
  const beside = at.proposed ? undefined : place;
  const graph = graphOf(document, catalogue);
  const origin = graph.nodes.find(({ id }) => id === from);

  /** Connects what was added with the node where the wire began. */
  const linked = (added: Change): Change =>
    from === undefined
      ? added
      : together(added, (next) => {
          const [id = ""] = added.selection;
          const near = networkIdentity(document, from);
          const found =
            side === "in"
              ? connection(next, catalogue, graphOf(next, catalogue), id, near, port)
              : connection(next, catalogue, graphOf(next, catalogue), near, id);
          return "change" in found ? found.change : undefined;
        });

  const population = (wanted: string, part: JsonObject) => (): Change => {
    const units = { ...part, units: [newUnits] };
    return linked(addPopulation(document, wanted, units, place));
  };

  const items: PaletteItem[] = [];
  const canBeTarget = side !== "in";
  const canBeSource = side !== "out";
  const fromSpikes = origin === undefined || origin.kind === "population" || origin.kind === "source";
  const isSoma = origin === undefined || origin.kind === "population";
  const takes = side === "in" ? origin?.ports.find(({ id }) => id === port)?.kind : undefined;

  const somaFits = origin === undefined || (side === "in" ? takes !== undefined : origin.kind !== "input");
  if (somaFits) {
    for (const { name, about } of commonFirst(catalogue.somas)) {
      items.push({
        id: `soma:${name}`,
        group: "Neurons",
        title: modelLabel(name),
        about: sentence(about),
        words: `${name} population neuron soma cell`,
        reason: undefined,
        add: population("neurons", { soma: name }),
      });
    }
    for (const name of neuronNames(catalogue)) {
      const soma = catalogue.somas.find((model) => model.name === somaOfNeuron(catalogue, name));
      items.push({
        id: `neuron:${name}`,
        group: "Neurons",
        title: `${modelLabel(name)} with two synapses`,
        about: soma ? sentence(soma.about) : "",
        words: `${name} ready-made`,
        reason: undefined,
        add: population("neurons", { neuron: name }),
      });
    }
  }
  const names: Readonly<Record<string, string>> = { PoissonSource: "noise", SpikeReplay: "replay" };
  for (const { name, about, ports } of catalogue.sources) {
    const takesSignal = ports.some(({ payload }) => payload === "SignalArray");
    if (side === "out" && !(takesSignal && fromSpikes)) continue;
    if (!canBeSource && !takesSignal) continue;
    items.push({
      id: `source:${name}`,
      group: "Sources",
      title: modelLabel(name),
      about: sentence(about),
      words: `${name} source spikes`,
      reason: undefined,
      add: population(names[name] ?? name.charAt(0).toLowerCase() + name.slice(1), { source: name }),
    });
  }

  /** The population that an input, a drive or a read-out belongs to: that of the wire, the selected one, or the only one. */
  const targets = graph.nodes.filter(({ kind }) => kind === "population" || kind === "source");
  const chosen = (fits: (id: string) => boolean): string | undefined => {
    if (from !== undefined) return fits(from) ? from : undefined;
    const selected = selection.filter((id) => targets.some((node) => node.id === id) && fits(id));
    const fitting = targets.filter(({ id }) => fits(id));
    return selected[0] ?? fitting[0]?.id;
  };
  const soma = chosen((id) => graph.nodes.find((node) => node.id === id)?.kind === "population");
  const read = chosen((id) => targets.some((node) => node.id === id));
  const needs = "Add a population of neurons first.";

  if (canBeSource && (isSoma || takes === "current")) {
    const forms = [
      ["constant", "Constant current", "The same current during the whole run."],
      ["step", "Current step", "A constant current within a window."],
      [
        "ornsteinUhlenbeck",
        "Noise current",
        "A random current with a mean, a standard deviation and a correlation time.",
      ],
      ["sine", "Sine current", "A current that oscillates."],
      ["pulses", "Current pulses", "A rectangular pulse in every period."],
      ["ramp", "Current ramp", "A current that rises from one value to another."],
      ["whiteNoise", "White noise current", "An independent random current in every step."],
    ] as const;
    const socket = takes === "current" && port !== undefined ? port : "current";
    const taken =
      soma !== undefined &&
      valueAt(document, keysOf(soma === "model" ? `inputs.${socket}` : `inputs.${nameOf(soma)}.${socket}`)) !==
        undefined;
    for (const [form, title, about] of forms) {
      const value = inputDefault(catalogue, form);
      if (value === undefined) continue;
      items.push({
        id: `input:${form}`,
        group: "Inputs",
        title,
        about,
        words: "input current stimulus",
        reason:
          soma === undefined
            ? needs
            : taken
              ? `${soma === "model" ? "The population" : nameOf(soma)} has an input to its ${socket} already. Change that one.`
              : undefined,
        add: () => (soma === undefined ? undefined : addInput(soma, socket, value, beside)),
      });
    }
  }
  if (canBeSource && isSoma && (takes === undefined || takes === "spikes")) {
    items.push({
      id: "drive:poisson",
      group: "Inputs",
      title: "Poisson drive",
      about: "The summed spikes of many Poisson trains to each unit.",
      words: "drive noise background input spikes",
      reason: soma === undefined ? needs : undefined,
      add: () => {
        if (soma === undefined) return undefined;
        const target = nameOf(networkIdentity(document, soma));
        return addLinked(document, "drives", "drive", defaultDrive(asNetwork(document), catalogue, target), beside);
      },
    });
  }
  if (canBeTarget && fromSpikes) {
    const readouts = [
      ["outSpikes", "Rate", "The rate of each unit or of the population, as numbers for a program."],
      ["potential", "Potential", "The membrane potential as numbers for a program."],
    ] as const;
    for (const [of, title, about] of readouts) {
      const entry = read === undefined ? undefined : entryOf(catalogue, partOf(document, read));
      if (of !== "outSpikes" && entry && !entry.states.some(({ name }) => name === of)) continue;
      items.push({
        id: `readout:${of}`,
        group: "Read-outs",
        title: `${title} read-out`,
        about,
        words: "readout output decoder",
        reason: read === undefined ? "Add a population first." : undefined,
        add: () => {
          if (read === undefined) return undefined;
          const name = nameOf(networkIdentity(document, read));
          const part = { from: name, ...(of === "outSpikes" ? { tau: 50 } : { of }), mean: true };
          return addLinked(document, "readouts", readoutName(name, of), part, beside);
        },
      });
    }
  }
  return items;
};

/** Items whose text has all words of a query. Titles that begin with the query come first. */
export const foundItems = <Item extends { readonly title: string; readonly words?: string; readonly about?: string }>(
  items: readonly Item[],
  query: string,
): readonly Item[] => {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return items;
  const score = ({ title, words: others = "", about = "" }: Item): number => {
    const [name, more, prose] = [title, others, about].map((text) => text.toLowerCase()) as [string, string, string];
    let sum = 0;
    for (const word of words) {
      if (name.startsWith(word)) sum += 8;
      else if (name.includes(` ${word}`)) sum += 6;
      else if (name.includes(word)) sum += 4;
      else if (more.includes(word)) sum += 2;
      else if (prose.includes(word)) sum += 1;
      else return 0;
    }
    return sum;
  };
  return items
    .map((item, order) => ({ item, order, points: score(item) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.order - b.order)
    .map(({ item }) => item);
};

/** A node that another one can be connected with, for the dialog that connects by name. */
export interface ConnectItem {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly reason: string | undefined;
  readonly add: () => Change | undefined;
}

/** All nodes as targets of a connection from one of them. Nodes that cannot be connected carry the reason, and come last. */
export const connectItems = (document: JsonObject, catalogue: Catalogue, from: string): readonly ConnectItem[] => {
  const graph = graphOf(document, catalogue);
  const items = graph.nodes
    .filter(({ kind }) => kind !== "group")
    .map(({ id, title, subtitle }): ConnectItem => {
      const found = connectionEitherWay(document, catalogue, from, id);
      return {
        id,
        title: id === from ? `${title} (itself)` : title,
        about: subtitle,
        reason: "reason" in found ? found.reason : undefined,
        add: () => ("change" in found ? found.change : undefined),
      };
    });
  return [...items.filter(({ reason }) => reason === undefined), ...items.filter(({ reason }) => reason !== undefined)];
};
