import { Place, Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { requireKnown } from "../config/unknown-keys.ts";
import { ConfigError } from "../errors/errors.ts";

const MOST_THREADS = 1024;

/** Whether a value is a number of threads. Adds an issue if not. */
export const checkThreads = (threads: unknown, site: Site): boolean => {
  if (threads === "all") return true;
  if (Number.isInteger(threads) && (threads as number) >= 1 && (threads as number) <= MOST_THREADS) return true;
  const wanted = `a whole number from 1 to ${MOST_THREADS} or "all"`;
  site.refuse(`must be ${wanted}; received ${describe(threads)}. Give 1 for one thread.`);
  return false;
};

/** @throws ConfigError for an invalid number of threads */
export const requireThreads = (threads: number | "all"): void => {
  const site = new Site(new Place(["threads"]), [], undefined);
  if (!checkThreads(threads, site)) throw new ConfigError(site.issues);
};

/** @throws ConfigError for unknown options of a backend; a misspelt number of threads would otherwise be one thread */
export const requireOptions = (backend: string, options: object, known: readonly string[]): void =>
  requireKnown(new Place([backend]), options, known);
