import { type Terminal, twoColumns } from "./terminal.ts";

/** A word of a command line, in quotes if a shell would change it. */
export const shellWord = (word: string): string =>
  /^[\p{L}\p{N}_@%+:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The start of a command line, in a text that may also contain the name of a folder. */
const start =
  /\bspark-snn (?=(?:analyze|check|convert|export|fit|import|init|list|plot|run|show|sweep|COMMAND|--help)(?![\w/]))/g;

/** A text with command lines as the user types them: after `npx` if the program was started with it. */
export const commandText = ({ environment }: Terminal, text: string): string =>
  environment["npm_command"] === "exec" ? text.replace(start, "npx $&") : text;

/** Commands to try next, each as the words after the program's name, and its purpose. */
export const nextText = (terminal: Terminal, steps: readonly (readonly [readonly string[], string])[]): string => {
  const rows = steps.map(([words, purpose]): [string, string] => [
    commandText(terminal, `spark-snn ${words.map(shellWord).join(" ")}`),
    purpose,
  ]);
  return `Next\n${twoColumns(rows)}`;
};
