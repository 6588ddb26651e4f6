import { isObject, type Json, type JsonObject, objectAt } from "./json.ts";

/*
 * The TypeScript program of a document. Components and values are printed as the calls that a person would write; the
 * library gives both the same bits.
 */

/** Functions of the library whose calls a document writes as an object with one key. */
const functions = new Set([
  ...["uniform", "normal", "logNormal", "constant", "sparseUniform", "normalizedSparseUniform"],
  ...["allToAll", "oneToOne", "pairwiseBernoulli", "fixedInDegree", "fixedOutDegree", "fixedTotalNumber"],
  ...["distanceBernoulli", "explicit", "byDistance", "bySource", "byTarget"],
  ...["ornsteinUhlenbeck", "sine", "ramp", "pulses", "stepCurrent", "whiteNoise"],
]);
/** Of these, the ones that take no options. */
const withoutOptions = new Set(["allToAll", "oneToOne"]);
/** Keys that name a component. */
const componentKeys = ["soma", "neuron", "source", "synapse", "rule"] as const;
/** Keys of documents that name files. */
const fileKeys = ["csv", "npy", "npz"];
const width = 120;

const namesFile = (value: Json): boolean =>
  typeof value === "object" &&
  value !== null &&
  (Object.keys(value).some((key) => fileKeys.includes(key)) || Object.values(value).some(namesFile));

/** Prints the parts of a document, and collects the names that the program imports. */
class Printer {
  readonly imports = new Set<string>();

  call(name: string, text: string): string {
    this.imports.add(name);
    return `${name}(${text})`;
  }

  /** Fields of an object in braces, on one line where it fits. */
  fields(entries: readonly (readonly [string, string])[], indent: string): string {
    if (entries.length === 0) return "{}";
    const texts = entries.map(([key, text]) => {
      const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
      return name === text ? name : `${name}: ${text}`;
    });
    const line = `{ ${texts.join(", ")} }`;
    if (!line.includes("\n") && indent.length + line.length + 20 <= width) return line;
    return `{\n${texts.map((text) => `${indent}  ${text},\n`).join("")}${indent}}`;
  }

  object(value: JsonObject, indent: string): string {
    const entries = Object.entries(value).map(([key, one]) => [key, this.value(one, `${indent}  `)] as const);
    return this.fields(entries, indent);
  }

  value(value: Json, indent: string): string {
    if (Array.isArray(value)) {
      const texts = value.map((one: Json) => this.value(one, `${indent}  `));
      const line = `[${texts.join(", ")}]`;
      if (!line.includes("\n") && indent.length + line.length <= width) return line;
      // A long list of numbers fills its lines; other values have a line each.
      if (value.some((one: Json) => typeof one !== "number")) {
        return `[\n${texts.map((text) => `${indent}  ${text},\n`).join("")}${indent}]`;
      }
      const lines: string[] = [""];
      for (const text of texts) {
        const last = lines.at(-1)!;
        if (last !== "" && indent.length + last.length + text.length + 3 > width) lines.push(`${text},`);
        else lines[lines.length - 1] = last === "" ? `${text},` : `${last} ${text},`;
      }
      return `[\n${lines.map((text) => `${indent}  ${text}\n`).join("")}${indent}]`;
    }
    if (!isObject(value)) return JSON.stringify(value);
    const keys = Object.keys(value);
    const [only] = keys;
    if (keys.length === 1 && functions.has(only!)) {
      const options = value[only!]!;
      const empty = isObject(options) && Object.keys(options).length === 0;
      return this.call(only!, empty && withoutOptions.has(only!) ? "" : this.value(options, indent));
    }
    const named = componentKeys.find((key) => typeof value[key] === "string");
    if (named === "soma") return this.population(value, indent);
    if (named !== undefined) return this.component(value, named, indent);
    return this.object(value, indent);
  }

  component(value: JsonObject, key: string, indent: string): string {
    const { [key]: name, ...config } = value;
    return this.call(String(name), Object.keys(config).length === 0 ? "" : this.object(config, indent));
  }

  /** A soma; with synapses of its own or inhibitory units, a neuron. */
  population({ synapses, inhibitory, ...soma }: JsonObject, indent: string): string {
    const inner = synapses === undefined && inhibitory === undefined ? indent : `${indent}  `;
    const printed = this.component(soma, "soma", inner);
    if (inner === indent) return printed;
    const others = { ...(synapses !== undefined && { synapses }), ...(inhibitory !== undefined && { inhibitory }) };
    const entries = Object.entries(others).map(([key, one]) => [key, this.value(one, inner)] as const);
    return this.call("neuron", this.fields([["soma", printed], ...entries], indent));
  }

  drive({ poisson, ...others }: JsonObject, indent: string): string {
    const entries = Object.entries(others).map(([key, one]) => [key, this.value(one, `${indent}  `)] as const);
    const drive = this.call("PoissonDrive", this.value(poisson ?? {}, `${indent}  `));
    return this.fields([...entries, ["drive", drive]], indent);
  }

  network(model: JsonObject, name: Json | undefined): string {
    const parts = Object.entries(model).map(([kind, part]) => {
      const printed = Object.entries(isObject(part) ? part : {}).map(([name, one]) => {
        const print = kind === "drives" && isObject(one) ? this.drive(one, "    ") : this.value(one, "    ");
        return `    ${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}: ${print},\n`;
      });
      return `  ${kind}: {\n${printed.join("")}  },\n`;
    });
    const named = typeof name === "string" && name !== "" ? `  name: ${JSON.stringify(name)},\n` : "";
    return this.call("brain", `{\n${named}${parts.join("")}}`);
  }
}

const runKeys = ["duration", "dt", "dtype", "seed", "initial", "inputs", "record", "changes"];

const imported = (names: Iterable<string>): string => {
  const sorted = [...names].sort((a, b) => a.localeCompare(b, "en"));
  const line = `import { ${sorted.join(", ")} } from "spark-snn";`;
  return line.length <= width ? line : `import {\n${sorted.map((name) => `  ${name},\n`).join("")}} from "spark-snn";`;
};

const title = (document: JsonObject): string =>
  [document["name"], document["description"]]
    .filter((text) => typeof text === "string")
    .map((text) => `// ${String(text).replaceAll("\n", "\n// ")}\n`)
    .join("");

/** A program that reads the document, for documents that name files or whose equations only documents can contain. */
const reading = (document: JsonObject): string => `${title(document)}import { readFile } from "node:fs/promises";
import { experiment, simulatePrepared } from "spark-snn";

const document = JSON.parse(await readFile("experiment.json", "utf8"));
const { prepared } = await experiment(document, { readFile });
const run = await simulatePrepared(prepared);
console.log(run);
`;

/**
 * The TypeScript program that does the same as a document. A document with files or equations is read by the program
 * instead, because the program could not contain its parts.
 */
export const programOf = (document: JsonObject): string => {
  const model = objectAt(document, "model");
  if (namesFile(document) || JSON.stringify(model).includes('"equations"')) return reading(document);
  const printer = new Printer();
  const isNetwork = "populations" in model;
  const variable = isNetwork ? "network" : "population";
  const made = isNetwork ? printer.network(model, document["name"]) : printer.value(model, "");
  const options = Object.fromEntries(
    runKeys.flatMap((key) => (document[key] === undefined ? [] : [[key, document[key]]])),
  );
  const run = `const run = await ${printer.call("simulate", `${variable}, ${printer.object(options as JsonObject, "")}`)};`;
  return `${title(document)}${imported(printer.imports)}

const ${variable} = ${made};

${run}
console.log(run);
`;
};
