import { networkNames } from "spark-snn/documents";

/* Names of populations, projections and other parts. */

/** The names that documents accept. */
const valid = /^[A-Za-z][A-Za-z0-9]*$/;

/** The problem of a name as a sentence, or undefined if it can be used. `others` are the names that are taken. */
export const nameProblem = (name: string, others: readonly string[]): string | undefined => {
  if (name === "") return "Give a name.";
  if (!valid.test(name)) return "A name starts with a letter and has only letters and digits, without spaces.";
  if (networkNames.includes(name) || name in Object.prototype)
    return `${name} has a special meaning. Choose another name.`;
  return others.includes(name) ? `${name} exists already. Choose another name.` : undefined;
};

/** A free name: the wanted one, or the wanted one with the next number. */
export const freeName = (wanted: string, others: readonly string[]): string => {
  if (nameProblem(wanted, others) === undefined) return wanted;
  const stem = wanted.replace(/\d+$/, "") || "part";
  let number = 2;
  while (nameProblem(`${stem}${number}`, others) !== undefined) number++;
  return `${stem}${number}`;
};

/** "potentialRest" as "Potential rest". Short names of quantities stay as they are. */
export const labelOf = (name: string): string => {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(" ")
    .map((word) => (/^[A-Z]+$/.test(word) ? word : word.toLowerCase()))
    .join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Names of people and short names, which the rules for words would spell wrongly. */
const proper: readonly (readonly [RegExp, string])[] = [
  [/hodgkin huxley/i, "Hodgkin–Huxley"],
  [/morris lecar/i, "Morris–Lecar"],
  [/traub miles/i, "Traub–Miles"],
  [/pinsky rinzel/i, "Pinsky–Rinzel"],
  [/bernoulli/i, "Bernoulli"],
  [/\bad ex\b/i, "AdEx"],
  [/\b(stdp|lif|alif)\b/i, "$1"],
];

/** "RefractoryLeakySoma" as "Refractory leaky", for narrow places. */
export const modelLabel = (name: string): string =>
  proper.reduce(
    (label, [words, right]) => label.replace(words, (found) => (right === "$1" ? found.toUpperCase() : right)),
    labelOf(name.replace(/(Soma|Synapse)$/, "") || name),
  );
