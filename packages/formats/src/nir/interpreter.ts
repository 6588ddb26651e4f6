import { type NirGraph, type NirNode, sizeOf } from "./graph.ts";

/*
 * A small interpreter of NIR, for the drift check. It shares nothing with the import but the order of the nodes: it
 * passes tensors from node to node in each step, and integrates the equations of the specification with small steps of
 * the method of Runge and Kutta.
 *
 * Values pass connections within a step. Where nodes form a circle, the connection that leads back carries the values of
 * the step before.
 */

interface Values {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

export interface Traces {
  /** Output of each node with state: spikes or potentials, steps × units. */
  readonly outputs: ReadonlyMap<string, Float64Array>;
  /** Potentials, steps × units. */
  readonly potentials: ReadonlyMap<string, Float64Array>;
}

export interface Interpretation {
  readonly graph: NirGraph;
  /** Nodes with state, in the order of a step, with their shapes. */
  readonly order: readonly {
    readonly path: string;
    readonly shape: readonly number[];
    /** Steps before the first one from which on the node advances, without inputs of the graph. */
    readonly early: number;
  }[];
  /** Step, ms. */
  readonly dt: number;
  readonly steps: number;
  readonly reset: "value" | "subtract";
  /** Values of each input: steps × units. */
  readonly inputs: ReadonlyMap<string, Float64Array>;
}

/** Parts of a step in which the equations are integrated, at least. */
const PARTS = 16;

export const interpret = ({ graph, order, dt, steps, reset, inputs }: Interpretation): Traces => {
  const before = new Map<string, string[]>();
  for (const [from, to] of graph.edges) before.set(to, [...(before.get(to) ?? []), from]);
  const shapes = new Map(order.map(({ path, shape }) => [path, shape]));
  const earliest = order.reduce((most, { early }) => Math.max(most, early), 0);
  // Row 0 of the traces is the earliest step.
  const traces = (): Map<string, Float64Array> =>
    new Map(order.map(({ path, shape }) => [path, new Float64Array((earliest + steps) * sizeOf(shape))]));
  const [outputs, potentials] = [traces(), traces()];
  const rowOf = (trace: Float64Array, step: number, size: number): Float64Array =>
    trace.subarray((earliest + step) * size, (earliest + step + 1) * size);
  const states = new Map(order.map(({ path, shape }) => [path, stateOf(graph.nodes.get(path)!, sizeOf(shape))]));
  const done = new Map<string, number>();
  const stepSize = dt / 1000;

  const outputAt = (path: string, step: number): Values => {
    const node = graph.nodes.get(path)!;
    const shape = shapes.get(path);
    if (!shape) return stateless(node, (late) => sumBefore(path, step - late), stepSize);
    const at = Math.min(step, done.get(path) ?? Number.NEGATIVE_INFINITY);
    const size = sizeOf(shape);
    const data = at < -earliest ? new Float64Array(size) : rowOf(outputs.get(path)!, at, size);
    return { data, shape };
  };
  const sumBefore = (path: string, step: number): Values => {
    const [first, ...others] = (before.get(path) ?? []).map((from) => outputAt(from, step));
    if (!first) return { data: new Float64Array(sizeOf(shapes.get(path) ?? [1])), shape: shapes.get(path) ?? [1] };
    const data = first.data.slice();
    for (const other of others) for (let k = 0; k < data.length; k++) data[k]! += other.data[k]!;
    return { data, shape: first.shape };
  };

  for (let step = -earliest; step < steps; step++) {
    for (const { path, shape, early } of order) {
      const size = sizeOf(shape);
      if (step < -early) continue;
      const given = inputs.get(path);
      const out = rowOf(outputs.get(path)!, step, size);
      if (given) out.set(given.subarray(step * size, (step + 1) * size));
      else {
        const { data } = sumBefore(path, step);
        const potential = rowOf(potentials.get(path)!, step, size);
        advance(states.get(path)!, data, stepSize, reset, out, potential);
      }
      done.set(path, step);
    }
  }
  const fromFirst = (all: ReadonlyMap<string, Float64Array>): Map<string, Float64Array> =>
    new Map(order.map(({ path, shape }) => [path, all.get(path)!.subarray(earliest * sizeOf(shape))]));
  return { outputs: fromFirst(outputs), potentials: fromFirst(potentials) };
};

interface State {
  readonly type: string;
  readonly parameters: Readonly<Record<string, Float64Array>>;
  readonly v: Float64Array;
  readonly i: Float64Array;
}

const stateOf = ({ type, numbers }: NirNode, size: number): State => {
  const parameters: Record<string, Float64Array> = {};
  const standard: Readonly<Record<string, number>> = { v_threshold: 1, v_reset: 0, w_in: 1 };
  const at = (data: ArrayLike<number>, k: number): number => data[data.length === 1 ? 0 : k % data.length]!;
  for (const name of ["tau", "tau_mem", "tau_syn", "r", "v_leak", "v_threshold", "v_reset", "w_in", "threshold"]) {
    const given = numbers[name];
    const data = given?.data ?? [standard[name] ?? Number.NaN];
    parameters[name] = Float64Array.from({ length: size }, (_, k) =>
      given && given.data.length > 1 && given.data.length < size ? repeated(given, k, size) : at(data, k),
    );
  }
  return { type, parameters, v: new Float64Array(size), i: new Float64Array(size) };
};

/** One value for each channel, repeated over the places of the channel. */
const repeated = ({ data }: { readonly data: ArrayLike<number> }, k: number, size: number): number =>
  data[Math.floor(k / (size / data.length))]!;

/** Advances a node with state by one step. */
const advance = (
  { type, parameters: p, v, i }: State,
  input: Float64Array,
  dt: number,
  reset: "value" | "subtract",
  out: Float64Array,
  potential: Float64Array,
): void => {
  const isCuba = type.startsWith("Cuba");
  for (let k = 0; k < v.length; k++) {
    const [tau, r, leak] = [p[isCuba ? "tau_mem" : "tau"]![k]!, p["r"]![k]!, p["v_leak"]![k]!];
    const synapse = p["tau_syn"]![k]!;
    const drive = input[k]! * (isCuba ? p["w_in"]![k]! : 1);
    const di = (current: number): number => (isCuba ? (drive - current) / synapse : 0);
    const dv = (v_: number, current: number): number => {
      const total = isCuba ? current : drive;
      return type === "I" || type === "IF" ? r * total : (leak - v_ + r * total) / tau;
    };
    if (type === "Threshold" || type === "Output") v[k] = drive;
    else {
      const fastest = Math.min(isCuba ? synapse : Number.POSITIVE_INFINITY, tau > 0 ? tau : Number.POSITIVE_INFINITY);
      const parts = Math.min(4096, PARTS * Math.max(1, Math.ceil(dt / fastest)));
      const h = dt / parts;
      let [x, y] = [v[k]!, i[k]!];
      for (let part = 0; part < parts; part++) {
        const [a1, b1] = [dv(x, y), di(y)];
        const [a2, b2] = [dv(x + (h / 2) * a1, y + (h / 2) * b1), di(y + (h / 2) * b1)];
        const [a3, b3] = [dv(x + (h / 2) * a2, y + (h / 2) * b2), di(y + (h / 2) * b2)];
        const [a4, b4] = [dv(x + h * a3, y + h * b3), di(y + h * b3)];
        x += (h / 6) * (a1 + 2 * a2 + 2 * a3 + a4);
        y += (h / 6) * (b1 + 2 * b2 + 2 * b3 + b4);
      }
      v[k] = x;
      i[k] = y;
    }
    const threshold = (type === "Threshold" ? p["threshold"] : p["v_threshold"])![k]!;
    const isSpike = ["IF", "LIF", "CubaLIF", "Threshold"].includes(type);
    out[k] = isSpike ? Number(v[k]! > threshold) : v[k]!;
    if (isSpike && out[k] === 1 && type !== "Threshold")
      v[k] = reset === "subtract" ? v[k]! - threshold : p["v_reset"]![k]!;
    potential[k] = v[k]!;
  }
};

/** The output of a node without state. `input` gives what arrives, some steps ago. */
const stateless = (node: NirNode, input: (late: number) => Values, dt: number): Values => {
  const { type, numbers } = node;
  const x = input(0);
  switch (type) {
    case "Scale":
    case "Delay": {
      const tensor = numbers[type === "Scale" ? "scale" : "delay"]!;
      const own = (k: number): number =>
        tensor.data.length === x.data.length ? tensor.data[k]! : repeated(tensor, k, x.data.length);
      if (type === "Scale") return { ...x, data: x.data.map((value, k) => value * own(k)) };
      const past = new Map<number, Values>();
      return {
        ...x,
        data: x.data.map((_, k) => {
          const late = Math.round(own(k) / dt);
          if (!past.has(late)) past.set(late, input(late));
          return past.get(late)!.data[k]!;
        }),
      };
    }
    case "Flatten":
      return { data: x.data, shape: [x.data.length] };
    case "Linear":
    case "Affine": {
      const { data, shape } = numbers["weight"]!;
      const columns = shape.at(-1)!;
      const bias = numbers["bias"]?.data;
      const rows = data.length / columns;
      const perBatch = shape.at(-2)!;
      const y = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        let sum = bias ? bias[bias.length === 1 ? 0 : row % bias.length]! : 0;
        const first = Math.floor(row / perBatch) * columns;
        for (let column = 0; column < columns; column++) sum += data[row * columns + column]! * x.data[first + column]!;
        y[row] = sum;
      }
      return { data: y, shape: [...shape.slice(0, -2), perBatch] };
    }
    case "Conv1d":
    case "Conv2d":
    case "SumPool2d":
    case "AvgPool2d":
      return windowed(node, x);
    default:
      return x;
  }
};

/** Convolutions and pools, place by place. */
const windowed = ({ type, numbers, texts }: NirNode, x: Values): Values => {
  const isPool = type.endsWith("Pool2d");
  const axes = type === "Conv1d" ? 1 : 2;
  const pair = (name: string, standard: number): readonly [number, number] => {
    const data = numbers[name]?.data ?? [standard];
    const last = data[data.length - 1]!;
    return axes === 1 ? [name === "padding" ? 0 : 1, last] : [data[0]!, last];
  };
  const weight = numbers["weight"];
  const channelsOut = weight?.shape[0];
  const [kh, kw] = isPool
    ? pair("kernel_size", 1)
    : axes === 1
      ? [1, weight!.shape[2]!]
      : [weight!.shape[2]!, weight!.shape[3]!];
  const [sh, sw] = pair("stride", 1);
  const [dh, dw] = pair("dilation", 1);
  const isSame = texts["padding"] === "same";
  const [ph, pw] = isSame ? [Math.floor((dh * (kh - 1)) / 2), Math.floor((dw * (kw - 1)) / 2)] : pair("padding", 0);
  const given = numbers["input_shape"]?.data;
  const groups = numbers["groups"]?.data[0] ?? 1;
  const spatial = given ? Array.from(given) : x.shape.slice(-axes);
  const [height, width] = axes === 1 ? [1, spatial[0]!] : [spatial[0]!, spatial[1]!];
  const channelsIn = x.data.length / (height * width);
  const out = (size: number, p: number, d: number, k: number, s: number): number =>
    isSame ? size : Math.floor((size + 2 * p - d * (k - 1) - 1) / s) + 1;
  const [oh, ow] = [out(height, ph, dh, kh, sh), out(width, pw, dw, kw, sw)];
  const pixel = (c: number, i: number, j: number): number =>
    i < 0 || j < 0 || i >= height || j >= width ? 0 : x.data[(c * height + i) * width + j]!;
  const outputs = channelsOut ?? channelsIn;
  const y = new Float64Array(outputs * oh * ow);
  const perGroup = channelsIn / groups;
  const bias = numbers["bias"]?.data;
  for (let c = 0; c < outputs; c++) {
    const first = isPool ? c : Math.floor(c / (outputs / groups)) * perGroup;
    for (let i = 0; i < oh; i++) {
      for (let j = 0; j < ow; j++) {
        let sum = bias ? bias[bias.length === 1 ? 0 : c]! : 0;
        for (let m = 0; m < (isPool ? 1 : perGroup); m++) {
          for (let a = 0; a < kh; a++) {
            for (let b = 0; b < kw; b++) {
              const factor = isPool ? 1 : weight!.data[((c * perGroup + m) * kh + a) * kw + b]!;
              sum += factor * pixel(first + m, i * sh - ph + a * dh, j * sw - pw + b * dw);
            }
          }
        }
        y[(c * oh + i) * ow + j] = type === "AvgPool2d" ? sum / (kh * kw) : sum;
      }
    }
  }
  return { data: y, shape: axes === 1 ? [outputs, ow] : [outputs, oh, ow] };
};
