import { ConfigError, FileError, type Issue, ShapeError } from "../errors/errors.ts";
import type { FileContext, Relocate } from "./files.ts";

/** Where every path of a document begins. */
export const ROOT = "experiment";

/** Runs a check that throws; what it says of the document is added to the issues. */
export const collect = <T>(issues: Issue[], run: () => T, place: (issue: Issue) => Issue): T | undefined => {
  try {
    return run();
  } catch (error) {
    issues.push(...issuesOf(error).map(place));
    return undefined;
  }
};

/** The problems that an error tells. @throws the error, where it tells none. */
export const issuesOf = (error: unknown): readonly Required<Issue>[] => {
  if (error instanceof ConfigError) return error.issues;
  if (!(error instanceof ShapeError)) throw error;
  const [, path = ROOT, message = ""] = /^(\S+) (.*)$/s.exec(error.message) ?? [];
  return new ConfigError({ path, message }).issues;
};

/** Where a value came from a file, the file is named. */
export const moved = (issue: Issue, moves: ReadonlyMap<string, Relocate>): Issue => {
  for (const [path, relocation] of moves) {
    const rest = issue.path.startsWith(path) ? issue.path.slice(path.length) : "?";
    if (rest === "" || rest.startsWith(".") || rest.startsWith("[")) return relocation(issue);
  }
  return issue;
};

const sentence = ({ path, message }: Issue): string => `${path} ${message}`;

/** @throws ConfigError with every problem, FileError where files alone have problems. */
export const throwIssues = ({ issues, fileIssues }: FileContext): void => {
  if (issues.length > 0) throw new ConfigError([...issues, ...fileIssues]);
  if (fileIssues.length > 0) throw new FileError(fileIssues.map(sentence).join("\n"));
};
