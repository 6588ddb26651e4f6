import { ConfigError, FileError, MemoryError, ShapeError } from "spark-snn";
import type { Key } from "../core/json.ts";
import type { Failure, Problem } from "../core/protocol.ts";

interface Issue {
  readonly path: string;
  readonly message: string;
  readonly keys?: readonly Key[];
}

/** A page cannot give a network more memory, so its user needs another remedy. */
const inPage = (message: string): string =>
  message.replace(/\braise memory(?: to \d+)?/, 'run it outside of the page: save it, and use "spark-snn run"');

/** Removes the name of the document, which the page does not show. */
const problemOf = ({ path, message, keys = [] }: Issue): Problem => ({
  keys: keys[0] === "experiment" ? keys.slice(1) : keys,
  path: path.replace(/^experiment\.?/, ""),
  message: inPage(message),
});

const messageOf = (error: unknown): string => inPage(error instanceof Error ? error.message : String(error));

/** All problems that an error names, with their places. */
export const problemsOf = (error: unknown): Problem[] => {
  if (error instanceof ConfigError) return error.issues.map(problemOf);
  if ((error instanceof ShapeError || error instanceof FileError || error instanceof MemoryError) && "issue" in error) {
    const { issue } = error as { readonly issue?: Issue };
    if (issue) return [problemOf(issue)];
  }
  const message = messageOf(error);
  // Errors of a build begin with the path of the value.
  const [, path, rest] = /^experiment\.([\w.]+) (.*)$/s.exec(message) ?? [];
  if (path === undefined || rest === undefined) return [{ keys: [], path: "", message }];
  return [{ keys: path.split("."), path, message: rest }];
};

export const failureOf = (error: unknown): Failure => ({
  name: error instanceof Error ? error.name : "Error",
  message: messageOf(error),
  problems: problemsOf(error),
});
