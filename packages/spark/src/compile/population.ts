import type { Precision } from "../config/parse.ts";
import { sizeOf } from "../config/shape.ts";
import type { BuiltComponent } from "../model/component.ts";
import type { SourceInstance } from "../model/source.ts";
import { type Buffer, type Kernel, type Observable, type Program, paddedTo, wordsOf } from "../program/program.ts";
import { KernelBuilder } from "./builder.ts";
import { fadeKernel } from "./fade.ts";
import { type CompileContext, Instance, type Stored } from "./instance.ts";
import type { PlacedReceptor, Receptor, receptorNode } from "./receptors.ts";
import type { SignalCode } from "./signals.ts";
import { sourceNode } from "./source.ts";

/** How values reach an input port. Several bindings of a port are summed in order. */
export type Binding =
  /** One number for all units and steps of a chunk. */
  | { readonly kind: "scalar" }
  /** One number per unit. */
  | { readonly kind: "unit" }
  /** One number per step. */
  | { readonly kind: "row" }
  /** One number per step and unit. */
  | { readonly kind: "rowUnit" }
  /** One bit per step and unit. With `signed`, a second bit marks inhibitory spikes. */
  | { readonly kind: "rowBit"; readonly signed: boolean }
  /** Computed by the kernel. */
  | { readonly kind: "source"; readonly source: SourceInstance };

export interface CompileOptions {
  readonly precision: Precision;
  /** The bindings of each input port, in the order of summation. */
  readonly inputs: Readonly<Record<string, readonly Binding[]>>;
  /** Synapse models that act on the units, in order. */
  readonly receptors?: readonly Receptor[];
  /** Adds receptors to the kernel; required with `receptors`. Passed in, because only networks load this code. */
  readonly receptorNode?: typeof receptorNode;
  /** Add signals to the kernel; passed in for the same reason. */
  readonly addInlets?: SignalCode["addInlets"];
  readonly addOutlets?: SignalCode["addOutlets"];
  /** Name of the population. It is part of the name of every buffer and of the key of every random draw. */
  readonly path?: string;
}

/** Bytes of per-unit data in a block: half of a level-1 cache of 32 KiB. */
const BLOCK_BYTES = 16 * 1024;
const MAX_BLOCK = 65536;

/** A program and the buffers that a run writes. */
export interface Compiled {
  readonly program: Program;
  /** For each binding of each port, the buffers to fill: none, one, or two for signed spikes. */
  readonly inputs: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** Buffers with values of fields: those that a run fills, and those that the machine keeps. */
  readonly changing: readonly Stored[];
  readonly kept: readonly Stored[];
}

/** What the construction of a step kernel needs. */
interface Site extends CompileContext {
  readonly path: string;
  readonly builder: KernelBuilder;
  readonly options: CompileOptions;
}

/** Compiles a component into a program. `options.receptorNode` is required if there are receptors. */
export const compilePopulation = (component: BuiltComponent, options: CompileOptions): Compiled => {
  const { precision } = options;
  const units = sizeOf(component.units);
  const padded = paddedTo(units, 32);
  const path = options.path ?? "soma";
  const buffers: Buffer[] = [];
  const context: CompileContext = { dt: component.dt, padded, buffers, changing: [], kept: [] };
  const part = {
    path,
    fields: component.fields,
    varying: component.varying,
    live: component.live,
    state: component.model.state,
    start: component.start,
    seed: component.seed,
  };
  const instance = new Instance(part, context);
  const site: Site = { ...context, path, options, builder: new KernelBuilder(precision, component.place.path) };
  const { step, inputs, spikes, receptors } = stepKernel(component, instance, site);
  const unitBytes = buffers
    .filter(({ length, role }) => length === padded && (role === "state" || role === "field"))
    .reduce((sum, { type }) => sum + (type === "float" && precision === "f64" ? 8 : 4), 0);
  const block = Math.min(MAX_BLOCK, Math.max(256, Math.floor(BLOCK_BYTES / Math.max(unitBytes, 1) / 32) * 32));
  const observables = [
    ...observablesOf(component.model, instance, precision),
    ...receptors.flatMap(({ receptor, instance: own }) =>
      observablesOf(receptor.model, own, precision, `${receptor.name}.`),
    ),
  ];
  const program: Program = {
    name: component.model.name,
    precision,
    units,
    padded,
    block,
    buffers,
    step,
    fade: fadeKernel(step, buffers, precision),
    observables,
    spikes,
  };
  const { changing, kept } = context;
  return { program, inputs, changing, kept };
};

/** Compiles the observables that a run may record. */
const observablesOf = (
  { observables }: Pick<BuiltComponent["model"], "observables">,
  instance: Instance,
  precision: Precision,
  prefix = "",
): Observable[] =>
  Object.entries(observables).map(([name, { expr }]) => {
    const builder = new KernelBuilder(precision);
    const { value } = instance.lower(builder, { value: expr }, {});
    const type = expr.dtype === "int" ? "int" : "float";
    return { name: `${prefix}${name}`, type, ...builder.finishValue(value!) };
  });

interface Stepping extends Pick<Compiled, "inputs"> {
  readonly step: Kernel;
  readonly spikes: number;
  readonly receptors: readonly PlacedReceptor[];
}

const stepKernel = (component: BuiltComponent, instance: Instance, site: Site): Stepping => {
  const { model } = component;
  const { buffers, builder, options, padded, path } = site;
  const inputs: Record<string, number[][]> = {};
  /** Nodes to sum for each input symbol, in order. */
  const sums: Record<string, number[]> = {};
  const relayed = model.kind === "spikeSource" && model.inputs["inSpikes"] ? relay(site, inputs) : undefined;
  for (const [port, { into = port }] of Object.entries(model.inputs)) {
    if (port === "inSpikes" && relayed !== undefined) continue;
    sums[into] ??= [];
    inputs[port] = (options.inputs[port] ?? []).map((binding, k) => {
      const driven = drive(binding, `${path}.${port}${k === 0 ? "" : k + 1}`, site);
      sums[into]!.push(driven.node);
      return driven.buffers;
    });
  }
  options.addInlets?.(sums, { ...site, model });
  const potential = (port: string): number => {
    const { expr } = model.observables[model.inputs[port]!.potential!]!;
    return instance.lower(builder, { value: expr }, {})["value"]!;
  };
  const receptors = (options.receptors ?? []).map((receptor) => {
    const placed = options.receptorNode!(receptor, { ...site, potential });
    sums[receptor.port]!.push(placed.output);
    return placed;
  });
  const nodes = instance.lower(
    builder,
    { spikes: model.spikes, ...model.next },
    { ...summed(builder, model, sums), ...(relayed !== undefined && { inSpikes: relayed }) },
  );
  builder.rare = nodes["spikes"];
  const spikes = addBuffer(buffers, {
    name: `${path}.outSpikes`,
    type: "bits",
    role: "spikes",
    length: wordsOf(padded),
    perStep: true,
    initial: 0,
  });
  builder.store(spikes, nodes["spikes"]!, "rowBit");
  for (const name of Object.keys(model.state)) builder.store(instance.stateBuffer(name), nodes[name]!, "unit");
  options.addOutlets?.({ ...site, model, instance, nodes, receptors });
  return { step: builder.finish(), inputs, spikes, receptors };
};

/** The node of each input. A jump without sources is omitted, because nothing adds to it. */
const summed = (
  builder: KernelBuilder,
  { inputs }: BuiltComponent["model"],
  sums: Readonly<Record<string, readonly number[]>>,
): Record<string, number> =>
  Object.fromEntries(
    Object.entries(sums).flatMap(([symbol, nodes]): [string, number][] => {
      if (nodes.length > 0) return [[symbol, nodes.reduce((a, b) => builder.op("add", a, b))]];
      return inputs[symbol]!.payload === "JumpArray" ? [] : [[symbol, builder.constant("float", 0)]];
    }),
  );

const addBuffer = (buffers: Buffer[], buffer: Buffer): number => buffers.push(buffer) - 1;

/** Node of the spikes that units without a membrane receive and pass on. */
const relay = ({ builder, options, padded, path, buffers }: Site, inputs: Record<string, number[][]>): number => {
  const loads = (options.inputs["inSpikes"] ?? []).map((_, k) =>
    addBuffer(buffers, {
      name: `${path}.inSpikes${k === 0 ? "" : k + 1}`,
      type: "bits",
      role: "input",
      length: wordsOf(padded),
      perStep: true,
      initial: 0,
    }),
  );
  inputs["inSpikes"] = loads.map((buffer) => [buffer]);
  const bits = loads.map((buffer) => builder.load("bool", buffer, "rowBit"));
  return bits.length === 0 ? builder.constant("bool", 0) : bits.reduce((a, b) => builder.op("or", a, b));
};

/** Adds a binding of a port to the step kernel. Returns the node of its value and the buffers that it loads. */
const drive = (binding: Binding, name: string, site: Site): { readonly node: number; readonly buffers: number[] } => {
  const { builder, padded, buffers } = site;
  const input = (type: Buffer["type"], length: number, perStep: boolean, suffix = ""): number =>
    addBuffer(buffers, {
      name: `${name}${suffix}`,
      type,
      role: "input",
      length,
      ...(perStep && { perStep }),
      initial: 0,
    });
  if (binding.kind === "source") return { node: sourceNode(binding.source, name, site), buffers: [] };
  if (binding.kind === "rowBit") {
    const bits = input("bits", wordsOf(padded), true);
    const spike = builder.load("bool", bits, "rowBit");
    const one = builder.constant("float", 1);
    const zero = builder.constant("float", 0);
    if (!binding.signed) return { node: builder.op("select", spike, one, zero), buffers: [bits] };
    const signs = input("bits", wordsOf(padded), true, ".inhibitory");
    const inhibitory = builder.load("bool", signs, "rowBit");
    const sign = builder.op("select", inhibitory, builder.constant("float", -1), one);
    return { node: builder.op("select", spike, sign, zero), buffers: [bits, signs] };
  }
  const perUnit = binding.kind === "unit" || binding.kind === "rowUnit";
  const perStep = binding.kind === "row" || binding.kind === "rowUnit";
  const buffer = input("float", perUnit ? padded : 1, perStep);
  return { node: builder.load("float", buffer, binding.kind), buffers: [buffer] };
};
