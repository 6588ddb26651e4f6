/**
 * One class a situation, so that a caller can tell them apart with `instanceof` or by `name`.
 * Every message reads `Where.what sentence; received value with unit. Remedy.`
 */
export class SparkError extends Error {
  override readonly name: string = "SparkError";
}

/** A name in an object, or a place in a list, from 0. */
export type Key = string | number;

/** One problem of a config or document: the path to the value and the sentence about it. */
export interface Issue {
  /** The path as messages print it, such as "experiment.inputs.current[3]". */
  readonly path: string;
  readonly message: string;
  /** The path as keys, from the outermost. The issues of a ConfigError always have them. */
  readonly keys?: readonly Key[];
}

/** The keys of a printed path. */
const keysOf = (path: string): Key[] =>
  (path.split(" ")[0]!.match(/[^.[\]]+/g) ?? []).map((key) => (Number.isNaN(+key) ? key : +key));

/** A config, option or document holds a value that it must not hold. All problems found are in `issues`. */
export class ConfigError extends SparkError {
  override readonly name = "ConfigError";
  readonly issues: readonly Required<Issue>[];

  constructor(issues: readonly Issue[] | Issue) {
    const list: readonly Issue[] = [issues].flat();
    super(list.map((issue) => `${issue.path} ${issue.message}`).join("\n"));
    this.issues = list.map((issue) => ({ keys: keysOf(issue.path), ...issue }));
  }
}

/** An array has another shape than the place it is meant for. */
export class ShapeError extends SparkError {
  override readonly name = "ShapeError";
}

/** Equations combine quantities whose units do not agree. */
export class UnitError extends SparkError {
  override readonly name = "UnitError";
}

/** A component is declared in a way that cannot work: a name twice, a state without an equation. */
export class ModelError extends SparkError {
  override readonly name = "ModelError";
}

/** A file cannot be read or written, or does not hold what its kind promises. */
export class FileError extends SparkError {
  override readonly name = "FileError";
}

/** A run would need more memory than it was allowed. */
export class MemoryError extends SparkError {
  override readonly name = "MemoryError";
}

/** A backend is unknown, or cannot run here. */
export class BackendError extends SparkError {
  override readonly name = "BackendError";
}

/** A simulation is used in a way that its state does not allow: stepped after `dispose()`, two runs at once. */
export class StateError extends SparkError {
  override readonly name = "StateError";
}
