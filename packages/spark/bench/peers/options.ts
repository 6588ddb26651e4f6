import { candidates } from "./candidates.ts";
import { networkCases, usualCases } from "./networks.ts";

/** Options of the harness. */
export interface Options {
  readonly sizes: readonly number[];
  readonly models: readonly ("refractory" | "adaptive")[];
  readonly threads: readonly ("one" | "all")[];
  /** Families of candidates. */
  readonly peers: readonly string[];
  readonly rounds: number;
  /** Target duration of one run, s. */
  readonly seconds: number;
  /** Limit of the estimated duration of one run, s. */
  readonly limit: number;
  readonly speed: boolean;
  readonly agreement: boolean;
  /** Keys of the networks to run; empty if they were not requested. */
  readonly networks: readonly string[];
  /** Runs the networks in a size that only tests the programs. */
  readonly tiny: boolean;
  /** Number of units and duration in ms of the agreement runs. */
  readonly agreementUnits: number;
  readonly agreementDuration: number;
  readonly install: boolean;
  /** Only creates the Python environments. */
  readonly prepare: boolean;
  readonly write: boolean;
  readonly help: boolean;
}

const full: Options = {
  sizes: [1000, 10_000, 100_000, 1_000_000, 10_000_000],
  models: ["refractory", "adaptive"],
  threads: ["one", "all"],
  peers: [...new Set(candidates.map(({ family }) => family))],
  rounds: 5,
  seconds: 1,
  limit: 60,
  speed: true,
  agreement: true,
  networks: usualCases,
  tiny: false,
  agreementUnits: 200,
  agreementDuration: 10_000,
  install: true,
  prepare: false,
  write: false,
  help: false,
};
const quick: Options = {
  ...full,
  sizes: [1000],
  threads: ["one"],
  rounds: 2,
  seconds: 0.1,
  tiny: true,
  agreementUnits: 8,
  agreementDuration: 500,
};

export const usage = `npm run bench:peers -- [options]: measures this library and other simulators, and checks that they agree

  --quick              one size, short runs, few units: a quick test of every simulator that can be installed
  --write              writes docs/benchmarks/{peers,network-peers,neuron-peers}.{json,md,svg} and agreement.{json,md};
                       otherwise only prints
  --sizes 1000,100000  numbers of units (${full.sizes.join(",")})
  --models refractory  of ${full.models.join(",")}
  --threads one        of one,all
  --peers ours,nest    of ${full.peers.join(",")}
  --rounds 5           repetitions, in which all simulators take turns
  --seconds 1          target duration of a run
  --limit 60           limit of the estimated duration of a run in seconds; longer runs are skipped
  --only speed         or agreement, networks
  --networks cuba      of ${networkCases.map(({ key }) => key).join(",")};
                       by default all except the last, which takes minutes, and 13 GB in NEST
  --no-install         uses only existing Python environments
  --prepare            creates these environments, all at once, and measures nothing
  --help

The Python environments are in SPARK_PEERS_CACHE, or by default in spark-snn-peers in the user's cache folder. They are
created with SPARK_PEERS_PYTHON, or by default with a Python on the path.`;

const amount = (name: string, text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
    throw new Error(`${name} must be greater than 0; received ${text}. Give a number such as ${name} 5.`);
  }
  return value;
};
const count = (name: string, text: string): number => {
  const value = amount(name, text);
  if (!Number.isInteger(value)) throw new Error(`${name} must be a whole number; received ${text}. Round it.`);
  return value;
};
const oneOf = <T extends string>(name: string, text: string, known: readonly T[]): T[] =>
  text.split(",").map((word) => {
    const found = known.find((entry) => entry === word);
    if (found === undefined)
      throw new Error(`${name} must be of ${known.join(", ")}; received "${word}". Choose from these.`);
    return found;
  });

type Reader = (text: string) => Partial<Options>;
const readers: Readonly<Record<string, Reader>> = {
  "--sizes": (text) => ({ sizes: text.split(",").map((size) => count("--sizes", size)) }),
  "--models": (text) => ({ models: oneOf("--models", text, full.models) }),
  "--threads": (text) => ({ threads: oneOf("--threads", text, full.threads) }),
  "--peers": (text) => ({ peers: oneOf("--peers", text, full.peers) }),
  "--rounds": (text) => ({ rounds: count("--rounds", text) }),
  "--seconds": (text) => ({ seconds: amount("--seconds", text) }),
  "--limit": (text) => ({ limit: amount("--limit", text) }),
  "--only": (text) => {
    const parts = oneOf("--only", text, ["speed", "agreement", "networks"]);
    const speed = parts.includes("speed");
    const agreement = parts.includes("agreement");
    return { speed, agreement, ...(!parts.includes("networks") && { networks: [] }) };
  },
  "--networks": (text) => ({
    networks: oneOf(
      "--networks",
      text,
      networkCases.map(({ key }) => key),
    ),
  }),
};
const flags: Readonly<Record<string, Partial<Options>>> = {
  "--quick": {},
  "--write": { write: true },
  "--no-install": { install: false },
  "--prepare": { prepare: true },
  "--help": { help: true },
};

/** Parses the command line. Throws Error for unknown options and values. */
export const readOptions = (words: readonly string[]): Options => {
  let options = words.includes("--quick") ? quick : full;
  for (let k = 0; k < words.length; k++) {
    const word = words[k]!;
    const flag = flags[word];
    const read = readers[word];
    if (flag) options = { ...options, ...flag };
    else if (read) {
      const text = words[++k];
      if (text === undefined) throw new Error(`${word} must be followed by its value; received nothing. See --help.`);
      options = { ...options, ...read(text) };
    } else throw new Error(`Option ${word} is unknown. See --help.`);
  }
  return options;
};
