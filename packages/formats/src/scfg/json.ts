import type { PerUnit } from "../network.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A configuration with the name of its class. */
export const wrapped = (type: string, fields: Readonly<Record<string, Json>>): Json => ({
  __type__: type,
  __cfg__: fields,
});

/** "LeakySoma" as "leaky_soma". */
export const snakeCase = (name: string): string =>
  name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

/** A value that a number in single precision can hold, so that reading gives the same number. */
const single = (value: number): number => Math.fround(value);

const nested = (data: ArrayLike<number>, shape: readonly number[], start: number, size: number): Json => {
  const [length = 1, ...rest] = shape;
  const step = size / Math.max(length, 1);
  return Array.from({ length }, (_, k) =>
    rest.length === 0 ? data[start + k]! : nested(data, rest, start + k * step, step),
  );
};

/** An array of single precision or of whole numbers. */
export const arrayJson = (data: Float64Array | Int32Array, shape: readonly number[]): Json => ({
  __type__: "array",
  dtype: data instanceof Int32Array ? "int32" : "float32",
  shape: [...shape],
  data: nested(data instanceof Int32Array ? data : data.map(single), shape, 0, data.length),
});

/** A parameter: one number, or one for each unit. */
export const parameterJson = (value: PerUnit, shape: readonly number[]): Json =>
  typeof value === "number" ? value : arrayJson(value, shape);

export const float32: Json = { __type__: "dtype", name: "float32" };

type Ports = Readonly<Record<string, readonly (readonly [origin: string, port: string])[]>>;

/** A module of a controller, with the origins of its inputs and the names of its outputs. */
export const moduleOf = (
  name: string,
  type: string,
  registry: string,
  inputs: Ports,
  config: Json,
  outputs: Readonly<Record<string, string>>,
): Json => ({
  __type__: "module_specs",
  __data__: {
    name,
    module_cls: { __module_type__: type, __subregistry__: registry },
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([port, maps]) => [
        port,
        maps.map(([origin, from]) => ({ __type__: "port_map", __data__: { origin, port: from, is_property: false } })),
      ]),
    ),
    config: wrapped(`${type}_config`, config as Readonly<Record<string, Json>>),
    outputs,
    effects: {},
  },
});

/** Keys whose numbers are whole numbers in Python. It refuses 1 where it takes 1.0. */
const wholeKeys = new Set([
  "seed",
  "units",
  "shape",
  "data",
  "num_outputs",
  "output_map",
  "resolution",
  "glue",
  "mins",
  "maxs",
]);

/** JSON text that Python reads with the right types: floats have a decimal point. */
export const pythonText = (value: Json, key = ""): string => {
  if (typeof value === "number") {
    const text = JSON.stringify(value);
    return wholeKeys.has(key) || /[.e]/.test(text) ? text : `${text}.0`;
  }
  if (Array.isArray(value)) return `[${value.map((one: Json) => pythonText(one, key)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value as { readonly [key: string]: Json });
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${pythonText(one, name)}`).join(",\n")}}`;
};
