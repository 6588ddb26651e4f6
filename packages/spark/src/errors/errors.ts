/**
 * Text with its control characters and marks of direction as \\u001b: names and keys of documents must not move the
 * cursor of a terminal or forge lines.
 */
const visible = (text: string, kept: string): string =>
  text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (sign) =>
    kept.includes(sign) ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/**
 * Base class. Each situation has its own class, so that a caller can distinguish them with `instanceof` or by `name`. A
 * message names the place, states the problem and the received value with its unit, and ends with the remedy.
 */
export class SparkError extends Error {
  override readonly name: string = "SparkError";

  constructor(message = "", options?: ErrorOptions) {
    super(visible(message, "\n\t"), options);
  }
}

/** A name in an object, or a place in a list, from 0. */
export type Key = string | number;

/** One problem of a config or document: the path to the value, and a sentence about it. */
export interface Issue {
  /** The path as messages print it, such as "experiment.inputs.current[3]". */
  readonly path: string;
  readonly message: string;
  /** The path as keys, from the outermost. The issues of a ConfigError always have them. */
  readonly keys?: readonly Key[];
  /** By how much a whole number exceeds the largest one allowed. */
  readonly excess?: number;
}

/** A problem with the keys of its path. */
export type KeyedIssue = Issue & Required<Pick<Issue, "keys">>;

const sentenceOf = ({ path, message }: Issue): string => visible(`${path} ${message}`, "\t");

/** The keys of a printed path. */
export const keysOf = (path: string): Key[] =>
  (path.split(" ")[0]!.match(/[^.[\]]+/g) ?? []).map((key) => (Number.isNaN(+key) ? key : +key));

/** A config, option or document contains an invalid value. `issues` lists all problems found. */
export class ConfigError extends SparkError {
  override readonly name = "ConfigError";
  readonly issues: readonly KeyedIssue[];

  constructor(issues: readonly Issue[] | Issue) {
    const list: readonly Issue[] = [issues].flat();
    super(list.map(sentenceOf).join("\n"));
    this.issues = list.map((issue) => ({ keys: keysOf(issue.path), ...issue }));
  }
}

/** An array has a different shape than required. */
export class ShapeError extends SparkError {
  override readonly name = "ShapeError";
  /** The problem with its place, where the array is a value of a config or document. */
  readonly issue: Issue | undefined;

  constructor(problem: string | Issue) {
    super(typeof problem === "string" ? problem : sentenceOf(problem));
    this.issue = typeof problem === "string" ? undefined : problem;
  }
}

/** The problems that an error contains. @throws the error if it contains none */
export const issuesOf = (error: unknown): readonly KeyedIssue[] => {
  if (error instanceof ConfigError) return error.issues;
  if (error instanceof ShapeError && error.issue) return new ConfigError(error.issue).issues;
  throw error;
};

/** Equations combine quantities whose units do not agree. */
export class UnitError extends SparkError {
  override readonly name = "UnitError";
}

/** A model is declared inconsistently, for example with a duplicate name or a state variable without an equation. */
export class ModelError extends SparkError {
  override readonly name = "ModelError";
}

/** A file cannot be read or written, or its contents are not valid for its format. */
export class FileError extends SparkError {
  override readonly name = "FileError";
}

/** A run would need more memory than its limit allows. */
export class MemoryError extends SparkError {
  override readonly name = "MemoryError";
}

/** A state variable became NaN or infinite during a run. The property `partial` holds the records so far. */
export class NonFiniteError extends SparkError {
  override readonly name = "NonFiniteError";
  /** Name of the population of a network. */
  readonly population?: string;
  /** Name of the state variable. */
  readonly state?: string;
  /** Flat index of the first unit with such a value. */
  readonly unit?: number;
  /** The step after which the value is not finite, counted from 1. */
  readonly step?: number;
}

/** A backend is unknown or not available in this environment. */
export class BackendError extends SparkError {
  override readonly name = "BackendError";
}

/**
 * A simulation is used in a way that its condition does not allow, such as a step after `dispose()` or two concurrent
 * runs.
 */
export class StateError extends SparkError {
  override readonly name = "StateError";
}
