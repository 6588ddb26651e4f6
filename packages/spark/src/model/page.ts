import { positive } from "../config/field.ts";
import type { Model } from "./component.ts";
import { equationsLatex, equationsText } from "./equations.ts";
import { fieldMarkdown, portMarkdown, stateMarkdown } from "./table.ts";

/**
 * The page of a model in Markdown: what it is, its equations, parameters, state and ports, and an example.
 *
 * @param source address of the file that declares the model, relative to the page; left out when not given.
 */
export const modelPage = (model: Model, source?: string): string =>
  [
    `# ${model.name}`,
    model.about,
    "## Equations",
    "Every ← happens at once at the end of a step; on the right stand the values from before it. " +
      "What is listed at build depends on parameters and dt alone and is computed once. " +
      "A condition in brackets, [a], is 1 where it holds and 0 elsewhere.",
    fence("math", equationsLatex(model)),
    "The same as the library computes it, operation by operation:",
    fence("text", equationsText(model)),
    "## Parameters",
    "Each takes a number, an array in the shape of `units`, or an initializer.",
    fieldMarkdown(model),
    "## State",
    stateMarkdown(model),
    "## Ports",
    portMarkdown(model),
    "## Example",
    fence("ts", example(model)),
    ...(source === undefined ? [] : ["## Source", `Declared in [${source.split("/").at(-1)}](${source}).`]),
  ]
    .join("\n\n")
    .concat("\n");

const fence = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** A hundred units, one parameter of which is spread by a fifth to either side where the declaration has a positive one. */
const example = (model: Model): string => {
  const spread = Object.entries(model.fields).find(([, field]) => field.checks.includes(positive));
  const config = ["units: [100]"];
  if (spread) {
    const [name, { default: value }] = spread;
    config.push(`${name}: uniform({ min: ${round(0.8 * value)}, max: ${round(1.2 * value)} })`);
  }
  const imports = [model.name, "simulate", ...(spread ? ["uniform"] : [])].sort();
  return `import { ${imports.join(", ")} } from "spark-snn";

const soma = ${model.name}({ ${config.join(", ")} });
const run = await simulate(soma, {
  duration: 500, // ms
  dt: 0.1, // ms
  inputs: { current: 300 }, // pA
  record: { outSpikes: true, potential: { units: [0] } },
});`;
};

const round = (value: number): number => Number(value.toPrecision(3));
