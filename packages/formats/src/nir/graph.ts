/* A NIR graph as it stands in a file: nodes with their values, and edges between them. */

/** Numbers with the lengths of their axes, in row-major order. */
export interface Tensor {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

export interface NirNode {
  /** Path in the graph: names joined by slashes, because names may contain dots. */
  readonly path: string;
  /** Type in the file, such as "LIF". */
  readonly type: string;
  readonly numbers: Readonly<Record<string, Tensor>>;
  readonly texts: Readonly<Record<string, string>>;
  /** Names of further entries, such as "metadata". */
  readonly others: readonly string[];
  /** Shape of the population, which exported files contain beside the node. */
  readonly units?: readonly number[];
}

/** Name of the shape of a population in the metadata of a node. */
export const UNITS = "spark_snn_units";

export type NirEdge = readonly [from: string, to: string];

/** A graph whose nested graphs have not been flattened. */
export interface NestedGraph {
  readonly path: string;
  readonly nodes: ReadonlyMap<string, NirNode | NestedGraph>;
  readonly edges: readonly NirEdge[];
}

/** A graph without nested ones. The keys of the nodes are their paths. */
export interface NirGraph {
  readonly nodes: ReadonlyMap<string, NirNode>;
  readonly edges: readonly NirEdge[];
}

export const isGraph = (node: NirNode | NestedGraph): node is NestedGraph => "nodes" in node;

/** Number of values of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Types of nodes with parameters, in the order of the specification. "?" marks those that a file may lack. */
export const nodeTypes: Readonly<Record<string, readonly string[]>> = {
  Input: ["shape"],
  Output: ["shape"],
  Identity: ["shape?"],
  Affine: ["weight", "bias"],
  Linear: ["weight"],
  Scale: ["scale"],
  Conv1d: ["input_shape?", "weight", "stride", "padding", "dilation", "groups", "bias"],
  Conv2d: ["input_shape?", "weight", "stride", "padding", "dilation", "groups", "bias"],
  SumPool2d: ["kernel_size", "stride", "padding"],
  AvgPool2d: ["kernel_size", "stride", "padding"],
  Flatten: ["start_dim", "end_dim", "input_type?"],
  Delay: ["delay"],
  Threshold: ["threshold"],
  I: ["r"],
  IF: ["r", "v_threshold?", "v_reset?"],
  LI: ["tau", "r", "v_leak"],
  LIF: ["tau", "r", "v_leak", "v_threshold?", "v_reset?"],
  CubaLI: ["tau_syn", "tau_mem", "r", "v_leak", "w_in?"],
  CubaLIF: ["tau_syn", "tau_mem", "r", "v_leak", "v_threshold?", "v_reset?", "w_in?"],
};
