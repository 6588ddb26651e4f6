import { FileError } from "spark-snn";
import { isRecord } from "spark-snn/documents";
import { folderOf, type JsonRecord, resolvePath, type SonataFiles } from "./files.ts";

/*
 * The configuration of a simulation: config.json with the paths of a circuit and a simulation, either of these alone,
 * or one file with both.
 */

/** Files of a node or edge population. */
export interface FilePair {
  readonly path: string;
  /** Path of the table of types; undefined if there is none. */
  readonly types: string | undefined;
  /** Place in the configuration, for messages. */
  readonly from: string;
}

export interface SonataConfig {
  readonly nodes: readonly FilePair[];
  readonly edges: readonly FilePair[];
  /** Folders of model parameters, by key such as "point_neuron_models_dir". */
  readonly components: Readonly<Record<string, string>>;
  readonly simulator: string | undefined;
  readonly run: JsonRecord;
  readonly conditions: JsonRecord;
  readonly inputs: Readonly<Record<string, JsonRecord>>;
  readonly reports: Readonly<Record<string, JsonRecord>>;
  readonly output: JsonRecord;
  /** Node sets, by name. */
  readonly nodeSets: JsonRecord;
  /** The section of this library. */
  readonly spark: JsonRecord;
  /** Whether there is a simulation, and not a circuit alone. */
  readonly hasSimulation: boolean;
}

/** A configuration file, with the variables of its manifest replaced. */
interface Part {
  readonly name: string;
  readonly value: JsonRecord;
  /** Path of a file that this one names. */
  readonly pathOf: (path: string) => string;
}

const partOf = (name: string, raw: JsonRecord): Part => {
  const folder = folderOf(name);
  const manifest = isRecord(raw["manifest"]) ? raw["manifest"] : {};
  const variables = new Map<string, string>([
    ["configdir", "."],
    ["workingdir", "."],
    ["configfname", name],
  ]);
  for (const [key, value] of Object.entries(manifest)) {
    if (typeof value !== "string") {
      throw new FileError(`${name}: manifest.${key} must be a path; received ${JSON.stringify(value)}. Write a text.`);
    }
    variables.set(key.replace(/^\$\{?/, "").replace(/\}$/, ""), value);
  }
  const expand = (text: string, open: readonly string[]): string =>
    text.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (whole, braced?: string, bare?: string) => {
      const key = braced ?? bare!;
      const value = variables.get(key);
      if (value === undefined) {
        throw new FileError(`${name} uses the variable ${whole}, which its manifest does not define. Define it there.`);
      }
      if (open.includes(key)) {
        throw new FileError(`${name}: manifest.$${key} refers to itself. Give it a path.`);
      }
      return expand(value, [...open, key]);
    });
  const expandAll = (value: unknown): unknown => {
    if (typeof value === "string") return value.includes("$") ? expand(value, []) : value;
    if (Array.isArray(value)) return value.map(expandAll);
    if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, expandAll(one)]));
    return value;
  };
  const { manifest: _manifest, ...others } = raw;
  return { name, value: expandAll(others) as JsonRecord, pathOf: (path) => resolvePath(folder, path) };
};

const section = ({ name, value }: Part, key: string): JsonRecord => {
  const found = value[key];
  if (found === undefined || found === null) return {};
  if (isRecord(found)) return found;
  throw new FileError(
    `${name}: ${key} must be an object; received ${JSON.stringify(found)?.slice(0, 40)}. Correct it.`,
  );
};

const sections = (part: Part, key: string): Readonly<Record<string, JsonRecord>> => {
  const found = section(part, key);
  for (const [name, value] of Object.entries(found)) {
    if (!isRecord(value)) throw new FileError(`${part.name}: ${key}.${name} must be an object. Correct it.`);
  }
  return found as Readonly<Record<string, JsonRecord>>;
};

/**
 * Reads a configuration and those that it names.
 * @param name path of the configuration relative to the folder of the files, for the paths in it
 */
export const readConfig = async (name: string, raw: JsonRecord, files: SonataFiles): Promise<SonataConfig> => {
  const first = partOf(name, raw);
  const follow = async (part: Part, key: string): Promise<Part | undefined> => {
    const path = part.value[key];
    if (typeof path !== "string") return undefined;
    const full = part.pathOf(path);
    return partOf(full, await files.json(full, `${part.name}: ${key}`));
  };
  const simulation = (await follow(first, "simulation")) ?? first;
  const circuit = (await follow(first, "network")) ?? (await follow(simulation, "network")) ?? first;
  if (!isRecord(circuit.value["networks"])) {
    throw new FileError(
      `${circuit.name} has no networks. Give a configuration of SONATA with "networks", or with the path of one in "network".`,
    );
  }
  const networks = section(circuit, "networks");
  const nodeSets: Record<string, unknown> = {};
  for (const part of new Set([circuit, simulation])) {
    const path = part.value["node_sets_file"];
    if (typeof path === "string") {
      Object.assign(nodeSets, await files.json(part.pathOf(path), `${part.name}: node_sets_file`));
    }
    Object.assign(nodeSets, section(part, "node_sets"));
  }
  const components = Object.fromEntries(
    [circuit, simulation].flatMap((part) =>
      Object.entries(section(part, "components")).flatMap(([key, path]) =>
        typeof path === "string" ? [[key, part.pathOf(path)] as const] : [],
      ),
    ),
  );
  const simulators = [simulation, circuit].map(({ value }) => value["target_simulator"]);
  const inputs = Object.fromEntries(
    Object.entries(sections(simulation, "inputs")).map(([key, input]) => [
      key,
      {
        ...input,
        ...Object.fromEntries(
          ["input_file", "electrode_file"].flatMap((file) =>
            typeof input[file] === "string" ? [[file, simulation.pathOf(input[file])]] : [],
          ),
        ),
      },
    ]),
  );
  return {
    nodes: pairsOf(circuit, networks, "nodes", "node"),
    edges: pairsOf(circuit, networks, "edges", "edge"),
    components,
    simulator: simulators.find((one): one is string => typeof one === "string"),
    run: section(simulation, "run"),
    conditions: section(simulation, "conditions"),
    inputs,
    reports: sections(simulation, "reports"),
    output: section(simulation, "output"),
    nodeSets,
    spark: section(simulation, "spark"),
    hasSimulation: isRecord(simulation.value["run"]),
  };
};

const pairsOf = (part: Part, networks: JsonRecord, key: "nodes" | "edges", one: string): readonly FilePair[] => {
  const listed = networks[key];
  if (listed === undefined || listed === null) return [];
  const from = `${part.name}: networks.${key}`;
  if (!Array.isArray(listed)) throw new FileError(`${from} must be a list. Correct it.`);
  return listed.flatMap((entry: unknown, k): FilePair[] => {
    const at = `${from}[${k}]`;
    if (!isRecord(entry)) throw new FileError(`${at} must be an object. Correct it.`);
    if (entry["enabled"] === false) return [];
    const path = entry[`${key}_file`];
    if (typeof path !== "string") throw new FileError(`${at} has no ${key}_file. Give its path.`);
    const types = entry[`${one}_types_file`];
    return [
      {
        path: part.pathOf(path),
        types: typeof types === "string" && types !== "" ? part.pathOf(types) : undefined,
        from: at,
      },
    ];
  });
};
