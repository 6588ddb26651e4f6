import { crossValidationOptions } from "../packages/fit/src/cross-validation/options.ts";
import { evenColumn, spikesInJson, spikesInTable, timedColumn } from "../packages/fit/src/document/file-options.ts";
import {
  comparedDocument,
  documentOptions as fitDocumentOptions,
  recordingDocument,
} from "../packages/fit/src/document/options.ts";
import { objectiveOptions } from "../packages/fit/src/objective.ts";
import { budgetOptions, fitOptions } from "../packages/fit/src/options.ts";
import { sampleOptions } from "../packages/fit/src/recording/series.ts";
import { latencyBounds } from "../packages/fit/src/space/latency.ts";
import { boundsOf } from "../packages/fit/src/space/read.ts";
import { field } from "../packages/spark/src/config/field.ts";
import type { Declarations } from "../packages/spark/src/config/options.ts";
import { profile } from "../packages/spark/src/connectivity/profile.ts";
import { ruleDeclarations } from "../packages/spark/src/connectivity/rule.ts";
import { synapseValues } from "../packages/spark/src/connectivity/values.ts";
import {
  csvSeries,
  currents,
  eventFiles,
  listFiles,
  npySeries,
  numberFiles,
} from "../packages/spark/src/experiment/file-options.ts";
import { documentOptions } from "../packages/spark/src/experiment/options.ts";
import { integratorOption } from "../packages/spark/src/graph/integrator.ts";
import { driveOptions, projectionOptions, readoutOptions, signalOptions } from "../packages/spark/src/graph/options.ts";
import { brainOptions } from "../packages/spark/src/graph/read-brain.ts";
import { generators } from "../packages/spark/src/inputs/generator.ts";
import { folderOptions } from "../packages/spark/src/io/folder.ts";
import { tableOptions } from "../packages/spark/src/io/table-options.ts";
import {
  activeFractionOptions,
  rateOptions,
  readoutRecordOptions,
  spikeConditionOptions,
  spikeOptions,
  traceOptions,
  variableConditionOptions,
  weightRecordOptions,
} from "../packages/spark/src/record/options.ts";
import { changeOptions } from "../packages/spark/src/run/change-options.ts";
import { runOptions } from "../packages/spark/src/run/declared.ts";
import { sessionOptions } from "../packages/spark/src/run/session/options.ts";
import { optionTable } from "../packages/spark/src/tell/options.ts";
import { markdownTable } from "../packages/spark/src/tell/table.ts";

/* The reference page of all options, generated from their declarations. */

/** The title of a section, an introductory sentence, and its options. */
type Section = readonly [title: string, about: string, declared: Declarations];

const withParts = (declared: Declarations): Section[] =>
  Object.entries(declared).map(([name, { about, parts = {} }]) => [`\`${name}\``, about, parts]);

/** Without the options of text tables, which have their own section. */
const besideTable = (declared: Declarations): Declarations =>
  Object.fromEntries(Object.entries(declared).filter(([key]) => !Object.hasOwn(tableOptions, key)));

const without = (declared: Declarations, other: Declarations): Declarations =>
  Object.fromEntries(Object.entries(declared).filter(([key]) => !Object.hasOwn(other, key)));

/** Files in the place of values. A table also takes the options of text tables. */
const files: readonly Section[] = [
  [
    "Files in experiments",
    "Files in place of values. A CSV file also takes the [options of text tables](#text-tables).",
    {},
  ],
  ["`csv` in place of a current, with times", "", besideTable(csvSeries(currents, "column", "time"))],
  ["`csv` in place of a current, at regular intervals", "", besideTable(csvSeries(currents, "columns", "interval"))],
  ["`npy` in place of a current", "", npySeries(currents)],
  ["`csv` in place of spikes", "", besideTable(eventFiles.csv)],
  ["`npz` in place of spikes", "", eventFiles.npz],
  ["`csv` in place of values", "", besideTable(numberFiles.csv)],
  ["`npz` in place of values", "", numberFiles.npz],
  ["`csv` in place of explicit connections", "", besideTable(listFiles("csv"))],
];

const fits: readonly Section[] = [
  ["Fits", "The keys of a fit document.", fitDocumentOptions],
  ["Fits in code", "Options of `fit` that a document does not have.", without(fitOptions, fitDocumentOptions)],
  [
    "Cross-validation",
    "Options of `crossValidate` that differ from those of `fit`.",
    (({ validate, progress, checkpoint, resume }) => ({ validate, progress, checkpoint, resume }))(
      crossValidationOptions,
    ),
  ],
  ["Compared somas", "A soma in `models` of a fit document. In code, it also takes `fixed`.", comparedDocument],
  [
    "Free parameters",
    "Options of a parameter in `free`, which also accepts true and `{ sameAs }`.",
    boundsOf(field(0, "1", "A number.")),
  ],
  ["Latencies", "Bounds of a free `latency`.", latencyBounds],
  ["Objectives", "Scores in `objective`. Give one or more by name.", {}],
  ...withParts(objectiveOptions),
  ["Budgets", "Options of `budget`.", budgetOptions],
  ["Recordings", "A recording of a fit.", recordingDocument],
  ["Recorded samples", "Options of `current` and `voltage`.", sampleOptions("pA")],
  [
    "Files in fits",
    "Files in place of samples and spikes. A CSV file also takes the [options of text tables](#text-tables).",
    {},
  ],
  ["`csv` in place of samples, with times", "", besideTable(timedColumn("pA"))],
  ["`csv` in place of samples, at regular intervals", "", besideTable(evenColumn("pA"))],
  ["`json` in place of spikes", "", spikesInJson],
  ["`csv` in place of recorded spikes", "", besideTable(spikesInTable)],
];

/** Every declared option, by the section of the page. */
export const sections: readonly Section[] = [
  ["Experiments", "The keys of an experiment document.", documentOptions],
  [
    "Runs",
    "Options of `simulate`. A document has the first four; the command line sets the others, except `worker`.",
    runOptions,
  ],
  ["Changes", "A change in `changes` of an experiment or a run.", changeOptions],
  [
    "Sessions",
    "Options of `start`, in addition to `duration`, `memory`, `nonFinite`, inputs and records.",
    sessionOptions,
  ],
  [
    "Brain",
    "Options of `brain` and of the model of a document. In a document, `name` is outside the model.",
    brainOptions,
  ],
  ["Projections", "Synapses from one population to another.", projectionOptions],
  [
    "Drives",
    "Random input, drawn for each unit and step. Documents use the key `poisson` instead of `drive`.",
    driveOptions,
  ],
  ["Read-outs", "The filtered activity of a population.", readoutOptions],
  ["Signals", "Values of populations that act on another part of the network in the next step.", signalOptions],
  ["Integrators", "How a read-out decodes spikes. Give one integrator by name.", {}],
  ...Object.entries(integratorOption.parts!).map(
    ([name, { about, parts = {} }]): Section => [`The ${name} integrator`, about, parts],
  ),
  ["Connection rules", "Which units are connected. Give one rule by name.", {}],
  ...ruleDeclarations().map(({ name, about, option }): Section => [`\`${name}\``, about, option.parts ?? {}]),
  ["Distance profiles", "How the connection probability decreases with distance. Give one profile by name.", {}],
  ...withParts(profile.parts ?? {}),
  [
    "Weights and delays",
    "A number for all synapses, a list, an initializer, or one of the following.",
    synapseValues("weights", "").parts!,
  ],
  [
    "`byDistance`",
    "offset + slope · distance, clipped to the bounds.",
    synapseValues("weights", "").parts!["byDistance"]!.parts!,
  ],
  ["Currents in time", "Generators of currents for the ports in `inputs`. Give one generator by name.", {}],
  ...withParts(generators),
  ["Text tables", "How a table is written: for `readCsv`, and next to `csv` in experiments and fits.", tableOptions],
  ...files,
  ["Records of spikes", "Options of `record.outSpikes`, which also accepts true and false.", spikeOptions],
  ["Records of variables", "Options of a variable in `record`, which also accepts true and false.", traceOptions],
  ["Records of rates", "Options of `record.rate`, which also accepts false.", rateOptions],
  [
    "Records of active fractions",
    "Options of `record.activeFraction`, which also accepts false.",
    activeFractionOptions,
  ],
  ["Conditions on spikes", "Options of `outSpikes` in `when` of a record.", spikeConditionOptions],
  ["Conditions on variables", "Options of a variable in `when` of a record.", variableConditionOptions],
  ["Records of read-outs", "Options of a read-out in `record.readouts`.", readoutRecordOptions],
  ["Records of weights", "Options of a projection in `record.weights`, which also accepts false.", weightRecordOptions],
  [
    "Folders of records",
    "Options of `recordToFolder`, and of `spark-snn run` as `--format` and `--force`.",
    folderOptions,
  ],
  ...fits,
];

const table = (declared: Declarations): string =>
  markdownTable(
    ["Option", "Takes", "Default", "Unit", "Meaning"],
    optionTable(declared).map((row) => [
      `\`${row.name}\``,
      row.takes,
      row.default.startsWith("required") || row.default === "optional" ? row.default : `\`${row.default}\``,
      row.unit === "1" ? "" : row.unit,
      row.description,
    ]),
  );

const heading = (title: string): string => (title.startsWith("`") ? `### ${title}` : `## ${title}`);

/** The page, as Markdown. */
export const optionsPage = (): string =>
  `${[
    "# Options",
    "`npm run models` generates this page from the declarations of the options.",
    ...sections.flatMap(([title, about, declared]) => [
      heading(title),
      ...(about === "" ? [] : [about]),
      ...(Object.keys(declared).length > 0 ? [table(declared)] : title.startsWith("`") ? ["It takes no options."] : []),
    ]),
  ].join("\n\n")}\n`;
