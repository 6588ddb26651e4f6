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

/** Steps of the integration in the fastest time constant of a unit, whose relative error is then below 1e-7. */
const PARTS = 32;
/** Most steps of the integration in a step of the run. */
const MOST_PARTS = 4096;

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
  const stepSize = dt / 1000;
  const states = new Map(
    order.map(({ path, shape }) => [path, stateOf(graph.nodes.get(path)!, sizeOf(shape), stepSize)]),
  );
  const done = new Map<string, number>();

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
  readonly parameters: Readonly<Record<Parameter, Float64Array>>;
  /** Number of parts of a step for each unit. */
  readonly parts: Uint16Array;
  readonly v: Float64Array;
  readonly i: Float64Array;
}

const names = ["tau", "tau_mem", "tau_syn", "r", "v_leak", "v_threshold", "v_reset", "w_in", "threshold"] as const;
type Parameter = (typeof names)[number];

const stateOf = ({ type, numbers }: NirNode, size: number, dt: number): State => {
  const standard: Readonly<Record<string, number>> = { v_threshold: 1, v_reset: 0, w_in: 1 };
  const at = (data: ArrayLike<number>, k: number): number => data[data.length === 1 ? 0 : k % data.length]!;
  const valuesOf = (name: Parameter): Float64Array => {
    const given = numbers[name];
    const data = given?.data ?? [standard[name] ?? Number.NaN];
    return Float64Array.from({ length: size }, (_, k) =>
      given && given.data.length > 1 && given.data.length < size ? repeated(given, k, size) : at(data, k),
    );
  };
  const parameters = Object.fromEntries(names.map((name) => [name, valuesOf(name)])) as Record<Parameter, Float64Array>;
  const taus = type.startsWith("Cuba") ? [parameters.tau_mem, parameters.tau_syn] : [parameters.tau];
  const parts = Uint16Array.from({ length: size }, (_, k) => {
    const fastest = taus.reduce(
      (least, { [k]: tau }) => (tau! > 0 ? Math.min(least, tau!) : least),
      Number.POSITIVE_INFINITY,
    );
    return Math.min(MOST_PARTS, Math.max(1, Math.ceil((PARTS * dt) / fastest)));
  });
  return { type, parameters, parts, v: new Float64Array(size), i: new Float64Array(size) };
};

/** One value for each channel, repeated over the places of the channel. */
const repeated = ({ data }: { readonly data: ArrayLike<number> }, k: number, size: number): number =>
  data[Math.floor(k / (size / data.length))]!;

/** Nodes that spike when their potential exceeds a threshold. */
const spiking: readonly string[] = ["IF", "LIF", "CubaLIF", "Threshold"];

/** Advances a node with state by one step. */
const advance = (
  state: State,
  input: Float64Array,
  dt: number,
  reset: "value" | "subtract",
  out: Float64Array,
  potential: Float64Array,
): void => {
  const { type, parameters, v } = state;
  if (type === "Threshold" || type === "Output") v.set(input.subarray(0, v.length));
  else if (type.startsWith("Cuba")) integrateCuba(state, input, dt);
  else integrate(state, input, dt);
  const isSpiking = spiking.includes(type);
  const thresholds = type === "Threshold" ? parameters.threshold : parameters.v_threshold;
  for (let k = 0; k < v.length; k++) {
    const value = v[k]!;
    const isSpike = isSpiking && value > thresholds[k]!;
    out[k] = isSpiking ? Number(isSpike) : value;
    if (isSpike && type !== "Threshold") {
      v[k] = reset === "subtract" ? value - thresholds[k]! : parameters.v_reset[k]!;
    }
    potential[k] = v[k]!;
  }
};

/*
 * The two loops below take most of the time of a drift check, so they allocate nothing: slopes are numbers, not tuples.
 */

/** I and IF: v̇ = R·I. LI and LIF: τ·v̇ = (v_leak − v) + R·I. */
const integrate = ({ type, parameters: p, parts, v }: State, input: Float64Array, dt: number): void => {
  const isLeaky = type !== "I" && type !== "IF";
  for (let k = 0; k < v.length; k++) {
    const drive = p.r[k]! * input[k]!;
    // v̇ = a − b·v.
    const b = isLeaky ? 1 / p.tau[k]! : 0;
    const a = isLeaky ? (p.v_leak[k]! + drive) / p.tau[k]! : drive;
    const count = parts[k]!;
    const h = dt / count;
    let x = v[k]!;
    for (let part = 0; part < count; part++) {
      const s1 = a - b * x;
      const s2 = a - b * (x + (h / 2) * s1);
      const s3 = a - b * (x + (h / 2) * s2);
      const s4 = a - b * (x + h * s3);
      x += (h / 6) * (s1 + 2 * s2 + 2 * s3 + s4);
    }
    v[k] = x;
  }
};

/** CubaLI and CubaLIF: τ_syn·İ = −I + w_in·S, and τ_mem·v̇ = (v_leak − v) + R·I. */
const integrateCuba = ({ parameters: p, parts, v, i }: State, input: Float64Array, dt: number): void => {
  for (let k = 0; k < v.length; k++) {
    const [tau, synapse, r, leak] = [p.tau_mem[k]!, p.tau_syn[k]!, p.r[k]!, p.v_leak[k]!];
    const drive = input[k]! * p.w_in[k]!;
    const count = parts[k]!;
    const h = dt / count;
    let x = v[k]!;
    let y = i[k]!;
    for (let part = 0; part < count; part++) {
      const v1 = (leak - x + r * y) / tau;
      const i1 = (drive - y) / synapse;
      const y2 = y + (h / 2) * i1;
      const v2 = (leak - (x + (h / 2) * v1) + r * y2) / tau;
      const i2 = (drive - y2) / synapse;
      const y3 = y + (h / 2) * i2;
      const v3 = (leak - (x + (h / 2) * v2) + r * y3) / tau;
      const i3 = (drive - y3) / synapse;
      const y4 = y + h * i3;
      const v4 = (leak - (x + h * v3) + r * y4) / tau;
      const i4 = (drive - y4) / synapse;
      x += (h / 6) * (v1 + 2 * v2 + 2 * v3 + v4);
      y += (h / 6) * (i1 + 2 * i2 + 2 * i3 + i4);
    }
    v[k] = x;
    i[k] = y;
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
