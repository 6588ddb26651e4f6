import { type Issue, issuesOf } from "../errors/errors.ts";

/** Runs a check that throws, and adds its problems to the issues. */
export const collect = <T>(issues: Issue[], run: () => T): T | undefined => {
  try {
    return run();
  } catch (error) {
    issues.push(...issuesOf(error));
    return undefined;
  }
};
