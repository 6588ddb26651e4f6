import type { Declarations } from "../packages/spark/src/config/options.ts";
import { profile } from "../packages/spark/src/connectivity/profile.ts";
import { ruleDeclarations } from "../packages/spark/src/connectivity/rule.ts";
import { synapseValues } from "../packages/spark/src/connectivity/values.ts";
import { documentOptions } from "../packages/spark/src/experiment/options.ts";
import { driveOptions, projectionOptions, readoutOptions } from "../packages/spark/src/graph/options.ts";
import { brainOptions } from "../packages/spark/src/graph/wiring.ts";
import { generators } from "../packages/spark/src/inputs/generator.ts";
import { rateOptions, readoutRecordOptions, spikeOptions, traceOptions } from "../packages/spark/src/record/options.ts";
import { optionTable } from "../packages/spark/src/tell/options.ts";
import { markdownTable } from "../packages/spark/src/tell/table.ts";

/* The reference of options, from their declarations. */

/** The name of a section, a sentence about it, and its options. */
type Section = readonly [title: string, about: string, declared: Declarations];

const withParts = (declared: Declarations): Section[] =>
  Object.entries(declared).map(([name, { about, parts = {} }]) => [`\`${name}\``, about, parts]);

/** Every declared option, by the section of the page. */
export const sections: readonly Section[] = [
  ["Experiments", "What an experiment document holds.", documentOptions],
  ["Brain", "What `brain` and the model of a document take. A document has the name beside the model.", brainOptions],
  ["Projections", "Synapses from one population to another.", projectionOptions],
  ["Drives", "What is drawn for each unit and step. A document writes `poisson` in place of `drive`.", driveOptions],
  ["Read-outs", "What a population does as numbers, filtered.", readoutOptions],
  ["Connection rules", "Who is connected to whom: one rule, by its name.", {}],
  ...ruleDeclarations().map(({ name, about, option }): Section => [`\`${name}\``, about, option.parts ?? {}]),
  ["Distance profiles", "How a probability falls with distance: one profile, by its name.", {}],
  ...withParts(profile.parts ?? {}),
  [
    "Weights and delays",
    "A number for all synapses, a list, an initializer, or one of these.",
    synapseValues("").parts!,
  ],
  [
    "`byDistance`",
    "offset + slope · distance, kept within the bounds.",
    synapseValues("").parts!["byDistance"]!.parts!,
  ],
  ["Currents in time", "What `inputs` takes for a port of currents: one generator, by its name.", {}],
  ...withParts(generators),
  ["Records of spikes", "What `record` takes under `outSpikes`, beside true and false.", spikeOptions],
  ["Records of variables", "What `record` takes under the name of a variable, beside true and false.", traceOptions],
  ["Records of rates", "What `record` takes under `rate`, beside false.", rateOptions],
  ["Records of read-outs", "What `record` takes under `readouts` and a name.", readoutRecordOptions],
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
    "This page is generated from the declarations: `npm run models`.",
    ...sections.flatMap(([title, about, declared]) => [
      heading(title),
      about,
      ...(Object.keys(declared).length > 0 ? [table(declared)] : title.startsWith("`") ? ["It takes no options."] : []),
    ]),
  ].join("\n\n")}\n`;
