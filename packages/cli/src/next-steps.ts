import { type Terminal, twoColumns } from "./terminal.ts";

/** A word of a command line, in quotes if a shell would change it. */
const shellWord = (word: string): string =>
  /^[\p{L}\p{N}_@%+:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A command line as the user types it: after `npx` if the program was started with it. */
export const commandText = ({ environment }: Terminal, command: string): string =>
  environment["npm_command"] === "exec" ? command.replace(/\bspark-snn (?=[A-Za-z-])/g, "npx $&") : command;

/** Commands to try next, each as the words after the program's name, and its purpose. */
export const nextText = (terminal: Terminal, steps: readonly (readonly [readonly string[], string])[]): string => {
  const rows = steps.map(([words, purpose]): [string, string] => [
    commandText(terminal, `spark-snn ${words.map(shellWord).join(" ")}`),
    purpose,
  ]);
  return `Next\n${twoColumns(rows)}`;
};
