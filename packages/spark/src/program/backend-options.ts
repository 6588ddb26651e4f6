import { describe } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";

const MOST_THREADS = 1024;

/** Problems of a number of threads. */
export const threadsIssues = (path: string, threads: unknown): Issue[] => {
  if (threads === "all") return [];
  if (Number.isInteger(threads) && (threads as number) >= 1 && (threads as number) <= MOST_THREADS) return [];
  const message = `must be a whole number from 1 to ${MOST_THREADS} or "all"; received ${describe(threads)}. Give 1 for one thread.`;
  return [{ path, message }];
};

/** @throws ConfigError for an invalid number of threads */
export const requireThreads = (threads: number | "all"): void => {
  const issues = threadsIssues("threads", threads);
  if (issues.length > 0) throw new ConfigError(issues);
};

/** @throws ConfigError for unknown options of a backend; a misspelt number of threads would otherwise be one thread */
export const requireKnown = (backend: string, options: object, known: readonly string[]): void => {
  const issues: Issue[] = [];
  unknownKeys(backend, options, known, issues);
  if (issues.length > 0) throw new ConfigError(issues);
};
