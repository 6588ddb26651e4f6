import { ConfigError, type Issue, type KeyedIssue, ShapeError } from "../errors/errors.ts";

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
export const issuesOf = (error: unknown): readonly KeyedIssue[] => {
  if (error instanceof ConfigError) return error.issues;
  if (error instanceof ShapeError && error.issue) return new ConfigError(error.issue).issues;
  throw error;
};
