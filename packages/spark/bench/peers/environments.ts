import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./process.ts";
import { type Python, preferred } from "./python.ts";

/** A Python environment: one peer with its pinned packages. */
export interface Environment {
  readonly name: EnvironmentName;
  /** The requirement to install. */
  readonly requirement: string;
  /** Requirements of other packages that it runs with. */
  readonly beside?: readonly string[];
}
export const environmentNames = [
  "spark-0.1",
  "spark-1.2",
  "brian2",
  "nest",
  "pynn",
  "neuroml",
  "pyspike",
  "pyabf",
  "nir",
  "sonata",
  "pynwb",
] as const;
export type EnvironmentName = (typeof environmentNames)[number];
/** Environments of the peers that are measured. The others only run exported files. */
export type PeerName = Exclude<EnvironmentName, "pynn" | "neuroml" | "pyabf" | "nir" | "sonata" | "pynwb">;

export const environments: readonly Environment[] = [
  { name: "spark-0.1", requirement: "spark-snn==0.1.0" },
  { name: "spark-1.2", requirement: "spark-snn==1.2.2" },
  { name: "brian2", requirement: "brian2==2.10.1" },
  { name: "nest", requirement: "nest-simulator==3.10.0" },
  { name: "pynn", requirement: "pynn==0.13.0", beside: ["nest-simulator==3.10.0"] },
  { name: "neuroml", requirement: "pyneuroml==1.3.22" },
  { name: "pyspike", requirement: "pyspike==0.9.0" },
  { name: "pyabf", requirement: "pyabf==2.3.8" },
  { name: "nir", requirement: "nir==1.0.8" },
  { name: "sonata", requirement: "bmtk==1.2.0", beside: ["libsonata==0.2.2", "nest-simulator==3.10.0"] },
  { name: "pynwb", requirement: "pynwb==4.2.0", beside: ["nwbinspector==0.7.2"] },
];

/** A usable environment, or a sentence that explains why it is missing. */
export type Prepared = { readonly python: string } | { readonly missing: string };

const pins = fileURLToPath(new URL("./python/pins/", import.meta.url));

/** Folder of the environments: SPARK_PEERS_CACHE, or a folder in the user's cache, so that they survive `npm ci`. */
export const cacheFolder = (): string =>
  process.env["SPARK_PEERS_CACHE"] ??
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "spark-snn-peers");

const programOf = (folder: string): string =>
  process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

const pinned = (name: EnvironmentName): string => readFileSync(join(pins, `${name}.txt`), "utf8");

/** Identity of an environment; one with another identity is created again. */
const identity = (environment: Environment): string => `${environment.requirement}\n${pinned(environment.name)}`;

/** The environment, if it exists. */
export const findEnvironment = (name: EnvironmentName): string | undefined => {
  const environment = environments.find((entry) => entry.name === name)!;
  const folder = join(cacheFolder(), name);
  const marker = join(folder, "made-from.txt");
  const ready = existsSync(marker) && readFileSync(marker, "utf8") === identity(environment);
  return ready && existsSync(programOf(folder)) ? programOf(folder) : undefined;
};

/** Time limit of one installation, s; some wheels are large, and PySpike is compiled. */
const INSTALL_LIMIT = 900;

const install = async (folder: string, environment: Environment, python: Python): Promise<void> => {
  const { requirement, beside = [] } = environment;
  await runProgram({ program: python.program, args: ["-m", "venv", folder], folder: cacheFolder() }, 120);
  const pip = (...what: string[]): Promise<string> =>
    runProgram(
      {
        program: programOf(folder),
        args: ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", ...what],
        folder: cacheFolder(),
      },
      INSTALL_LIMIT,
    );
  try {
    await pip("--constraint", join(pins, `${environment.name}.txt`), requirement, ...beside);
  } catch (error) {
    // The pins below the peer itself apply to one version of Python; other versions may need others.
    if (python.version.startsWith(`${preferred}.`)) throw error;
    await pip(requirement, ...beside);
  }
};

/** Creates an environment unless it exists. If two processes create one at the same time, the first to finish wins. */
export const prepareEnvironment = async (
  name: EnvironmentName,
  python: Python | undefined,
  mayInstall: boolean,
): Promise<Prepared> => {
  const environment = environments.find((entry) => entry.name === name)!;
  const found = findEnvironment(name);
  if (found) return { python: found };
  if (!mayInstall) return { missing: `${environment.requirement} is not installed, and --no-install was given.` };
  if (!python) {
    return {
      missing: `There is no Python of at least 3.11 with venv and pip for ${environment.requirement}; name one in SPARK_PEERS_PYTHON.`,
    };
  }
  const folder = join(cacheFolder(), name);
  const partial = `${folder}.partial-${process.pid}`;
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    process.stderr.write(`making a Python environment for ${environment.requirement}\n`);
    await install(partial, environment, python);
    writeFileSync(join(partial, "made-from.txt"), identity(environment));
    if (!findEnvironment(name)) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(partial, folder);
    }
    return { python: programOf(folder) };
  } catch (error) {
    const late = findEnvironment(name);
    if (late) return { python: late };
    return { missing: `${environment.requirement} could not be installed: ${(error as Error).message}` };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
};
