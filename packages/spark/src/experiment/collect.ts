import { ConfigError, FileError, type Issue, ShapeError } from "../errors/errors.ts";
import type { FileContext, Relocate } from "./files.ts";

/** The first key of every path in a document. */
export const ROOT = "experiment";

/** Runs a check that throws, and adds its problems to the issues. */
export const collect = <T>(issues: Issue[], run: () => T): T | undefined => {
  try {
    return run();
  } catch (error) {
    issues.push(...issuesOf(error));
    return undefined;
  }
};

/** The problems that an error contains. @throws the error if it contains none */
export const issuesOf = (error: unknown): readonly Required<Issue>[] => {
  if (error instanceof ConfigError) return error.issues;
  if (error instanceof ShapeError && error.issue) return new ConfigError(error.issue).issues;
  throw error;
};

/** Names the file in the path of a problem, if the value comes from a file. */
export const moved = (issue: Issue, moves: ReadonlyMap<string, Relocate>): Issue => {
  for (const [path, relocation] of moves) {
    const rest = issue.path.startsWith(path) ? issue.path.slice(path.length) : "?";
    if (rest === "" || rest.startsWith(".") || rest.startsWith("[")) return relocation(issue);
  }
  return issue;
};

const sentence = ({ path, message }: Issue): string => `${path} ${message}`;

/** @throws ConfigError with all problems; FileError if only files have problems */
export const throwIssues = ({ issues, fileIssues }: FileContext): void => {
  if (issues.length > 0) throw new ConfigError([...issues, ...fileIssues]);
  if (fileIssues.length > 0) throw new FileError(fileIssues.map(sentence).join("\n"));
};
