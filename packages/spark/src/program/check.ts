import type { DType } from "../expr/expr.ts";
import { signatures } from "../expr/ops.ts";
import {
  type Buffer,
  type BufferRole,
  type Kernel,
  type Node,
  type Place,
  type Program,
  paddedTo,
  wordsOf,
} from "./program.ts";

/*
 * The rules that every program obeys, so that backends do not have to check them. Tests call this between compiler
 * passes; no other code imports this file.
 */

type Length = "one" | "padded" | "words";

/** Requirements on a buffer for each way in which a kernel accesses it. */
interface PlaceRule {
  readonly types: Readonly<Partial<Record<Buffer["type"], DType>>>;
  readonly length: Length;
  readonly perStep: boolean;
  readonly uniform: boolean;
  /** Roles that a load accepts. */
  readonly loads: readonly BufferRole[];
  /** Roles that a store accepts. */
  readonly stores: readonly BufferRole[];
}

const numbers = { float: "float", int: "int" } as const;
const places: Readonly<Record<Place, PlaceRule>> = {
  unit: {
    types: numbers,
    length: "padded",
    perStep: false,
    uniform: false,
    loads: ["state", "field", "input"],
    stores: ["state"],
  },
  scalar: { types: numbers, length: "one", perStep: false, uniform: true, loads: ["field", "input"], stores: [] },
  row: { types: numbers, length: "one", perStep: true, uniform: true, loads: ["input"], stores: [] },
  rowUnit: { types: numbers, length: "padded", perStep: true, uniform: false, loads: ["input"], stores: [] },
  rowBit: {
    types: { bits: "bool" },
    length: "words",
    perStep: true,
    uniform: false,
    loads: ["input"],
    stores: ["spikes"],
  },
};

/** Whether the buffers of a role have a row for each step of a chunk. For a role that is not listed, both are valid. */
const perStep: Readonly<Partial<Record<BufferRole, boolean>>> = { state: false, field: false, spikes: true };

/** What a kernel may access. */
interface KernelRule {
  /** Roles that it may load. */
  readonly loads: readonly BufferRole[];
  /** Roles that it may store. */
  readonly stores: readonly BufferRole[];
}
const stepRule: KernelRule = { loads: ["state", "field", "input"], stores: ["state", "spikes"] };
const fadeRule: KernelRule = { loads: ["state"], stores: ["state"] };
const observableRule: KernelRule = { loads: ["state", "field", "input"], stores: [] };

type Issues = string[];

const lengthOf = (length: Length, { padded }: Pick<Program, "padded">): number =>
  ({ one: 1, padded, words: wordsOf(padded) })[length];

const isCount = (value: number, least: number): boolean => Number.isInteger(value) && value >= least;

const checkSizes = ({ units, padded, block }: Program, issues: Issues): void => {
  if (!isCount(units, 1)) issues.push(`units is ${units}; it must be a whole number, at least 1.`);
  if (padded !== paddedTo(units, 32)) issues.push(`padded is ${padded}; it must be ${paddedTo(units, 32)}.`);
  if (!isCount(block, 32) || block % 32 !== 0) issues.push(`block is ${block}; it must be a positive multiple of 32.`);
};

const checkNames = (names: readonly string[], what: string, issues: Issues): void => {
  names.forEach((name, k) => {
    if (names.indexOf(name) !== k) issues.push(`${what} ${k} has the name of ${what} ${names.indexOf(name)}: ${name}.`);
  });
};

const checkBuffer = (buffer: Buffer, program: Program, issues: Issues): void => {
  const { name, type, role, length, initial } = buffer;
  const lengths: readonly Length[] = type === "bits" ? ["words"] : ["one", "padded"];
  if (!lengths.some((known) => lengthOf(known, program) === length)) {
    issues.push(`${name} has ${length} values; ${type} buffers have ${lengths.join(" or ")}.`);
  }
  if (role === "state" && length !== program.padded)
    issues.push(`${name} is a state of ${length} values; it must have ${program.padded}.`);
  if (role === "spikes" && type !== "bits") issues.push(`${name} has the role spikes and the type ${type}, not bits.`);
  if (perStep[role] !== undefined && perStep[role] !== (buffer.perStep ?? false)) {
    issues.push(`${name} has the role ${role}, so perStep must be ${perStep[role]}.`);
  }
  if (typeof initial !== "number" && (initial.length > length || initial.length === 0)) {
    issues.push(`${name} has ${initial.length} initial values for a length of ${length}.`);
  }
};

/** Whether a value is a valid constant of a type. */
const isConstant: Readonly<Record<DType, (value: number, program: Program) => boolean>> = {
  float: (value, { precision }) => precision === "f64" || Object.is(Math.fround(value), value),
  int: (value) => Object.is(value | 0, value),
  bool: (value) => value === 0 || value === 1,
};

const checkLoad = (
  node: Node & { readonly op: "load" },
  program: Program,
  rule: KernelRule,
  say: (text: string) => void,
): void => {
  const buffer = program.buffers[node.buffer];
  if (!buffer) {
    say(`loads buffer ${node.buffer}; there are ${program.buffers.length} buffers`);
    return;
  }
  const place = places[node.at];
  checkPlace(buffer, node.at, node.dtype, program, say);
  if (!place.loads.includes(buffer.role) || !rule.loads.includes(buffer.role)) {
    say(`must not load ${buffer.name} of role ${buffer.role} with ${node.at}`);
  }
};

const checkPlace = (buffer: Buffer, at: Place, dtype: DType, program: Program, say: (text: string) => void): void => {
  const place = places[at];
  const meant = place.types[buffer.type];
  if (meant !== dtype) say(`accesses ${buffer.name} with ${at} as ${dtype}; its type is ${buffer.type}`);
  if (lengthOf(place.length, program) !== buffer.length) {
    say(`accesses ${buffer.name} with ${at}; it has ${buffer.length} values, not ${place.length}`);
  }
  if (place.perStep !== (buffer.perStep ?? false))
    say(`accesses ${buffer.name} with ${at}; its perStep must be ${place.perStep}`);
};

const checkOperation = (
  node: Extract<Node, { readonly args: readonly number[] }>,
  nodes: readonly Node[],
  k: number,
  say: (text: string) => void,
): void => {
  const signature = signatures[node.op];
  if (signature.result !== node.dtype) say(`has the type ${node.dtype}; it must be ${signature.result}`);
  if (signature.args.length !== node.args.length) {
    say(`has ${node.args.length} arguments; it must have ${signature.args.length}`);
  }
  for (const [place, arg] of node.args.entries()) {
    const before = isCount(arg, 0) && arg < k ? nodes[arg] : undefined;
    if (!before) say(`has node ${arg} as argument ${place}; arguments must come before it`);
    else if (before.dtype !== signature.args[place]) {
      say(`has ${before.dtype} as argument ${place}; it must be ${signature.args[place]}`);
    }
  }
};

const uniformOf = (node: Node, nodes: readonly Node[]): boolean => {
  if (node.op === "constant" || node.op === "step") return true;
  if (node.op === "unit") return false;
  if (node.op === "load") return places[node.at].uniform;
  return node.args.every((arg) => nodes[arg]?.uniform === true);
};

const checkNodes = (
  nodes: readonly Node[],
  program: Program,
  rule: KernelRule,
  where: string,
  issues: Issues,
): void => {
  nodes.forEach((node, k) => {
    const say = (text: string): void => void issues.push(`${where}: node ${k} (${node.op}) ${text}.`);
    if (node.op === "constant") {
      if (!isConstant[node.dtype](node.value, program))
        say(`has the value ${node.value}, which is not of type ${node.dtype}`);
    } else if (node.op === "load") checkLoad(node, program, rule, say);
    else if (node.op !== "unit" && node.op !== "step") checkOperation(node, nodes, k, say);
    if (node.uniform !== uniformOf(node, nodes))
      say(`has uniform ${node.uniform}; it must be ${uniformOf(node, nodes)}`);
  });
};

const checkKernel = (kernel: Kernel, program: Program, rule: KernelRule, where: string, issues: Issues): void => {
  const { nodes, stores, rare } = kernel;
  checkNodes(nodes, program, rule, where, issues);
  const stored = new Set<number>();
  for (const [k, { buffer: number, node: value, at }] of stores.entries()) {
    const say = (text: string): void => void issues.push(`${where}: store ${k} ${text}.`);
    const buffer = program.buffers[number];
    const node = nodes[value];
    if (!buffer || !node) {
      say(`stores node ${value} of ${nodes.length} in buffer ${number} of ${program.buffers.length}`);
      continue;
    }
    checkPlace(buffer, at, node.dtype, program, say);
    if (!places[at].stores.includes(buffer.role) || !rule.stores.includes(buffer.role)) {
      say(`must not write ${buffer.name} of role ${buffer.role} with ${at}`);
    }
    if (stored.has(number)) say(`writes ${buffer.name} a second time`);
    stored.add(number);
  }
  if (rare !== undefined && nodes[rare]?.dtype !== "bool")
    issues.push(`${where}: rare is node ${rare}, which is not a bool.`);
};

/** Lists the rules that a program violates, one sentence per rule. The list is empty for a valid program. */
export const checkProgram = (program: Program): string[] => {
  const issues: Issues = [];
  const { buffers, observables, spikes } = program;
  checkSizes(program, issues);
  checkNames(
    buffers.map(({ name }) => name),
    "buffer",
    issues,
  );
  checkNames(
    observables.map(({ name }) => name),
    "observable",
    issues,
  );
  for (const buffer of buffers) checkBuffer(buffer, program, issues);
  checkKernel(program.step, program, stepRule, "step", issues);
  checkKernel(program.fade, program, fadeRule, "fade", issues);
  for (const { name, type, nodes, value } of observables) {
    checkNodes(nodes, program, observableRule, `observable ${name}`, issues);
    if (nodes[value]?.dtype !== type) issues.push(`observable ${name} is node ${value}, which is not of type ${type}.`);
  }
  if (spikes !== undefined && buffers[spikes]?.role !== "spikes") {
    issues.push(`spikes is buffer ${spikes}, which does not have the role spikes.`);
  }
  return issues.map((issue) => `${program.name}: ${issue}`);
};
