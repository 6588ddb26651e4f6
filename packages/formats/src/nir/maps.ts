import { type NirNode, sizeOf, type Tensor } from "./graph.ts";
import { eachEntry, multiply, refuseEntries, type Sparse, sparseOf } from "./sparse.ts";
import { broadcast, wholes, wrong } from "./values.ts";

/* Nodes without state, as linear maps from their input to their output. */

/** What arrives at a node: weighted sums of the outputs of nodes with state, and a constant. */
export interface Flow {
  readonly shape: readonly number[];
  /** Matrix from each source, by its path. */
  readonly terms: ReadonlyMap<string, Sparse>;
  readonly bias: Float64Array | undefined;
}

const stateless = new Set("Identity Affine Linear Scale Conv1d Conv2d SumPool2d AvgPool2d Flatten Delay".split(" "));
export const isMap = ({ type }: NirNode): boolean => stateless.has(type);

/** What leaves a node without state. @throws ConfigError if the shapes do not fit */
export const applyMap = (node: NirNode, input: Flow): Flow => {
  switch (node.type) {
    case "Identity":
      return input;
    case "Flatten":
      return { ...input, shape: flattenShape(node, input.shape) };
    case "Scale":
      return scaled(input, broadcast(node, "scale", node.numbers["scale"]!, input.shape));
    case "Delay":
      return delayed(input, delaysOf(node, input.shape));
    case "Affine":
    case "Linear":
      return linear(node, input);
    case "Conv1d":
    case "Conv2d":
      return convolved(node, input);
    default:
      return pooled(node, input);
  }
};

const everyTerm = (input: Flow, change: (matrix: Sparse) => Sparse): Flow["terms"] =>
  new Map([...input.terms].map(([source, matrix]) => [source, change(matrix)]));

const scaled = (input: Flow, factors: Float64Array): Flow => ({
  shape: input.shape,
  terms: everyTerm(input, (matrix) =>
    sparseOf(matrix.rows, matrix.columns, (row, add) =>
      eachEntry(matrix, row, (column, weight, delay) => add(column, weight * factors[row]!, delay)),
    ),
  ),
  bias: input.bias?.map((value, row) => value * factors[row]!),
});

const delaysOf = (node: NirNode, shape: readonly number[]): Float64Array => {
  const delays = broadcast(node, "delay", node.numbers["delay"]!, shape);
  const negative = delays.find((delay) => delay < 0);
  if (negative !== undefined) throw wrong(node, `must be at least 0 s; received ${negative}.`, "delay");
  return delays;
};

const delayed = (input: Flow, delays: Float64Array): Flow => ({
  ...input,
  terms: everyTerm(input, (matrix) =>
    sparseOf(matrix.rows, matrix.columns, (row, add) =>
      eachEntry(matrix, row, (column, weight, delay) => add(column, weight, delay + delays[row]!)),
    ),
  ),
});

const throughMatrix = (
  matrix: Sparse,
  shape: readonly number[],
  input: Flow,
  path: string,
  own?: Float64Array,
): Flow => {
  const bias = own ?? (input.bias && new Float64Array(matrix.rows));
  if (input.bias) {
    for (let row = 0; row < matrix.rows; row++) {
      eachEntry(matrix, row, (column, weight) => {
        bias![row]! += weight * input.bias![column]!;
      });
    }
  }
  return { shape, terms: everyTerm(input, (one) => multiply(matrix, one, path)), bias };
};

const linear = (node: NirNode, input: Flow): Flow => {
  const { data, shape } = node.numbers["weight"]!;
  if (shape.length < 2) throw wrong(node, `must have at least two axes; its shape is [${shape.join(", ")}].`, "weight");
  const [outputs, inputs] = [shape.at(-2)!, shape.at(-1)!];
  const batch = shape.slice(0, -2);
  const copies = sizeOf(batch);
  const received = sizeOf(input.shape);
  if (received !== copies * inputs) {
    throw wrong(
      node,
      `has the shape [${shape.join(", ")}], so it needs ${copies * inputs} inputs; it receives ${received}.`,
      "weight",
    );
  }
  refuseEntries(data.length, node.path);
  const matrix = sparseOf(copies * outputs, copies * inputs, (row, add) => {
    const first = Math.floor(row / outputs) * inputs;
    for (let column = 0; column < inputs; column++) add(first + column, data[row * inputs + column]!);
  });
  const to = [...batch, outputs];
  const bias = node.type === "Affine" ? broadcast(node, "bias", node.numbers["bias"]!, to) : undefined;
  return throughMatrix(matrix, to, input, node.path, bias);
};

const flattenShape = (node: NirNode, shape: readonly number[]): readonly number[] => {
  const axis = (name: string): number => {
    const value = node.numbers[name]?.data[0];
    const index = value !== undefined && value < 0 ? value + shape.length : value;
    if (index === undefined || !Number.isInteger(index) || index < 0) {
      throw wrong(node, `must be an axis of the shape [${shape.join(", ")}]; received ${value}.`, name);
    }
    return index;
  };
  const first = axis("start_dim");
  const last = Math.min(axis("end_dim"), shape.length - 1);
  if (first >= last) return shape;
  return [...shape.slice(0, first), sizeOf(shape.slice(first, last + 1)), ...shape.slice(last + 1)];
};

/** A window that moves over the last two axes of a shape. */
interface Window {
  readonly channels: number;
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

const windowOf = (
  node: NirNode,
  shape: readonly number[],
  given: Omit<Window, "channels" | "input" | "output">,
  isSame: boolean,
): Window => {
  const inner = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  if (inner.length !== 3) {
    throw wrong(node, `needs an input with channels and two axes; it receives the shape [${shape.join(", ")}].`);
  }
  const [channels, height, width] = inner as [number, number, number];
  const length = (size: number, axis: 0 | 1): number => {
    if (isSame) return size;
    const span = given.dilation[axis]! * (given.kernel[axis]! - 1) + 1;
    const count = Math.floor((size + 2 * given.padding[axis]! - span) / given.stride[axis]!) + 1;
    if (count < 1) throw wrong(node, `has a window of ${span}, which is larger than its input of ${size}.`);
    return count;
  };
  return { channels, input: [height, width], output: [length(height, 0), length(width, 1)], ...given };
};

/** Calls `use` with the flat input position and the position in the kernel, for one place of the output. */
const eachInWindow = (
  { input, kernel, stride, padding, dilation }: Window,
  [top, left]: readonly [number, number],
  use: (input: number, kernel: number) => void,
): void => {
  for (let i = 0; i < kernel[0]!; i++) {
    const y = top * stride[0]! - padding[0]! + i * dilation[0]!;
    if (y < 0 || y >= input[0]) continue;
    for (let j = 0; j < kernel[1]!; j++) {
      const x = left * stride[1]! - padding[1]! + j * dilation[1]!;
      if (x >= 0 && x < input[1]) use(y * input[1] + x, i * kernel[1]! + j);
    }
  }
};

const convolved = (node: NirNode, input: Flow): Flow => {
  const axes = node.type === "Conv1d" ? 1 : 2;
  const weight = node.numbers["weight"]!;
  if (weight.shape.length !== axes + 2) {
    throw wrong(node, `must have ${axes + 2} axes; its shape is [${weight.shape.join(", ")}].`, "weight");
  }
  const [outputs, perGroup, ...kernel] = weight.shape as [number, number, ...number[]];
  const groups = wholes(node, "groups", 1, 1)[0]!;
  const stride = wholes(node, "stride", axes, 1);
  const dilation = wholes(node, "dilation", axes, 1);
  const { padding: named } = node.texts;
  const isSame = named === "same";
  if (named !== undefined && !isSame && named !== "valid") {
    throw wrong(node, `must be "same", "valid" or whole numbers; received "${named}".`, "padding");
  }
  if (isSame && stride.some((one) => one !== 1)) throw wrong(node, `"same" needs the stride 1.`, "padding");
  const padding = isSame
    ? kernel.map((length, axis) => Math.floor((dilation[axis]! * (length - 1)) / 2))
    : named === "valid"
      ? kernel.map(() => 0)
      : wholes(node, "padding", axes, 0);
  // One axis is two axes, of which the first has the length 1.
  const two = (values: readonly number[], first: number): readonly number[] =>
    axes === 1 ? [first, ...values] : values;
  const window = windowOf(
    node,
    imageShape(node, input.shape, perGroup * groups, axes),
    { kernel: two(kernel, 1), stride: two(stride, 1), padding: two(padding, 0), dilation: two(dilation, 1) },
    isSame,
  );
  if (window.channels !== perGroup * groups || outputs % groups !== 0) {
    throw wrong(
      node,
      `has weights for ${perGroup * groups} channels in ${groups} groups; it receives ${window.channels} channels.`,
      "weight",
    );
  }
  const places = window.output[0] * window.output[1];
  const pixels = window.input[0] * window.input[1];
  const taps = sizeOf(kernel);
  refuseEntries(outputs * places * perGroup * taps, node.path);
  const matrix = sparseOf(outputs * places, window.channels * pixels, (row, add) => {
    const channel = Math.floor(row / places);
    const place = row % places;
    const firstChannel = Math.floor(channel / (outputs / groups)) * perGroup;
    const at = [Math.floor(place / window.output[1]), place % window.output[1]] as const;
    for (let c = 0; c < perGroup; c++) {
      eachInWindow(window, at, (pixel, tap) =>
        add((firstChannel + c) * pixels + pixel, weight.data[(channel * perGroup + c) * taps + tap]!),
      );
    }
  });
  const shape = axes === 1 ? [outputs, window.output[1]] : [outputs, ...window.output];
  const bias = broadcast(node, "bias", perChannel(node, outputs, axes), shape);
  return throughMatrix(matrix, shape, input, node.path, bias);
};

/** One bias for each channel. */
const perChannel = (node: NirNode, outputs: number, axes: number): Tensor => {
  const { data } = node.numbers["bias"]!;
  return data.length === outputs
    ? { data, shape: [outputs, ...new Array<number>(axes).fill(1)] }
    : node.numbers["bias"]!;
};

/** The shape of the input of a convolution: the one that the file gives, or the one that arrives. */
const imageShape = (node: NirNode, shape: readonly number[], channels: number, axes: number): readonly number[] => {
  const given = node.numbers["input_shape"];
  const image = given ? Array.from(given.data) : shape.slice(-axes);
  const full = [channels, ...(axes === 1 ? [1] : []), ...image];
  if (image.length !== axes || sizeOf(full) !== sizeOf(shape)) {
    throw wrong(
      node,
      `needs an input of ${channels} channels of [${image.join(", ")}]; it receives the shape [${shape.join(", ")}].`,
      given && "input_shape",
    );
  }
  return full;
};

const pooled = (node: NirNode, input: Flow): Flow => {
  const kernel = wholes(node, "kernel_size", 2, 1);
  const given = {
    kernel,
    stride: wholes(node, "stride", 2, 1),
    padding: wholes(node, "padding", 2, 0),
    dilation: [1, 1],
  };
  const window = windowOf(node, input.shape, given, false);
  const places = window.output[0] * window.output[1];
  const pixels = window.input[0] * window.input[1];
  // The mean counts the padding as zeros, as PyTorch does.
  const factor = node.type === "AvgPool2d" ? 1 / sizeOf(kernel) : 1;
  refuseEntries(window.channels * places * sizeOf(kernel), node.path);
  const matrix = sparseOf(window.channels * places, window.channels * pixels, (row, add) => {
    const channel = Math.floor(row / places);
    const at = [Math.floor((row % places) / window.output[1]), row % window.output[1]] as const;
    eachInWindow(window, at, (pixel) => add(channel * pixels + pixel, factor));
  });
  return throughMatrix(matrix, [window.channels, ...window.output], input, node.path);
};
