import { ConfigError } from "spark-snn";
import { type NirNode, sizeOf, type Tensor } from "./graph.ts";

/** An error at a node or a value of it. */
export const wrong = ({ path }: NirNode, message: string, name?: string): ConfigError =>
  new ConfigError([{ path: name === undefined ? path : `${path}.${name}`, message }]);

/** The values of a parameter for a shape: one value for all, one for each, or axes of length 1 that are repeated. */
export const broadcast = (
  node: NirNode,
  name: string,
  { data, shape }: Tensor,
  to: readonly number[],
): Float64Array => {
  const size = sizeOf(to);
  if (data.length === 1) return new Float64Array(size).fill(data[0]!);
  if (data.length === size) return Float64Array.from(data);
  const padded = [...new Array<number>(Math.max(0, to.length - shape.length)).fill(1), ...shape];
  if (padded.length !== to.length || padded.some((length, axis) => length !== 1 && length !== to[axis])) {
    throw wrong(
      node,
      `has the shape [${shape.join(", ")}], which does not fit the shape [${to.join(", ")}] of its node.`,
      name,
    );
  }
  const values = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    let rest = k;
    let at = 0;
    let stride = 1;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const index = rest % to[axis]!;
      rest = Math.floor(rest / to[axis]!);
      if (padded[axis] !== 1) at += index * stride;
      stride *= padded[axis]!;
    }
    values[k] = data[at]!;
  }
  return values;
};

/** Whole numbers of a parameter, such as a stride: one for each of `axes`, or one for all. */
export const wholes = (node: NirNode, name: string, axes: number, least: number): readonly number[] => {
  const { data } = node.numbers[name] ?? { data: [] };
  const values = data.length === 1 ? new Array<number>(axes).fill(data[0]!) : Array.from(data);
  if (values.length !== axes || values.some((value) => !Number.isInteger(value) || value < least)) {
    throw wrong(
      node,
      `must be ${axes} whole numbers of at least ${least}; received ${Array.from(data).join(", ")}.`,
      name,
    );
  }
  return values;
};

/** The values of `shape` of an input or output, or another shape. */
export const shapeIn = (node: NirNode, name: string): readonly number[] => {
  const shape = Array.from(node.numbers[name]?.data ?? []);
  if (shape.some((length) => !Number.isInteger(length) || length < 1)) {
    throw wrong(node, `must be whole numbers of at least 1; received [${shape.join(", ")}].`, name);
  }
  // Sizes are checked before anything of them is created.
  if (sizeOf(shape) > MAX_UNITS) {
    throw wrong(
      node,
      `has ${sizeOf(shape)} values; the limit is ${MAX_UNITS}. The file is damaged, or too large.`,
      name,
    );
  }
  return shape;
};

/** Most values of a node. */
const MAX_UNITS = 100_000_000;

/** A number for a sentence. */
export const round = (value: number): number => Number(value.toPrecision(6));
