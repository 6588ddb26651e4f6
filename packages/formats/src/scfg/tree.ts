import { ConfigError, FileError } from "spark-snn";
import { describe, isRecord } from "spark-snn/documents";

/* The content of a .scfg file, without the wrappers of its versions. */

/** An array of numbers. A scalar has the shape []. */
export interface NumberArray {
  readonly kind: "array";
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A configuration: the name of its class in snake case, without "_config", and its fields. */
export interface Config {
  readonly kind: "config";
  readonly type: string;
  readonly fields: Readonly<Record<string, Value>>;
  readonly path: string;
}

/** Where an input of a module comes from. */
export interface PortMap {
  /** Name of another module, "__call__" for an input of the controller, or "__self__". */
  readonly origin: string;
  readonly port: string;
}

/** A module of a controller. */
export interface Module {
  readonly name: string;
  /** Class in snake case, such as "leaky_soma". */
  readonly type: string;
  readonly inputs: Readonly<Record<string, readonly PortMap[]>>;
  readonly config: Config;
  /** Outputs of the controller that the module gives: their names, and its ports. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly path: string;
}

export type Value = number | string | boolean | null | NumberArray | Config | readonly Value[];

/** A file: its dialect, and what it configures. Files of 0.1 and of the development versions have no version. */
export interface ScfgFile {
  readonly version: "0.1" | "1.0";
  readonly root: Config;
  /** Modules of each controller, by the path of its configuration. */
  readonly modules: ReadonlyMap<string, readonly Module[]>;
  /** Number of values of each input that the file gives. Only brains of 0.1 contain them. */
  readonly inputs: Readonly<Record<string, number>>;
}

const VERSION = "1.0";
/** Keys of a configuration that describe an editor or the configuration itself. */
const ignored = [
  "__config_delimiter__",
  "__shared_config_delimiter__",
  "__metadata__",
  "__graph_editor_metadata__",
  "__class_ref__",
];
/** Largest number of values of one array. */
const MAX_VALUES = 2 ** 27;

type Raw = Readonly<Record<string, unknown>>;

/** Reads the content of a file. @throws ConfigError that names the place of a value that cannot be read */
export const readTree = (value: unknown): ScfgFile => {
  if (!isRecord(value))
    throw new FileError(`The file must contain a JSON object; received ${describe(value)}. Give a .scfg file.`);
  const modules = new Map<string, readonly Module[]>();
  if ("__version__" in value) {
    const version = value["__version__"];
    if (version !== VERSION) {
      throw issue(
        "__version__",
        `must be "${VERSION}", or absent for files of 0.1; received ${describe(version)}. Save the file with Python Spark 1.2.`,
      );
    }
    return { version: VERSION, root: readConfig(value["__data__"], "", modules), modules, inputs: {} };
  }
  return { version: "0.1", root: readConfig(value, "", modules), modules, inputs: inputsOf(value) };
};

/** Sizes of the inputs of a brain of 0.1. */
const inputsOf = ({ __cfg__: fields }: Raw): Readonly<Record<string, number>> => {
  const map = isRecord(fields) ? fields["input_map"] : undefined;
  return Object.fromEntries(
    Object.entries(isRecord(map) ? map : {}).flatMap(([name, specs]) => {
      const data = isRecord(specs) && isRecord(specs["__data__"]) ? specs["__data__"] : undefined;
      const shape = data?.["shape"];
      const isShape = Array.isArray(shape) && shape.every((length) => Number.isInteger(length) && length > 0);
      return isShape ? [[name, (shape as number[]).reduce((product, length) => product * length, 1)]] : [];
    }),
  );
};

export const issue = (path: string, message: string): ConfigError =>
  new ConfigError({ path: path === "" ? "file" : path, message });

const under = (path: string, key: string | number): string => (path === "" ? `${key}` : `${path}.${key}`);

const readConfig = (value: unknown, path: string, modules: Map<string, readonly Module[]>, type?: string): Config => {
  if (!isRecord(value)) throw issue(path, `must be a configuration; received ${describe(value)}. Save the file again.`);
  const named = value["__type__"];
  const isWrapped = isRecord(value["__cfg__"]);
  if (!isWrapped && type === undefined) {
    throw issue(
      path,
      `must be a configuration with __type__ and __cfg__; received the keys ${keysOf(value)}. Give a configuration of Python Spark.`,
    );
  }
  const fields = (isWrapped ? value["__cfg__"] : value) as Raw;
  const name = typeof named === "string" ? named : type!;
  const read: Record<string, Value> = {};
  for (const [key, field] of Object.entries(fields)) {
    if (ignored.includes(key)) continue;
    if (key === "modules_specs" || key === "modules_map") {
      modules.set(path, readModules(field, under(path, key), modules));
    } else if (key !== "input_map" && key !== "output_map") {
      define(read, key, readValue(field, under(path, key), modules));
    }
  }
  return { kind: "config", type: name.replace(/_config$/, ""), fields: read, path };
};

const define = (target: object, key: string, value: unknown): void => {
  Object.defineProperty(target, key, { value, enumerable: true });
};

const keysOf = (value: object): string => Object.keys(value).slice(0, 5).join(", ") || "(none)";

const readValue = (value: unknown, path: string, modules: Map<string, readonly Module[]>): Value => {
  if (value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return value;
  if (Array.isArray(value)) return value.map((one, k) => readValue(one, under(path, k), modules));
  const record = value as Raw;
  const type = record["__type__"];
  if (type === "dtype") return String(record["name"]);
  if (type === "array" || type === "jax_array" || type === "numpy_array") return readArray(record, path);
  return readConfig(record, path, modules);
};

const readArray = ({ shape, data }: Raw, path: string): NumberArray => {
  const isShape = Array.isArray(shape) && shape.every((length) => Number.isInteger(length) && length >= 0);
  if (!isShape) throw issue(path, `needs a shape of whole numbers; received ${describe(shape)}. Save the file again.`);
  const lengths = shape as readonly number[];
  const count = lengths.reduce((product, length) => product * length, 1);
  if (count > MAX_VALUES)
    throw issue(path, `has ${count} values, and at most ${MAX_VALUES} can be read. Store it in another file.`);
  const flat = (Array.isArray(data) ? (data.flat(Number.POSITIVE_INFINITY) as unknown[]) : [data]).map(numberOf);
  if (flat.length !== count) {
    throw issue(
      path,
      `has the shape [${lengths.join(", ")}], which needs ${count} values; received ${flat.length}. Save the file again.`,
    );
  }
  const wrong = flat.findIndex((one) => !Number.isFinite(one));
  if (wrong >= 0) throw issue(path, `must contain finite numbers; value ${wrong} is not one. Replace it.`);
  return { kind: "array", shape: lengths, data: Float64Array.from(flat) };
};

const numberOf = (value: unknown): number =>
  typeof value === "boolean" ? Number(value) : typeof value === "number" ? value : Number.NaN;

/** Modules are a list, or in files of 0.1 an object by name. */
const readModules = (value: unknown, path: string, modules: Map<string, readonly Module[]>): readonly Module[] => {
  const list: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((one, k) => [k, one] as const)
    : isRecord(value)
      ? Object.entries(value)
      : [];
  if (list.length === 0) throw issue(path, `must list at least one module; received ${describe(value)}. Add modules.`);
  const read = list.map(([key, one]) => readModule(one, under(path, key), path, modules));
  const names = read.map(({ name }) => name);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined) throw issue(path, `has two modules with the name "${twice}". Rename one.`);
  return read;
};

const readModule = (value: unknown, at: string, list: string, modules: Map<string, readonly Module[]>): Module => {
  const data = isRecord(value) ? (isRecord(value["__data__"]) ? value["__data__"] : value) : undefined;
  const name = data?.["name"];
  if (!data || typeof name !== "string")
    throw issue(at, `must be a module with a name; received ${describe(value)}. Save the file again.`);
  const path = under(list, name);
  const reference = data["module_cls"];
  const type = isRecord(reference) ? reference["__module_type__"] : undefined;
  if (typeof type !== "string")
    throw issue(under(path, "module_cls"), `must name a class; received ${describe(reference)}. Save the file again.`);
  const config = readConfig(data["config"] ?? {}, path, modules, `${type}_config`);
  const ports = (key: string): Raw => (isRecord(data[key]) ? data[key] : {});
  const inputs = Object.fromEntries(
    Object.entries(ports("inputs")).map(([port, maps]) => [
      port,
      (Array.isArray(maps) ? maps : [maps]).map((map, k) => readPortMap(map, `${path}.inputs.${port}.${k}`)),
    ]),
  );
  const outputs = Object.fromEntries(Object.entries(ports("outputs")).map(([own, port]) => [own, String(port)]));
  return { name, type, inputs, config, outputs, path };
};

const readPortMap = (value: unknown, path: string): PortMap => {
  const data = isRecord(value) && isRecord(value["__data__"]) ? value["__data__"] : value;
  if (isRecord(data) && typeof data["origin"] === "string" && typeof data["port"] === "string") {
    return { origin: data["origin"], port: data["port"] };
  }
  throw issue(path, `must have an origin and a port; received ${describe(value)}. Save the file again.`);
};
