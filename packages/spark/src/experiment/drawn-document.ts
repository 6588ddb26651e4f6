import { describe, isRecord } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import type { Brain } from "../graph/brain.ts";
import type { Neuron } from "../graph/neuron.ts";
import type { NpySource } from "../io/npy.ts";
import { encodeNpz } from "../io/npz.ts";
import type { Runnable } from "../run/model.ts";
import { compile } from "../run/simulate.ts";
import type { JsonObject } from "./document.ts";
import { type DocumentOfOptions, documentOf } from "./document-of.ts";
import { type Experiment, experiment } from "./experiment.ts";
import type { ExperimentDocument } from "./options.ts";

/** Options of `drawnDocumentOf`: those of `documentOf`, and the name of the data file. */
export type DrawnDocumentOptions<M = Runnable> = DocumentOfOptions<M> & {
  /** Name of the archive of the drawn synapses, relative to the document. Default: "connectivity.npz". */
  readonly file?: string;
};

/** A document, and the files that it names. */
export interface DrawnDocument {
  readonly document: ExperimentDocument;
  /** Files by name. Empty if the model has no projections. */
  readonly data: Readonly<Record<string, Uint8Array>>;
}

const FILE = "connectivity.npz";

/** Keys of a projection that its lists replace, and the layout that has no lists. Without synapses, no delay has a part. */
const isReplaced = (key: string, value: unknown, synapses: number): boolean =>
  key === "weight" ||
  key === "delay" ||
  (key === "layout" && value === "procedural") ||
  (key === "dendriticDelay" && synapses === 0);

/**
 * Writes a document like `documentOf`, with the drawn synapses of each projection as lists in an archive of NumPy: for a
 * projection `p` the arrays `p.sources`, `p.targets`, `p.weights` (unit of the synapse) and `p.delays` (ms). Other programs
 * can read the archive. The document gives the same run as the model, and its connectivity no longer depends on the seed.
 *
 * @throws the errors of `documentOf`
 */
export const drawnDocumentOf = async <const M extends Runnable | Neuron>(
  model: M,
  options: DrawnDocumentOptions<M extends Runnable ? M : Brain> = {},
): Promise<DrawnDocument> => {
  const { file = FILE, ...rest } = (isRecord(options) ? options : {}) as DrawnDocumentOptions;
  const document = documentOf(model as Runnable, isRecord(options) ? rest : (options as DocumentOfOptions));
  if (typeof file !== "string" || file === "") {
    const message = `must be the name of a file; received ${describe(file)}. Write "${FILE}".`;
    throw new ConfigError({ path: "drawnDocumentOf.file", message });
  }
  const { models, synapses, plasticity, rules } = rest;
  const types = { ...(models && { models }), ...(synapses && { synapses }) };
  const read = await experiment(document, { ...types, ...(plasticity && { plasticity }), ...(rules && { rules }) });
  return drawnExperiment({ ...read, document }, { file });
};

/**
 * Draws the synapses of an experiment that was read from a document. Returns its document with the synapses of each
 * projection as lists in an archive of NumPy, like `drawnDocumentOf`; all else stays as it is written. The document gives the
 * same run.
 *
 * @throws ConfigError if the value is no experiment, or if its document has no projections of its own to replace
 */
export const drawnExperiment = async (
  read: Experiment,
  options: { readonly file?: string } = {},
): Promise<DrawnDocument> => {
  if (!isRecord(read) || !isRecord(read.document) || !isRecord(read.settings)) {
    const message = `must be an experiment that experiment() has read; received ${describe(read)}. Read the document first.`;
    throw new ConfigError({ path: "drawnExperiment.experiment", message });
  }
  const { file = FILE } = isRecord(options) ? options : {};
  if (typeof file !== "string" || file === "") {
    const message = `must be the name of a file; received ${describe(file)}. Write "${FILE}".`;
    throw new ConfigError({ path: "drawnExperiment.file", message });
  }
  const { document } = read;
  if (read.kind !== "brain" || read.brain.wiring.projections.length === 0) return { document, data: {} };
  const { dt, seed, precision } = read.settings;
  const { projections, ...others } = document.model as unknown as { readonly projections?: Record<string, JsonObject> };
  if (!isRecord(projections)) {
    const message =
      "has no projections whose synapses can be drawn. Write the populations and projections of the network.";
    throw new ConfigError({ path: "experiment.model", message });
  }
  const simulation = await compile(read.brain, { dt, seed, dtype: precision });
  const arrays: Record<string, NpySource> = {};
  const written: Record<string, object> = {};
  try {
    for (const [name, projection] of Object.entries(projections as Record<string, JsonObject>)) {
      const lists = listsOf(simulation.projection(name), dt);
      const names = Object.fromEntries(Object.keys(lists).map((key) => [key, `${name}.${key}`]));
      for (const [key, data] of Object.entries(lists)) arrays[names[key]!] = { data, shape: [data.length] };
      const kept = Object.entries(projection).filter(([key, value]) => !isReplaced(key, value, lists.sources.length));
      written[name] = { ...Object.fromEntries(kept), connect: { explicit: { npz: file, ...names } } };
    }
  } finally {
    simulation.dispose();
  }
  return {
    document: { ...document, model: { ...others, projections: written } } as unknown as ExperimentDocument,
    data: { [file]: encodeNpz(arrays, { compress: true }) },
  };
};

type Drawn = ReturnType<Awaited<ReturnType<typeof compile<Brain>>>["projection"]>;

interface Lists {
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  readonly weights: Float64Array;
  readonly delays: Float64Array;
}

const listsOf = (drawn: Drawn, dt: number): Lists => {
  let count = 0;
  drawn.each(({ length }) => (count += length), { weights: false });
  const lists: Lists = {
    sources: new Int32Array(count),
    targets: new Int32Array(count),
    weights: new Float64Array(count),
    delays: new Float64Array(count),
  };
  let at = 0;
  drawn.each(({ length, sources, targets, weights, delays }) => {
    lists.sources.set(sources.subarray(0, length), at);
    lists.targets.set(targets.subarray(0, length), at);
    lists.weights.set(weights.subarray(0, length), at);
    for (let k = 0; k < length; k++) lists.delays[at + k] = delays[k]! * dt;
    at += length;
  });
  return lists;
};
