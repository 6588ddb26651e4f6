import type { Issue, Key } from "../errors/errors.ts";

/** What a value is written in. Messages quote it in the same language. */
export type Language = "code" | "document";

/** Keys as people write them: brain.projections.recurrent.delay, experiment.inputs.current[3]. */
export const pathText = (keys: readonly Key[]): string =>
  keys.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    "",
  );

/** Where a user writes something: the keys that lead to it, from the outermost, and the language. */
export class Place {
  readonly keys: readonly Key[];
  readonly language: Language;

  constructor(keys: readonly Key[], language: Language = "code") {
    this.keys = keys;
    this.language = language;
  }

  /** The place of a part. */
  at(...keys: readonly Key[]): Place {
    return new Place([...this.keys, ...keys], this.language);
  }

  /** The place as messages print it. */
  get path(): string {
    return pathText(this.keys);
  }

  /** The words for the language of the place. */
  say(words: Readonly<Record<Language, string>>): string {
    return words[this.language];
  }

  issue(message: string): Issue {
    return { path: this.path, keys: this.keys, message };
  }
}

/** Where the parts of a run stand: in code they go without the name of the function. */
export const runParts = (run: Place): Place => (run.language === "code" ? new Place([]) : run);

/** A place that is being read: problems go to `issues`, and `context` is what the checks need to know. */
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

  /** The same place for checks that need to know something else. */
  with<D>(context: D): Site<D> {
    return new Site(this.place, this.issues, context);
  }

  /** Adds a problem of the value at this place. */
  refuse(message: string): undefined {
    this.issues.push(this.place.issue(message));
  }
}
