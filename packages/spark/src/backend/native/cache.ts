import { createHash, randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { BackendError } from "../../errors/errors.ts";

/*
 * Compiled libraries are kept as <key>.<digest of the file>.so. A file comes into being by being renamed, and its name
 * says what must be in it: any number of processes may write the same one, and a damaged one is found and made again.
 */

type Environment = Readonly<Record<string, string | undefined>>;

/** Files beyond which the oldest are removed. */
const MOST_FILES = 400;
const HOUR = 3_600_000;

/** Where compiled libraries are kept on this system. */
export const cacheFolder = (environment: Environment = process.env): string => {
  const chosen = environment["XDG_CACHE_HOME"];
  if (chosen !== undefined && isAbsolute(chosen)) return join(chosen, "spark-snn");
  const home = environment["HOME"] ?? homedir();
  return process.platform === "darwin"
    ? join(home, "Library", "Caches", "spark-snn")
    : join(home, ".cache", "spark-snn");
};

/** The folder if this user alone may write there; libraries of others are not to be run. */
const ownFolder = (folder: string): string | undefined => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) return undefined;
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return folder;
  } catch {
    return undefined;
  }
};

/** A folder for libraries: the user's cache, or one that this process alone uses. */
export interface Store {
  readonly folder: string;
  /** False where the cache cannot be written and nothing outlasts the process. */
  readonly lasting: boolean;
}

/** @throws BackendError when neither the cache nor the folder for temporary files can be written. */
export const openStore = (environment: Environment = process.env): Store => {
  const cache = cacheFolder(environment);
  const own = ownFolder(cache);
  if (own !== undefined) return { folder: own, lasting: true };
  const temporary = environment["TMPDIR"] ?? tmpdir();
  try {
    return { folder: mkdtempSync(join(temporary, "spark-snn-")), lasting: false };
  } catch {
    throw new BackendError(
      `Compiled code can be kept neither in ${cache} nor in ${temporary}: both cannot be written. Name a folder in XDG_CACHE_HOME, or use backend: "wasm".`,
    );
  }
};

const digestOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);

/** The library of a key, if a sound one is there; damaged ones are removed. */
export const findLibrary = ({ folder }: Store, key: string): string | undefined => {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${key}.`) || !name.endsWith(".so")) continue;
    const path = join(folder, name);
    try {
      if (`${key}.${digestOf(path)}.so` === name) return path;
    } catch {
      // Another process may have removed it meanwhile.
    }
    rmSync(path, { force: true });
  }
  return undefined;
};

/** Makes the library of a key with `make`, which writes it to a path, and gives its place. */
export const addLibrary = (store: Store, key: string, make: (path: string) => void): string => {
  const own = join(store.folder, `.${key}-${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  try {
    make(own);
    const path = join(store.folder, `${key}.${digestOf(own)}.so`);
    renameSync(own, path);
    tidy(store.folder);
    return path;
  } catch (error) {
    rmSync(own, { force: true });
    if (error instanceof BackendError) throw error;
    throw new BackendError(
      `Compiled code was not written to ${store.folder} (${error instanceof Error ? error.message : String(error)}). Check the compiler and the free space, or use backend: "wasm".`,
    );
  }
};

/** Removes what a process left unfinished an hour ago, and the oldest libraries where there are too many. */
const tidy = (folder: string): void => {
  try {
    const files = readdirSync(folder).map((name) => ({ name, time: statSync(join(folder, name)).mtimeMs }));
    files.sort((a, b) => b.time - a.time);
    const stale = files.filter(({ name, time }) => name.endsWith(".tmp") && Date.now() - time > HOUR);
    const kept = files.filter(({ name }) => /\.(so|log)$/.test(name));
    for (const { name } of [...stale, ...kept.slice(MOST_FILES)]) rmSync(join(folder, name), { force: true });
  } catch {
    // Another process tidies at the same time.
  }
};

/** Stores what a compiler said and gives the path of the file. */
export const keepLog = (store: Store, key: string, log: string): string => {
  const path = join(store.folder, `${key}.log`);
  const own = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(own, log);
    renameSync(own, path);
    return path;
  } catch {
    return `no file, because ${store.folder} cannot be written`;
  }
};

/** Removes a folder that only this process used, once its library is loaded. */
export const closeStore = ({ folder, lasting }: Store): void => {
  if (!lasting) rmSync(folder, { recursive: true, force: true });
};
