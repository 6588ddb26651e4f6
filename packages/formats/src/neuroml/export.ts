import { type FlatNetwork, type FlatPopulation, type FlatProjection, flatten } from "../network.ts";
import { sourceSpikesOf } from "../recorded.ts";
import { type Reporter, startReport } from "../report.ts";
import type { Experiment, Exported, ExportOptions } from "../result.ts";
import { givenStarts, refuseEnds, requireSoma, tellOthers, tellPrecision } from "../script/script.ts";
import {
  cellDifference,
  cellRemedy,
  fieldsOf,
  isKnownSynapse,
  startsAnywhere,
  synapseNames,
  synapseOf,
  weightOf,
} from "./cells.ts";
import { currentInputs, driveInputs } from "./inputs.ts";
import { lemsOf } from "./lems.ts";
import { cellPopulations, type Placed, type Populations, partOf, pathOf } from "./places.ts";
import { type Element, element, quantity, xmlText } from "./xml.ts";

const NETWORK = "network.net.nml";
const LEMS = "LEMS_network.xml";

const schema = {
  xmlns: "http://www.neuroml.org/schema/neuroml2",
  "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
  "xsi:schemaLocation":
    "http://www.neuroml.org/schema/neuroml2 https://raw.githubusercontent.com/NeuroML/NeuroML2/master/Schemas/NeuroML2/NeuroML_v2.3.1.xsd",
};

/** The order of components in the schema of NeuroML. */
const schemaOrder = [
  ...["alphaCurrentSynapse", "alphaSynapse", "expOneSynapse"],
  ...["iafCell", "iafRefCell", "izhikevich2007Cell", "adExIaFCell"],
  ...["pulseGenerator", "spikeArray", "poissonFiringSynapse", "expCurrSynapse"],
];

/** The elements of a network. */
interface Parts {
  /** Cells, synapses, inputs and sources. */
  readonly components: Element[];
  readonly populations: Element[];
  /** Properties of the network. */
  readonly properties: Element[];
  readonly projections: Element[];
  readonly lists: Element[];
}

/** What the parts of a network are written from and to. */
interface Writing {
  readonly network: FlatNetwork;
  readonly parts: Parts;
  /** The text of the time of a number of steps. */
  readonly time: (steps: number) => string;
  readonly report: Reporter;
}

/**
 * Exports an experiment as a network of NeuroML 2, and a simulation of LEMS that runs it. Parameters, connectivity and
 * spikes of sources are those that the experiment draws. NeuroML describes equations, and a simulator chooses how to
 * integrate them, so spikes may be a few steps apart.
 *
 * @throws ConfigError with `strict` for parts that are not faithful, and if no soma is left; MemoryError if the synapses
 * do not fit
 */
export const exportNeuroml = async (experiment: Experiment, options: ExportOptions = {}): Promise<Exported> => {
  const report = startReport("neuroml", "export", "2.3");
  const network = await flatten(experiment);
  tellPrecision(network, "PyLEMS", report);
  const parts: Parts = { components: [], populations: [], properties: [], projections: [], lists: [] };
  const time = timesOf(network);
  const writing = { network, parts, time, report };
  const places = new Map<FlatPopulation, readonly Placed[]>();
  for (const population of network.populations) {
    const made =
      population.kind === "soma" ? await addCells(population, writing) : await addSource(population, writing);
    if (made) places.set(population, made);
  }
  requireSoma(network, places, report);
  for (const projection of network.projections) addProjection(projection, places, writing);
  for (const drive of network.drives) {
    if (refuseEnds(`model.drives.${drive.name}`, [drive.target], places, report)) continue;
    const synapse = synapseId(drive.target, drive.receptor.name);
    const made = driveInputs(drive, `${drive.name}_drive`, synapse, places.get(drive.target)!, report);
    parts.components.push(...made.components);
    parts.lists.push(...made.lists);
  }
  const lems = lemsOf(network, places, time(network.steps), NETWORK, report);
  tellOthers(network, "NeuroML has no signals. Use a fixed input.", report);
  return {
    files: {
      [NETWORK]: new TextEncoder().encode(xmlText(networkElement(network, parts))),
      [LEMS]: new TextEncoder().encode(xmlText(lems)),
    },
    report: report.finish(options.strict === true),
  };
};

/** Times of steps, without the error of the multiplication. */
const timesOf =
  ({ dt }: FlatNetwork) =>
  (steps: number): string =>
    quantity(Number((steps * dt).toPrecision(12)), "ms");

const networkElement = ({ name }: FlatNetwork, parts: Parts): Element =>
  element("neuroml", { ...schema, id: "exported" }, [
    element("notes", {}, [`${name}. Exported by spark-snn.`]),
    ...parts.components.toSorted((a, b) => schemaOrder.indexOf(a.name) - schemaOrder.indexOf(b.name)),
    element("network", { id: "network" }, [
      ...[...parts.properties, ...parts.populations, ...parts.projections, ...parts.lists],
    ]),
  ]);

const synapseId = ({ name }: FlatPopulation, receptor: string): string => `${name}_${receptor.replaceAll(".", "_")}`;

const addCells = async (
  population: FlatPopulation,
  { network, parts, time, report }: Writing,
): Promise<readonly Placed[] | undefined> => {
  const { name, model, receptors } = population;
  const path = `model.populations.${name}`;
  const remedy = cellRemedy(population);
  if (remedy !== undefined) {
    report.unsupported(path, model, remedy);
    return undefined;
  }
  const unknown = receptors.find((receptor) => !isKnownSynapse(receptor));
  if (unknown) {
    report.unsupported(
      path,
      unknown.model,
      `Its synapses must be of ${synapseNames.join(", ")}, with one number for each parameter. Use one of them.`,
    );
    return undefined;
  }
  const made = cellPopulations(population, name, startsOf(population, report));
  tellCells(population, made, report);
  parts.components.push(...made.components);
  parts.populations.push(...made.populations);
  parts.properties.push(...made.properties);
  parts.components.push(...receptors.map((receptor) => synapseOf(receptor, synapseId(population, receptor.name))));
  const inputs = await currentInputs(population, name, made.places, network, time, report);
  parts.components.push(...inputs.components);
  parts.lists.push(...inputs.lists);
  return made.places;
};

const tellCells = (population: FlatPopulation, { components, populations }: Populations, report: Reporter): void => {
  const { name, model } = population;
  const path = `model.populations.${name}`;
  const count = populations.length;
  const divided =
    count === 1 ? undefined : `Populations of NeuroML have equal cells, so it becomes ${count} populations.`;
  const difference = cellDifference(population);
  const type = components[0]!.name;
  if (difference === undefined) report.faithful(path, model, type, divided);
  else report.approximate(path, model, type, [difference, divided].filter(Boolean).join(" "));
};

/** Start potentials of the units, mV. Cells without a start potential start at rest. */
const startsOf = (population: FlatPopulation, report: Reporter): Float64Array => {
  const { name, units } = population;
  const rests = Float64Array.from({ length: units }, (_, unit) => fieldsOf(population, unit)["potentialRest"]!);
  const remedy = "Cells of NeuroML of this type start at rest. Omit it, or begin with a pulse of current.";
  const isFree = startsAnywhere(population);
  const given = isFree ? givenStarts(population, report) : givenStarts(population, report, remedy);
  if (given === undefined) return rests;
  const starts = typeof given === "number" ? rests.map(() => given) : given;
  if (isFree || starts.every((value, unit) => value === rests[unit])) return starts;
  report.unsupported(`initial.${name}.potential`, "start value", remedy);
  return rests;
};

/** A source as one array of spikes for each unit. */
const addSource = async (
  population: FlatPopulation,
  { network, parts, time, report }: Writing,
): Promise<readonly Placed[] | undefined> => {
  const { name, model, units } = population;
  const path = `model.populations.${name}`;
  const spikes = await sourceSpikesOf(population, network, report);
  if (!spikes) return undefined;
  const trains: number[][] = Array.from({ length: units }, () => []);
  spikes.units.forEach((unit, k) => {
    trains[unit]!.push(spikes.steps[k]!);
  });
  trains.forEach((steps, unit) => {
    const id = `${name}_${unit}`;
    const children = steps.map((step, k) => element("spike", { id: `${k}`, time: time(step) }));
    parts.components.push(element("spikeArray", { id: `${id}_spikes` }, children));
    parts.populations.push(element("population", { id, component: `${id}_spikes`, size: "1" }));
    parts.properties.push(partOf(id, name, [unit]));
  });
  report.faithful(path, model, "spikeArray", model === "SpikeReplay" ? undefined : "It holds the spikes of this run.");
  return trains.map((_, unit) => ({ population: `${name}_${unit}`, index: 0 }));
};

/** A projection as one of NeuroML for each pair of populations. */
const addProjection = (
  { name, source, target, receptor, sources, targets, weights, delays, rule }: FlatProjection,
  places: ReadonlyMap<FlatPopulation, readonly Placed[]>,
  { parts, time, report }: Writing,
): void => {
  const path = `model.projections.${name}`;
  if (refuseEnds(path, [source, target], places, report)) return;
  if (receptor.unit === "nS" && weights.some((weight) => weight < 0)) {
    report.unsupported(
      path,
      receptor.model,
      "Conductances are not negative. Use a reversal potential below rest instead.",
    );
    return;
  }
  const synapse = synapseId(target, receptor.name);
  report.faithful(path, receptor.model, synapseOf(receptor, synapse).name);
  if (rule)
    report.unsupported(`${path}.plasticity`, rule.model, "Rules are not exported: the weights are constant. Omit it.");
  const [from, to] = [places.get(source)!, places.get(target)!];
  const pairs = new Map<string, { readonly pre: string; readonly post: string; readonly list: Element[] }>();
  sources.forEach((unit, k) => {
    const [pre, post] = [from[unit]!, to[targets[k]!]!];
    const key = `${pre.population} ${post.population}`;
    const found = pairs.get(key) ?? { pre: pre.population, post: post.population, list: [] };
    pairs.set(key, found);
    found.list.push(
      element("connectionWD", {
        id: `${found.list.length}`,
        preCellId: pathOf(pre),
        postCellId: pathOf(post),
        weight: quantity(weightOf(receptor, weights[k]!), ""),
        delay: time(delays[k]!),
      }),
    );
  });
  [...pairs.values()].forEach(({ pre, post, list }, k) => {
    const id = pairs.size === 1 ? `${name}_projection` : `${name}_projection_${k}`;
    const ends = { presynapticPopulation: pre, postsynapticPopulation: post };
    parts.projections.push(element("projection", { id, ...ends, synapse }, list));
  });
};
