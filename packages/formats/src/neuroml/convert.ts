import type { ExperimentDocument } from "spark-snn";
import { experimentVersion } from "spark-snn/documents";
import { DataFiles } from "../data.ts";
import { safeNames } from "../names.ts";
import type { Reporter } from "../report.ts";
import type { Files } from "../result.ts";
import { positiveOf } from "./quantities.ts";
import { readInputs } from "./read-inputs.ts";
import { children, type Model } from "./read-model.ts";
import { type Listed, type Made, readPopulations } from "./read-populations.ts";
import { type Edges, Receptors, readProjections } from "./read-projections.ts";
import { readRecords } from "./read-records.ts";
import { INLINE } from "./read-spikes.ts";

/* A model of NeuroML as a document and its data. */

type Part = Readonly<Record<string, unknown>>;

/** Times of a run, ms. */
export interface Times {
  readonly duration: number;
  readonly dt: number;
  readonly steps: number;
}

interface Converted {
  readonly document: ExperimentDocument;
  readonly data: Files;
  /** The populations of NeuroML, by id. */
  readonly populations: ReadonlyMap<string, Listed>;
}

const PARAMETERS = "parameters.npz";

/** @throws ConfigError as `importNeuroml` */
export const convert = (model: Model, times: Times, name: string | undefined, report: Reporter): Converted => {
  const { duration, dt, steps } = times;
  const populations = readPopulations(model, report);
  const made = [...new Set([...populations.values()].flatMap((one) => one.made ?? []))];
  tellOthers(model, report);
  tellUnused(model, report);
  if (!made.some(({ cells }) => cells)) throw report.nothingLeft();
  const receptors = new Receptors(model);
  const data = new DataFiles();
  const edges = readProjections(model, populations, receptors, dt, report);
  const nameOf = safeNames();
  // Names of sources that inputs add must differ from those of populations and projections.
  for (const one of [...made, ...edges]) nameOf(one.name);
  const {
    inputs,
    drives,
    sources,
    edges: more,
  } = readInputs({ model, populations, receptors, data, report, dt, steps }, nameOf);
  const projections = Object.fromEntries([...edges, ...more].map((one) => [one.name, projectionOf(one, data)]));
  const brain = {
    populations: {
      ...Object.fromEntries(made.map((one) => [one.name, populationOf(one, receptors, data)])),
      ...sources,
    },
    ...(Object.keys(projections).length > 0 && { projections }),
    ...(Object.keys(drives).length > 0 && { drives }),
  };
  const initial = initialOf(made, data);
  const document = {
    ...(name !== undefined && { name }),
    version: experimentVersion,
    model: brain,
    ...{ duration, dt, dtype: "f64" },
    ...(Object.keys(inputs).length > 0 && { inputs }),
    ...(Object.keys(initial).length > 0 && { initial }),
    record: readRecords(model, populations, report),
  };
  return { document: document as unknown as ExperimentDocument, data: data.encode(), populations };
};

const known = [
  ...["population", "projection", "inputList", "explicitInput"],
  ...["notes", "annotation", "property", "layout", "space", "region"],
];

/** Reports the elements of the network that have no counterpart. */
const tellOthers = ({ network }: Model, report: Reporter): void => {
  for (const { name, attributes } of children(network.element)) {
    if (known.includes(name)) continue;
    const id = attributes["id"];
    report.unsupported(
      id === undefined ? network.id : `${network.id}.${id}`,
      name,
      "Known: population, projection, inputList and explicitInput. Add the part to the document.",
    );
  }
};

/** Reports components that no part of the network uses. */
const tellUnused = ({ components, network }: Model, report: Reporter): void => {
  const used = new Set<string | undefined>();
  for (const { attributes } of [...children(network.element), ...[...components.values()].map((one) => one.element)]) {
    for (const key of ["component", "synapse", "input"]) used.add(attributes[key]);
  }
  for (const { id, type } of components.values()) {
    if (!used.has(id)) report.faithful(id, type, "not used", "No part of the network uses it.");
  }
};

const populationOf = (made: Made, receptors: Receptors, data: DataFiles): Part => {
  const { name, units, cells, sources } = made;
  if (!cells) {
    const [first] = sources!;
    if (first!.type !== "spikeGeneratorPoisson") return { source: "SpikeReplay", units: [units] };
    const rates = Float64Array.from(sources!, ({ element, where }) =>
      positiveOf(element, "averageRate", "rate", where),
    );
    return { source: "PoissonSource", units: [units], rate: storedOf(name, "rate", rates, data) };
  }
  const synapses = receptors.of(made);
  return {
    soma: cells[0]!.soma,
    units: [units],
    ...Object.fromEntries(
      Object.keys(cells[0]!.fields).map((key) => [
        key,
        storedOf(
          name,
          key,
          Float64Array.from(cells, ({ fields }) => fields[key]!),
          data,
        ),
      ]),
    ),
    ...(Object.keys(synapses).length > 0 && { synapses }),
  };
};

/** One number, a short list, or the reference to a longer one. */
const storedOf = (population: string, key: string, values: Float64Array, data: DataFiles): unknown =>
  values.length <= INLINE && values.some((value) => value !== values[0])
    ? Array.from(values)
    : data.values(PARAMETERS, `${population}_${key}`, values);

const projectionOf = (edges: Edges, data: DataFiles): Part => {
  const { name, source, target, receptor, sources, targets, weights, delays } = edges;
  const file = `${name}.npz`;
  const list = (key: string, values: readonly number[], ofUnits: boolean): unknown => {
    if (sources.length <= INLINE) return values;
    return data.add(file, key, ofUnits ? Uint32Array.from(values) : Float64Array.from(values));
  };
  const isSame = (values: readonly number[]): boolean => values.every((value) => value === values[0]);
  return {
    from: source.name,
    to: `${target.name}.${receptor}`,
    connect: {
      explicit: {
        ...(sources.length > INLINE && { npz: file }),
        sources: list("sources", sources, true),
        targets: list("targets", targets, true),
        ...(!isSame(weights) && { weights: list("weights", weights, false) }),
        ...(!isSame(delays) && { delays: list("delays", delays, false) }),
      },
    },
    ...(isSame(weights) && { weight: weights[0] }),
    ...(isSame(delays) && { delay: delays[0] }),
  };
};

/** Start potentials that differ from the rest, by population. */
const initialOf = (made: readonly Made[], data: DataFiles): Record<string, Part> =>
  Object.fromEntries(
    made.flatMap(({ name, cells }): [string, Part][] => {
      if (!cells?.some(({ start, fields }) => start !== undefined && start !== fields["potentialRest"])) return [];
      const starts = Float64Array.from(cells, ({ start, fields }) => start ?? fields["potentialRest"]!);
      return [[name, { potential: storedOf(name, "start", starts, data) }]];
    }),
  );
