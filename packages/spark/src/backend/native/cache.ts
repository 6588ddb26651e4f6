import { createHash, randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { BackendError } from "../../errors/errors.ts";
import { systemCode, systemReason } from "../../errors/system.ts";

/*
 * Compiled libraries are stored as <key>.<digest of the file>.so. Each is written under a temporary name and then
 * renamed, so any number of processes may write the same library. The digest reveals damaged files, which are compiled
 * again.
 */

type Environment = Readonly<Record<string, string | undefined>>;

/** Number of files to keep; the oldest ones beyond it are removed. */
const MOST_FILES = 400;
const HOUR = 3_600_000;

const absolute = (folder: string | undefined): folder is string => folder !== undefined && isAbsolute(folder);

/**
 * The cache folder for compiled libraries on this system. Environment variables that do not hold an absolute folder are
 * ignored: the current folder may be a repository that brings a library of its own.
 */
export const cacheFolder = (environment: Environment = process.env): string | undefined => {
  const chosen = environment["XDG_CACHE_HOME"];
  if (absolute(chosen)) return join(chosen, "spark-snn");
  const home = [environment["HOME"], knownHome()].find(absolute);
  if (home === undefined) return undefined;
  return process.platform === "darwin"
    ? join(home, "Library", "Caches", "spark-snn")
    : join(home, ".cache", "spark-snn");
};

/** The home folder in the system's list of users. homedir() prefers HOME. */
const knownHome = (): string | undefined => {
  try {
    return userInfo().homedir;
  } catch {
    // The user of a container may be in no list.
    return undefined;
  }
};

const isMine = ({ uid, mode }: Stats): boolean => uid === process.getuid?.() && (mode & 0o022) === 0;

/** Whether any user may replace entries of a folder that contains this one, which allows to replace this one. */
const isReplaceable = (folder: string): boolean => {
  const above = dirname(folder);
  if (above === folder) return false;
  const { mode } = statSync(above);
  const isSticky = (mode & 0o1000) !== 0;
  return ((mode & 0o002) !== 0 && !isSticky) || isReplaceable(above);
};

/** Returns whether it created a folder. The recursive `mkdir` of Node never ends in places such as /proc. */
const makeFolders = (folder: string): boolean => {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === "EEXIST") return false;
    const above = dirname(folder);
    if (code !== "ENOENT" || above === folder || !makeFolders(above)) throw error;
    mkdirSync(folder, { mode: 0o700 });
    return true;
  }
};

/** The folder if only this user may write to it: libraries of other users must not be executed. */
const ownFolder = (folder: string): string | undefined => {
  try {
    makeFolders(folder);
    if (!isMine(statSync(folder)) || isReplaceable(realpathSync(folder))) return undefined;
    // Nobody else may open a file in it while the compiler writes there.
    chmodSync(folder, 0o700);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return folder;
  } catch {
    return undefined;
  }
};

/** A folder for libraries: the user's cache, or a temporary folder of this process. */
export interface Store {
  readonly folder: string;
  /** False for a temporary folder, which does not outlast the process. */
  readonly lasting: boolean;
}

/** @throws BackendError if neither the cache nor the folder for temporary files is writable */
export const openStore = (environment: Environment = process.env): Store => {
  const cache = cacheFolder(environment);
  const own = cache === undefined ? undefined : ownFolder(cache);
  if (own !== undefined) return { folder: own, lasting: true };
  const temporary = [environment["TMPDIR"], tmpdir()].find(absolute) ?? "/tmp";
  try {
    return { folder: mkdtempSync(join(temporary, "spark-snn-")), lasting: false };
  } catch {
    const places = cache === undefined ? `${temporary} is` : `${cache} and ${temporary} are`;
    throw new BackendError(
      `Compiled code cannot be stored: ${places} not writable. Set XDG_CACHE_HOME to a writable folder, or use backend: "wasm".`,
    );
  }
};

const digestOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);

/** The intact library with a key, if there is one. Damaged ones, and those that others can write, are removed. */
export const findLibrary = ({ folder }: Store, key: string): string | undefined => {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${key}.`) || !name.endsWith(".so")) continue;
    const path = join(folder, name);
    try {
      const found = lstatSync(path);
      // Somebody else may have put it there while the folder was open to others.
      if (found.isFile() && isMine(found) && `${key}.${digestOf(path)}.so` === name) return path;
    } catch {
      // Another process may have removed it in the meantime.
    }
    rmSync(path, { force: true, recursive: true });
  }
  return undefined;
};

/** Adds the library with a key, which `make` writes to a given path. Returns the final path. */
export const addLibrary = (store: Store, key: string, make: (path: string) => void): string => {
  const own = join(store.folder, `.${key}-${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  try {
    make(own);
    // Compilers obey the umask, which may let the group write.
    chmodSync(own, 0o700);
    const path = join(store.folder, `${key}.${digestOf(own)}.so`);
    renameSync(own, path);
    tidy(store.folder);
    return path;
  } catch (error) {
    rmSync(own, { force: true });
    if (error instanceof BackendError) throw error;
    const reason =
      systemCode(error) === "ENOENT"
        ? "the compiler wrote no file. Set the environment variable CC to another compiler,"
        : `${systemReason(error, "written").slice(0, -1)},`;
    throw new BackendError(`Compiled code cannot be written to ${store.folder}: ${reason} or use backend: "wasm".`);
  }
};

/** Removes unfinished files older than an hour, and the oldest libraries if there are too many. */
const tidy = (folder: string): void => {
  try {
    const files = readdirSync(folder).map((name) => ({ name, time: statSync(join(folder, name)).mtimeMs }));
    files.sort((a, b) => b.time - a.time);
    const stale = files.filter(({ name, time }) => name.endsWith(".tmp") && Date.now() - time > HOUR);
    const kept = files.filter(({ name }) => /\.(so|log)$/.test(name));
    for (const { name } of [...stale, ...kept.slice(MOST_FILES)]) rmSync(join(folder, name), { force: true });
  } catch {
    // Another process is tidying at the same time.
  }
};

/** Stores the output of a compiler. Returns the path of the file. */
export const keepLog = (store: Store, key: string, log: string): string => {
  const path = join(store.folder, `${key}.log`);
  const own = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(own, log);
    renameSync(own, path);
    return path;
  } catch {
    return `no file, because ${store.folder} is not writable`;
  }
};

/** Removes a temporary folder. Call it when the library is loaded. */
export const closeStore = ({ folder, lasting }: Store): void => {
  if (!lasting) rmSync(folder, { recursive: true, force: true });
};
