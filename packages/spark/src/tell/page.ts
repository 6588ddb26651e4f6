import { positive } from "../config/field.ts";
import type { Declaration, Model } from "../model/component.ts";
import {
  liveFields,
  type PlasticityModel,
  perSynapseFields,
  type Space,
  spaceOf,
  spaces,
} from "../model/rule-model.ts";
import type { SynapseModel } from "../model/synapse.ts";
import { type Described, equations, equationsLatex, equationsText } from "./equations.ts";
import { fieldMarkdown, observableMarkdown, portMarkdown, presetMarkdown, stateMarkdown } from "./table.ts";

export interface PageOptions {
  /** Address of the file that declares the model, relative to the page. */
  readonly source?: string;
  /** For a synapse with `currentOf`: its model in the "value" form. */
  readonly byValue?: SynapseModel;
}

/** The page of a model in Markdown: description, equations, parameters, state variables, ports and an example. */
export const modelPage = (model: Described, options: PageOptions = {}): string => {
  const { source, byValue } = options;
  return [
    `# ${model.name}`,
    model.about,
    ...(model.kind === "synapse" ? [weightText(model)] : []),
    "## Equations",
    "All updates (←) are simultaneous, at the end of a step; the right-hand sides use the values from before the step. " +
      "Values at build depend only on parameters and dt, and are computed once. " +
      "A condition in brackets, [a], is 1 if it is true and 0 otherwise.",
    ...(model.differential ? [integrationText] : []),
    fence("math", equationsLatex(model)),
    "The same equations as the library computes them, operation by operation:",
    fence("text", equationsText(model)),
    ...(byValue ? valueParts(byValue) : []),
    "## Parameters",
    ...(Object.keys(model.fields).length === 0
      ? ["None."]
      : [takesText(model, shapeText(model)), fieldMarkdown(model)]),
    ...(model.kind === "soma" && model.presets ? presetParts(model) : []),
    "## State variables",
    Object.keys(model.state).length === 0 ? "None." : stateMarkdown(model),
    ...(furtherObservables(model) ? ["Observables that can be recorded:", observableMarkdown(model)] : []),
    "## Ports",
    portMarkdown(model),
    "## Example",
    fence("ts", example(model)),
    ...(source === undefined ? [] : ["## Source", `Declared in [${source.split("/").at(-1)}](${source}).`]),
  ]
    .join("\n\n")
    .concat("\n");
};

/** Which values the parameters of a rule take, and which can change. */
const ruleParameters = (model: PlasticityModel): string => {
  const constants = Object.keys(model.fields).filter((name) => !liveFields(model).has(name));
  const sentence =
    constants.length > 0
      ? ` ${list(constants.map((name) => `\`${name}\``))} cannot change later, because the equations depend on ${constants.length > 1 ? "them" : "it"}.`
      : "";
  const synaptic = [...perSynapseFields(model)].map((name) => `\`${name}\``);
  const differing = synaptic.length > 0 ? ` ${list(synaptic)} may differ between synapses.` : "";
  return `Each parameter takes one number, \`{ EE, EI, IE, II }\`, or a list with a number for each target unit, and can be set during a simulation.${differing}${sentence}`;
};

const list = (words: readonly string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join("");

const meanings: Readonly<Record<Space, string>> = {
  shared: "one value for the projection",
  pre: "one for each presynaptic unit and delay",
  post: "one for each postsynaptic unit",
  synapse: "one for each synapse",
};

/** What the spaces of a rule's state variables mean. */
const spacesOf = (model: PlasticityModel): string => {
  const used = spaces.filter((space) => Object.keys(model.state).some((name) => spaceOf(name) === space));
  if (used.length === 0) return "None.";
  return used.map((space) => `\`${space}\`: ${meanings[space]}.`).join(" ");
};

const follows = ({ moments, delayed }: PlasticityModel): boolean =>
  Object.keys({ ...moments.follow, ...delayed }).length > 0;

/** What a rule reads of the postsynaptic soma. */
const readsOf = ({ target }: PlasticityModel): string[] => {
  const states = Object.entries(target).map(([name, unit]) => `\`${name}\` in ${unit}`);
  if (states.length === 0) return [];
  return [
    `The rule reads ${list(states)} of the postsynaptic soma as \`target\`: until the populations advance, the value at the end of the last step, and then that of this step.`,
  ];
};

const settles = ({ moments }: PlasticityModel): boolean => Object.keys(moments.settle).length > 0;
const hasSums = ({ moments }: PlasticityModel): boolean => Object.keys(moments.gather).length > 0;

/** The page of a plasticity rule in Markdown. */
export const plasticityPage = (model: PlasticityModel, { source }: Pick<PageOptions, "source"> = {}): string =>
  [
    `# ${model.name}`,
    model.about,
    "A projection learns with it: `plasticity: " +
      `${model.name}({ … })\`. The unit "weight" is that of the projection's weights.`,
    "## Equations",
    "In each step, `begin` applies first, then `arrive` for each spike that arrives, then the populations advance, then " +
      `${follows(model) ? "`follow` for each target unit, then " : ""}\`fire\` for each postsynaptic spike, and ${hasSums(model) ? "`gather` and " : ""}\`end\` for every synapse${model.only === undefined ? "" : ` of the target units for which \`${model.only}\` is not 0`}${model.every === undefined ? "" : `, once in each \`${model.every}\``}. ` +
      (hasSums(model) ? "`gather` sums over the synapses of each target unit. " : "") +
      (settles(model) ? "`settle` applies to each target unit before `end`. " : "") +
      "All updates (←) of a moment are simultaneous. What a " +
      "moment does not name keeps its value. Without an `amount`, a spike delivers the weight from before its arrival." +
      (model.factor === undefined ? "" : ` While \`${model.factor}\` is 0, synapses do not change.`),
    ...readsOf(model),
    fence("math", equationsLatex(model)),
    "The same equations as text:",
    fence("text", equationsText(model)),
    "## Parameters",
    ruleParameters(model),
    fieldMarkdown(model),
    ...(model.presets ? presetParts(model) : []),
    "## State variables",
    spacesOf(model),
    stateMarkdown(model),
    "## Example",
    fence(
      "ts",
      `import { brain, DeltaSynapse, LeakySoma, ${model.name}, PoissonSource, simulate } from "spark-snn";

const learning = brain({
  populations: { input: PoissonSource({ units: [100], rate: 20 }), cells: LeakySoma({ units: [10] }) },
  projections: {
    synapses: {
      from: "input",
      to: "cells",
      connect: { allToAll: {} },
      weight: 0.5, // mV
      synapse: DeltaSynapse(),
      plasticity: ${model.name}(),
    },
  },
});
const run = await simulate(learning, { duration: 200, dt: 1, record: { cells: { outSpikes: true } } });`.replace(
        importsOf,
        sortImports,
      ),
    ),
    ...(source === undefined ? [] : ["## Source", `Declared in [${source.split("/").at(-1)}](${source}).`]),
  ]
    .join("\n\n")
    .concat("\n");

const importsOf = /import \{ (.*) \}/;
const sortImports = (_: string, names: string): string =>
  `import { ${names
    .split(", ")
    .sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase()))
    .join(", ")} }`;

/**
 * The page of a drive. Its equations depend on the mean that it is built for, so the page shows those of one example.
 *
 * @param options `code` and `text` are the example and its equations.
 */
export const drivePage = (
  model: Declaration,
  { code, text, source }: { readonly code: string; readonly text: string; readonly source: string },
): string =>
  [
    `# ${model.name}`,
    model.about,
    "Weights are in the unit of the driven synapse: pA, mV or nS. The value adds to the weights that arrive in the step.",
    "## Equations",
    "With the mean m = trains·rate·dt of a unit, the count of a step exceeds k with the probability P(k) = " +
      "1 − exp(−m)·(1 + m + … + mᵏ/k!). 32 random bits determine the count: it is the number of k for which the bits are below " +
      "P(k)·2³² − 2³¹. Even steps use the first half of a draw, and odd steps the second half. The number of k follows from the largest mean of all units, up to a probability of 2⁻³³. Counts that are certain for the " +
      "smallest mean need no comparison. All values that depend on m are computed once, or whenever the rate changes, in double precision.",
    "```math\n\\mathrm{value} = \\mathrm{weight} \\cdot \\sum_{k} \\left[\\mathcal{B}_{\\mathrm{spikes}} < P(k) \\cdot 2^{32} - 2^{31}\\right]\n```",
    `The same equations as the library computes them, operation by operation, for ${code}:`,
    fence("text", text),
    "## Parameters",
    takesText(model, "the target population"),
    fieldMarkdown(model),
    "## State variables",
    "None.",
    "## Example",
    fence(
      "ts",
      `import { brain, DeltaSynapse, LeakySoma, ${model.name}, simulate } from "spark-snn";

const synapse = DeltaSynapse();
const drive = ${model.name}({ rate: 8, trains: 1000, weight: 0.1 }); // mV
const driven = brain({
  populations: { cells: LeakySoma({ units: [100] }) },
  drives: { outside: { to: "cells", synapse, drive } },
});
const run = await simulate(driven, { duration: 500, dt: 0.1, record: { cells: { outSpikes: true } } });`,
    ),
    "## Source",
    `Declared in [${source.split("/").at(-1)}](${source}).`,
  ]
    .join("\n\n")
    .concat("\n");

const fence = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

const integrationText =
  "The differential equations are integrated over the step, and then the step follows. A hat marks the integrated value of a " +
  "variable, which the text calls after. A dot, in the text a prime, marks its derivative. δ is the length of a sub-step, and " +
  "exprel(z) = (e^z − 1)/z.";

const weightText = ({ weightUnit, output }: SynapseModel): string =>
  `Weights are in ${weightUnit}; \`arriving\` is the sum of the weights that arrive in the step. The result is ` +
  (output.port === "jump" ? "a jump of the potential of its target." : "a current into its target.");

const presetParts = (model: Pick<Declaration, "name" | "fields"> & Pick<Model, "presets">): string[] => [
  "## Presets",
  `\`${model.name}({ preset: "${Object.keys(model.presets!)[0]}" })\` takes published parameters as defaults, and ` +
    `\`"preset"\` does in documents. \`${model.name}.presets\` contains them.`,
  presetMarkdown(model),
];

/** The section about the "value" form of the current. */
const valueParts = (model: SynapseModel): string[] => {
  const { build, step } = equations(model);
  const line = step.find(({ name, sign }) => name === "current" && sign === "←")!;
  const used = [...build, ...step].filter(
    ({ name, sign }) => sign === "=" && new RegExp(`\\b${name}\\b`).test(line.text),
  );
  return [
    'The equations give the mean current over the step, which conserves charge for any dt. With `currentOf: "value"`, the current is its value at the start of the step:',
    fence("text", [...used, line].map(({ name, sign, text }) => `${name} ${sign} ${text}`).join("\n")),
  ];
};

/** The forms in which parameters can be given. */
const takesText = ({ fields }: Pick<Declaration, "fields">, shape: string): string => {
  const changing = Object.keys(fields).filter((name) => fields[name]!.readSeries);
  const names = changing.map((name) => `\`${name}\``).join(" and ");
  const series = `[series](../guide/sources.md#rates-that-change-in-time), which changes over time`;
  return `Each parameter takes a number, an array in the shape of ${shape}, or an initializer.${names === "" ? "" : ` ${names} also takes a ${series}.`}`;
};

const shapeText = (model: Described): string => (model.kind === "synapse" ? "the target population" : "`units`");

const furtherObservables = (model: Described): boolean =>
  model.kind === "synapse" && Object.keys(model.observables).length > Object.keys(model.state).length;

const example = (model: Described): string =>
  model.kind === "synapse" ? synapseExample(model) : model.kind === "soma" ? somaExample(model) : sourceExample(model);

/** The name of a positive field, and an initializer for it from 0.8 to 1.2 times its default. */
const spreadOf = (model: Described): { readonly setting: string; readonly verbs: readonly string[] } => {
  const found = Object.entries(model.fields).find(([, field]) => field.checks.includes(positive));
  if (!found) return { setting: "", verbs: [] };
  const [name, { default: value }] = found;
  const setting = `${name}: uniform({ min: ${round(0.8 * value)}, max: ${round(1.2 * value)} })`;
  return { setting, verbs: ["uniform"] };
};

/** An example with a hundred units. If a field has a positive default, its values differ between units. */
const somaExample = (model: Model): string => {
  const { setting, verbs } = spreadOf(model);
  const config = ["units: [100]", ...(setting === "" ? [] : [setting])];
  const imports = [model.name, "simulate", ...verbs].sort();
  return `import { ${imports.join(", ")} } from "spark-snn";

const soma = ${model.name}({ ${config.join(", ")} });
const run = await simulate(soma, {
  duration: 500, // ms
  dt: 0.1, // ms
  inputs: { current: 300 }, // pA
  record: { outSpikes: true, potential: { units: [0] } },
});`;
};

const sourceExample = (model: Model): string => {
  const replays = Object.hasOwn(model.inputs, "inSpikes");
  const signals = Object.entries(model.inputs).filter(([, { payload }]) => payload === "SignalArray");
  const given = [
    ...(replays ? ["inSpikes: { events: { steps: [10, 25, 25], units: [0, 3, 7] } }"] : []),
    ...signals.map(([name, { shared }]) => `${name}: ${shared ? "[0.2, 0.4, 0.6, 0.8]" : "0.5"}`),
  ];
  const input = given.length > 0 ? `\n  inputs: { ${given.join(", ")} },` : "";
  const units = signals.some(([, { shared }]) => shared) ? "[4, 25]" : "[100]";
  return `import { ${[model.name, "simulate"].sort().join(", ")} } from "spark-snn";

const run = await simulate(${model.name}({ units: ${units} }), {
  duration: 500, // ms
  dt: 0.1, // ms${input}
  record: { outSpikes: true },
});`;
};

const synapseExample = (model: SynapseModel): string => {
  const { setting, verbs } = spreadOf(model);
  return `import { ${[model.name, ...verbs].sort().join(", ")} } from "spark-snn";

const synapse = ${model.name}(${setting === "" ? "" : `{ ${setting} }`}); // weights in ${model.weightUnit}`;
};

const round = (value: number): number => Number(value.toPrecision(3));
