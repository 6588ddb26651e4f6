import type { Place, Site } from "../config/place.ts";
import { ConfigError, FileError, type Issue, type Key, keysOf } from "../errors/errors.ts";
import { systemReason } from "../errors/system.ts";
import { contradicts, unitInName } from "./column-units.ts";
import type { FileReading } from "./file-reading.ts";
import type { RecordingReader } from "./recording-reader.ts";

/* The files that a document names. */

/** Returns the bytes of a file that a document names. Relative paths are relative to the document. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** The position of a value in a file, and a sentence to add to a message about the value. */
export interface FilePosition {
  /** Such as '"currents.csv" line 3, column "time_ms"'. Omitted for the whole file. */
  readonly where?: string;
  readonly more?: string;
}

/**
 * Finds the value that a problem is about, from its keys below the value that the file replaced. Returns undefined if
 * that value is in the document.
 */
export type Locate = (below: readonly Key[], issue: Issue) => FilePosition | undefined;

/** A problem of a value in the file that a place names. */
export const issueInFile = (place: Place, where: string | undefined, message: string): Issue => ({
  ...place.issue(message),
  ...(where !== undefined && { path: `${place.path} (${where})` }),
});

/** A value of the document that a file replaced. */
interface Replaced {
  readonly place: Place;
  /** Place of the name of the file. */
  readonly file: Place;
  readonly locate: Locate;
}

/** A column whose name says the unit of its values. */
interface Said {
  /** Place of the value that the column becomes, and of the name of the column. */
  readonly value: Place;
  readonly column: Place;
  readonly name: string;
  readonly unit: string;
}

/** Reads the files that a document names, each once, and collects their problems. */
export class NamedFiles {
  /** Problems of files, which are not problems of the document. */
  readonly issues: Issue[] = [];
  readonly #readFile: ReadFile | undefined;
  readonly #contents = new Map<string, Promise<Uint8Array>>();
  readonly #replaced: Replaced[] = [];
  readonly #said: Said[] = [];
  readonly #readings = new Map<string, Set<string>>();
  readonly #inDocument: (issue: Issue) => Issue;
  /** Reads recordings in the formats of other programs. */
  readonly recordings: RecordingReader | undefined;

  /** @param inDocument moves a problem to the place of its value in the document, where the two differ */
  constructor(
    readFile: ReadFile | undefined,
    inDocument: (issue: Issue) => Issue = (issue) => issue,
    recordings?: RecordingReader,
  ) {
    this.#readFile = readFile;
    this.#inDocument = inDocument;
    this.recordings = recordings;
  }

  /** The bytes of the file named at a place. Undefined, with an issue, if it cannot be read. */
  async load(name: string, site: Site): Promise<Uint8Array | undefined> {
    if (!this.#readFile) {
      return site.refuse(
        `names a file, but files cannot be read here; received "${name}". Pass readFile, or put the values into the document.`,
      );
    }
    try {
      const bytes = this.#contents.get(name) ?? this.#readFile(name);
      this.#contents.set(name, bytes);
      return await bytes;
    } catch (error) {
      const reason =
        error instanceof FileError ? error.message : `"${name}" cannot be read: ${systemReason(error, "read")}`;
      this.#refuse(site, reason);
      return undefined;
    }
  }

  /** Runs a reader of the file named at a place. Its errors become issues of this place. */
  attempt<T>(site: Site, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof FileError) this.#refuse(site, error.message);
      else if (error instanceof ConfigError) for (const { message } of error.issues) site.refuse(message);
      else throw error;
      return undefined;
    }
  }

  #refuse({ place }: Site, reason: string): void {
    this.issues.push(place.issue(`cannot be used: ${reason}`));
  }

  /** Remembers that the value at a place comes from the file that its key `file` names. */
  replace({ place }: Site, file: Key, locate: Locate): void {
    this.#replaced.push({ place, file: place.at(file), locate });
  }

  /** Remembers the name of a column, or of an array, if it says a unit. `list` is the key of the list in the value. */
  name({ place }: Site, key: Key, name: string, list?: Key): void {
    const unit = unitInName(name);
    if (unit === undefined) return;
    this.#said.push({ value: list === undefined ? place : place.at(list), column: place.at(key), name, unit });
  }

  /** Remembers how a file was read. */
  tell(file: string, found: readonly string[]): void {
    const own = this.#readings.get(file) ?? new Set();
    for (const one of found) this.#readings.set(file, own.add(one));
  }

  /** How the files were read, for those that are not plain. */
  get readings(): readonly FileReading[] {
    return [...this.#readings].map(([file, found]) => ({ file, found: [...found] }));
  }

  /** Refuses columns whose names say another unit than `unitAt` returns for the keys of their values. */
  refuseUnits(unitAt: (keys: readonly Key[]) => string | undefined): Issue[] {
    return this.#said.flatMap(({ value, column, name, unit }) => {
      const wanted = unitAt(value.keys);
      if (wanted === undefined || !contradicts(unit, wanted)) return [];
      const needed = wanted === "1" ? "must be a column of plain numbers" : `must be a column in ${wanted}`;
      const convert = wanted === "1" ? "Name another column." : `Convert the column to ${wanted} and rename it.`;
      return [column.issue(`${needed}; received "${name}", whose name says ${unit}. ${convert}`)];
    });
  }

  /** The same problem with its position in a file, if it is about a value from a file. */
  located(given: Issue): Issue {
    const issue = this.#inDocument(given);
    const { path, keys = keysOf(path), message } = issue;
    for (const { place, file, locate } of this.#replaced) {
      if (!place.keys.every((key, k) => key === keys[k])) continue;
      const found = locate(keys.slice(place.keys.length), issue);
      if (!found) return issue;
      return issueInFile(file, found.where, `${message}${found.more ?? ""}`);
    }
    return issue;
  }

  /** @throws ConfigError with all problems; FileError, whose cause has the problems, if only files have any */
  require(issues: readonly Issue[]): void {
    if (issues.length > 0) throw new ConfigError([...issues.map(this.#inDocument), ...this.issues]);
    if (this.issues.length > 0) {
      const message = this.issues.map((issue) => `${issue.path} ${issue.message}`).join("\n");
      throw new FileError(message, { cause: new ConfigError(this.issues) });
    }
  }
}
