import type { Issue, Key } from "../errors/errors.ts";
import type { Misfit } from "./shape.ts";

/** The language in which a value is written. Messages use the same language. */
export type Language = "code" | "document";

/** Formats keys as a path: brain.projections.recurrent.delay, experiment.inputs.current[3]. */
export const pathText = (keys: readonly Key[]): string =>
  keys.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    "",
  );

/** The place of a value in the user's input: its keys, outermost first, and the language. */
export class Place {
  readonly keys: readonly Key[];
  readonly language: Language;

  constructor(keys: readonly Key[], language: Language = "code") {
    this.keys = keys;
    this.language = language;
  }

  /** The place of a nested value. */
  at(...keys: readonly Key[]): Place {
    return new Place([...this.keys, ...keys], this.language);
  }

  /** The path for messages. */
  get path(): string {
    return pathText(this.keys);
  }

  /** Selects the wording for the language of the place. */
  say(words: Readonly<Record<Language, string>>): string {
    return words[this.language];
  }

  issue(message: string): Issue {
    return { path: this.path, keys: this.keys, message };
  }
}

/** A place that a reader passed on, otherwise the name of a model. `configs.map(LeakySoma)` passes an index. */
export const placeOf = (name: string, given: unknown): Place => (given instanceof Place ? given : new Place([name]));

/** The place that contains the parts of a run. In code, their paths omit the name of the function. */
export const runParts = (run: Place): Place => (run.language === "code" ? new Place([]) : run);

/** A place that is being read: `issues` collects the problems, and `context` holds data for the checks. */
export class Site<C = unknown> {
  readonly place: Place;
  readonly issues: Issue[];
  readonly context: C;

  constructor(place: Place, issues: Issue[], context: C) {
    this.place = place;
    this.issues = issues;
    this.context = context;
  }

  at(...keys: readonly Key[]): Site<C> {
    return new Site(this.place.at(...keys), this.issues, this.context);
  }

  /** The same place with another context. */
  with<D>(context: D): Site<D> {
    return new Site(this.place, this.issues, context);
  }

  /** Adds a problem with the value at this place. */
  refuse(message: string, more?: Pick<Issue, "excess">): undefined {
    this.issues.push({ ...this.place.issue(message), ...more });
  }

  /** Adds a problem of a part of the value, if there is one. */
  refusePart(wrong: Misfit | undefined): undefined {
    if (wrong) this.at(...wrong.at).refuse(wrong.message);
  }
}
