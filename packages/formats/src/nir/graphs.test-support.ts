import type { NirEdge, Tensor } from "./graph.ts";
import { nirBytes, type WrittenGraph, type WrittenNode } from "./write.ts";

/* Small NIR graphs for tests. */

export const tensor = (data: readonly number[], shape: readonly number[] = [data.length]): Tensor => ({
  data: Float64Array.from(data),
  shape,
});

export const input = (...shape: number[]): WrittenNode => ({ type: "Input", wholes: { shape: tensor(shape) } });
export const output = (...shape: number[]): WrittenNode => ({ type: "Output", wholes: { shape: tensor(shape) } });

/** A node whose parameters are lists of numbers, or tensors. */
export const node = (type: string, values: Readonly<Record<string, readonly number[] | Tensor>> = {}): WrittenNode => ({
  type,
  numbers: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, "shape" in value ? (value as Tensor) : tensor(value)]),
  ),
});

/** A LIF node of `count` neurons that spikes often. */
export const lif = (count: number, values: Readonly<Record<string, readonly number[]>> = {}): WrittenNode => {
  const all = (value: number): number[] => new Array<number>(count).fill(value);
  return node("LIF", {
    tau: all(0.005),
    r: all(20),
    v_leak: all(0),
    v_threshold: all(1),
    v_reset: all(0),
    ...values,
  });
};

/** Nodes that follow one another. */
export const chain = (nodes: Readonly<Record<string, WrittenNode | WrittenGraph>>): WrittenGraph => {
  const names = Object.keys(nodes);
  return {
    nodes: new Map(Object.entries(nodes)),
    edges: names.slice(1).map((name, k): NirEdge => [names[k]!, name]),
  };
};

export const graph = (
  nodes: Readonly<Record<string, WrittenNode | WrittenGraph>>,
  edges: readonly NirEdge[],
): Promise<Uint8Array> => nirBytes({ nodes: new Map(Object.entries(nodes)), edges });
