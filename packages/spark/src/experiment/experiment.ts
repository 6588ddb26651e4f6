import { readSound } from "../config/options.ts";
import { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import type { RuleTypes } from "../connectivity/rule.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { NamedFiles, type ReadFile } from "../io/named-files.ts";
import type { RecordingReader } from "../io/recording-reader.ts";
import type { ComponentType } from "../model/component.ts";
import type { PlasticityType } from "../model/rule-model.ts";
import type { SynapseType } from "../model/synapse.ts";
import { readyMadeSomas } from "../neurons/ready-made.ts";
import { plasticityRules } from "../plasticity/index.ts";
import { somas } from "../somas/index.ts";
import { sources } from "../sources/index.ts";
import { synapses } from "../synapses/index.ts";
import { type BrainExperiment, checkBrain, resolveModel } from "./brain.ts";
import { type BrainParts, isBrainModel, readBrain } from "./brain-model.ts";
import { copyJson, type Given } from "./document.ts";
import { parametersInDocument } from "./equations.ts";
import { requireExperimentOptions } from "./given.ts";
import type { SomaTypes } from "./model.ts";
import { documentOptions, documentTexts, type ExperimentDocument } from "./options.ts";
import { DOCUMENT } from "./place.ts";
import { durationOf, looseSettings, readSomaDocument, type SomaExperiment } from "./soma.ts";
import { migrated, migrations } from "./versions.ts";

/** Options of `experiment`. */
export interface ExperimentOptions {
  /** Reads the files that a document names. Without it, a file in a document is an error. */
  readonly readFile?: ReadFile;
  /** Reads recordings that a document names (ABF, NEST, NWB): `recordings` of @spark-snn/formats. */
  readonly recordings?: RecordingReader;
  /** Custom somas and sources by name. They replace models of the library with the same name. */
  readonly models?: SomaTypes;
  /** Custom synapses by name. */
  readonly synapses?: Readonly<Record<string, SynapseType>>;
  /** Custom plasticity rules by name. */
  readonly plasticity?: Readonly<Record<string, PlasticityType>>;
  /** Custom connection rules by name. */
  readonly rules?: RuleTypes;
  /** Required kind of document. Default: any. */
  readonly kind?: Experiment["kind"];
  /** Memory limit while a population is built, bytes. Default 2 GiB; 4 GiB for a network. */
  readonly memory?: number;
}

/** A valid document, with the models and options that equivalent code would use. */
export type Experiment = SomaExperiment | BrainExperiment;

/** Signature of `experiment`. */
export interface ReadExperiment {
  /** With `kind`, a document of another kind is an error. */
  <K extends Experiment["kind"]>(
    document: unknown,
    options: ExperimentOptions & { readonly kind: K },
  ): Promise<Extract<Experiment, { readonly kind: K }>>;
  (document: unknown, options?: ExperimentOptions): Promise<Experiment>;
}

/**
 * Reads an experiment document: plain data, such as the result of `JSON.parse`. The `kind` of the result is "soma" for
 * one population and "brain" for a network.
 *
 * @throws ConfigError with all problems of the document and their paths, such as "experiment.model.potentialTau";
 * FileError if only files have problems; MemoryError if the population alone exceeds `memory`
 */
export const experiment: ReadExperiment = async (document: unknown, options: ExperimentOptions = {}): Promise<never> =>
  (await readDocument(document, options)) as never;

const readDocument = async (document: unknown, options: ExperimentOptions): Promise<Experiment> => {
  requireExperimentOptions(options);
  const site = new Site(DOCUMENT, [], undefined);
  const copied = copyJson(document, site);
  if (site.issues.length === 0 && !isRecord(copied)) {
    site.refuse(`takes an object with model, duration, inputs and record; received ${describe(copied)}. Give one.`);
  }
  // Of a newer document, nothing else can be checked.
  const given = isRecord(copied) && site.issues.length === 0 ? migrated(copied, migrations, site) : undefined;
  if (!given) throw new ConfigError(site.issues);
  readTexts(given, site);
  const { model } = given;
  const isBrain = isBrainModel(model);
  if (options.kind !== undefined && options.kind !== (isBrain ? "brain" : "soma") && isRecord(model)) {
    const [wanted, remedy] = isBrain
      ? ["one soma; received a network", 'Name it by "soma".']
      : ["a network; received one soma", "Give populations."];
    site.at("model").refuse(`must be ${wanted}. ${remedy}`);
    throw new ConfigError(site.issues);
  }
  const whole = site.with(new NamedFiles(options.readFile, parametersInDocument(given), options.recordings));
  return isBrain ? readBrainDocument(given, model, options, whole) : readSomaDocument(given, options, whole);
};

const readBrainDocument = async (
  given: Given,
  model: Given,
  options: ExperimentOptions,
  site: Site<NamedFiles>,
): Promise<Experiment> => {
  const { issues, context: files } = site;
  const { name } = given;
  const before = issues.length;
  const resolved = await resolveModel(model, site.at("model").with({ files, dt: 1 }));
  // Without the values of its files, a network cannot be checked further.
  if (issues.length > before || files.issues.length > 0) files.require(issues);
  const parts = partsOf(options);
  const found: Issue[] = [];
  const read = readBrain(resolved, typeof name === "string" && name !== "" ? name : undefined, parts, found);
  issues.push(...found.map((issue) => files.located(issue)));
  if (!read) {
    const { dt } = looseSettings(given, site);
    durationOf(given["duration"], dt, site);
  }
  const checked = read && (await checkBrain(read, given, site, options.memory ?? 2 ** 32));
  files.require(issues);
  const { readings } = files;
  return Object.assign(checked!, {
    kind: "brain",
    document: given as unknown as ExperimentDocument,
    readings,
  } as const);
};

const partsOf = ({
  models = {},
  synapses: own = {},
  plasticity: learning = {},
  rules = {},
}: ExperimentOptions): BrainParts => {
  const kindOf = ([, { model }]: [string, ComponentType]): string => model.kind;
  const given = Object.entries(models);
  const ofKind = (kind: string): SomaTypes => Object.fromEntries(given.filter((entry) => kindOf(entry) === kind));
  return {
    somas: { ...somas, ...ofKind("soma") } as unknown as BrainParts["somas"],
    neurons: readyMadeSomas as unknown as BrainParts["neurons"],
    sources: { ...sources, ...ofKind("spikeSource") } as unknown as BrainParts["sources"],
    synapses: { ...synapses, ...own } as unknown as BrainParts["synapses"],
    plasticity: { ...plasticityRules, ...learning } as unknown as BrainParts["plasticity"],
    rules,
  };
};

/** Rejects unknown keys and reads the texts. The other parts depend on the model. */
const readTexts = (given: Given, site: Site): void => {
  refuseUnknown(given, Object.keys(documentOptions), site);
  readSound(documentTexts, Object.fromEntries(Object.entries(given).filter(([key]) => key in documentTexts)), site);
};
