import type { Issue } from "spark-snn";
import { isRecord, Place } from "spark-snn/documents";

/** Where the options of a fit were written. */
export interface Origin {
  readonly place: Place;
  /** The same problem with its position in a file, if it is about a value from a file. */
  readonly located: (issue: Issue) => Issue;
}

/** Key of the origin in options that were read from a document. */
const origin = Symbol("origin of a fit");

const CODE: Origin = { place: new Place(["fit"]), located: (issue) => issue };

export const withOrigin = <T extends object>(options: T, given: Origin): T => ({ ...options, [origin]: given });

export const originOf = (options: unknown): Origin =>
  isRecord(options) && origin in options ? ((options as { readonly [origin]: unknown })[origin] as Origin) : CODE;
