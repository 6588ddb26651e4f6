import type { Precision } from "../config/parse.ts";
import { sizeOf } from "../config/shape.ts";
import type { BuiltComponent } from "../model/component.ts";
import type { SourceInstance } from "../model/source.ts";
import { type Buffer, type Kernel, type Program, paddedTo, type RecordKernel, wordsOf } from "../program/program.ts";
import { KernelBuilder } from "./builder.ts";
import { fadeKernel } from "./fade.ts";
import { type Changing, type Ground, Instance } from "./instance.ts";
import type { Receptor, receptorNode } from "./receptors.ts";
import { sourceNode } from "./source.ts";

/** How values reach an input port. Several on one port add up, in order. */
export type Binding =
  /** One number for all units and steps of a chunk. */
  | { readonly kind: "scalar" }
  /** One number a unit. */
  | { readonly kind: "unit" }
  /** One number a step. */
  | { readonly kind: "row" }
  /** One number a step and unit. */
  | { readonly kind: "rowUnit" }
  /** One bit a step and unit; with `signed`, a second plane marks inhibitory spikes. */
  | { readonly kind: "rowBit"; readonly signed: boolean }
  /** Computed within the run. */
  | { readonly kind: "source"; readonly source: SourceInstance };

/** An observable to be recorded, for all units or for a list of them in ascending order. */
export interface RecordRequest {
  readonly name: string;
  /** The receptor whose it is; the soma's own where absent. */
  readonly receptor?: string;
  readonly units?: readonly number[];
}

export interface CompileOptions {
  readonly precision: Precision;
  /** Steps of the longest chunk. */
  readonly rows: number;
  readonly inputs: Readonly<Record<string, readonly Binding[]>>;
  readonly spikes: boolean;
  readonly records: readonly RecordRequest[];
  /** Synapse models that act on the units, in order. */
  readonly receptors?: readonly Receptor[];
  /** What puts them into the kernel, where there are any: only networks load it. */
  readonly receptorNode?: typeof receptorNode;
  /** Name of the population; part of every buffer's name and of the keys of noises. */
  readonly path?: string;
}

/** Bytes of per-unit data that a block may take: half of a first-level cache of 32 KiB. */
const BLOCK_BYTES = 16 * 1024;
const MAX_BLOCK = 65536;

/** A program, and what a run writes into its input buffers beside the inputs. */
export interface Compiled {
  readonly program: Program;
  readonly changing: readonly Changing[];
}

/** Turns a component into a program; `receptorNode` is needed where there are receptors. */
export const compilePopulation = (component: BuiltComponent, options: CompileOptions): Compiled => {
  const { precision, rows } = options;
  const units = sizeOf(component.units);
  const padded = paddedTo(units, 32);
  const path = options.path ?? "soma";
  const buffers: Buffer[] = [];
  const ground: Ground = { dt: component.dt, padded, rows, buffers, changing: [] };
  const part = {
    path,
    fields: component.fields,
    varying: component.varying,
    state: component.model.state,
    start: component.start,
    seed: component.seed,
  };
  const instance = new Instance(part, ground);
  const receptors = new Map<string, Instance>();
  const step = stepKernel(component, instance, options, { ...ground, path }, receptors);
  const unitBytes = buffers
    .filter(({ length, role }) => length === padded && (role === "state" || role === "field"))
    .reduce((sum, { type }) => sum + (type === "float" && precision === "f64" ? 8 : 4), 0);
  const block = Math.min(MAX_BLOCK, Math.max(256, Math.floor(BLOCK_BYTES / Math.max(unitBytes, 1) / 32) * 32));
  const records = options.records.map((request) =>
    recordKernel(
      request.receptor === undefined ? component.model : receptorModel(options, request.receptor),
      request.receptor === undefined ? instance : receptors.get(request.receptor)!,
      request,
      { precision, padded, block, rows, path },
      buffers,
    ),
  );
  const schedule = buffers.push({
    name: `${path}.schedule`,
    type: "int",
    role: "input",
    length: Math.max(1, records.length * 3),
    initial: 0,
  });
  const program: Program = {
    name: component.model.name,
    precision,
    units,
    padded,
    block,
    rows,
    buffers,
    step,
    fade: fadeKernel(step, buffers, precision),
    records,
    schedule: schedule - 1,
  };
  return { program, changing: ground.changing };
};

interface Layout {
  readonly padded: number;
  readonly path: string;
}

const stepKernel = (
  component: BuiltComponent,
  instance: Instance,
  options: CompileOptions,
  layout: Layout & Ground,
  receptors: Map<string, Instance>,
): Kernel => {
  const { model } = component;
  const { buffers } = layout;
  const builder = new KernelBuilder(options.precision);
  const drives: number[] = [];
  const relayed = model.kind === "spikeSource" ? relay(builder, options, layout, buffers) : undefined;
  for (const port of relayed === undefined ? Object.keys(model.inputs) : []) {
    for (const [k, binding] of (options.inputs[port] ?? []).entries()) {
      drives.push(drive(builder, binding, `${layout.path}.${port}${k === 0 ? "" : k + 1}`, layout));
    }
  }
  const jumps: number[] = [];
  const potential = (): number =>
    instance.lower(builder, { value: component.model.observables["potential"]!.expr }, {})["value"]!;
  const site = { ...layout, builder, potential };
  for (const receptor of options.receptors ?? []) {
    const { instance: own, output } = options.receptorNode!(receptor, site);
    receptors.set(receptor.name, own);
    (receptor.model.output.port === "jump" ? jumps : drives).push(output);
  }
  const sum = (nodes: readonly number[]): number => nodes.reduce((a, b) => builder.op("add", a, b));
  const current = drives.length === 0 ? builder.constant("float", 0) : sum(drives);
  const inputs =
    relayed === undefined ? { current, ...(jumps.length > 0 && { jump: sum(jumps) }) } : { inSpikes: relayed };
  const nodes = instance.lower(builder, { spikes: model.spikes, ...model.next }, inputs);
  builder.rare = nodes["spikes"];
  if (options.spikes) {
    const words = wordsOf(layout.padded);
    const buffer = buffers.push({
      name: `${layout.path}.outSpikes`,
      type: "bits",
      role: "record",
      length: words * options.rows,
      initial: 0,
    });
    builder.store(buffer - 1, nodes["spikes"]!, "rowBit");
  }
  for (const name of Object.keys(model.state)) builder.store(instance.stateBuffer(name), nodes[name]!, "unit");
  return builder.finish();
};

/** Whether a spike comes from outside, for units without a membrane. */
const relay = (
  builder: KernelBuilder,
  options: CompileOptions,
  { padded, path }: Layout,
  buffers: Buffer[],
): number => {
  const length = wordsOf(padded) * options.rows;
  const loads = (options.inputs["inSpikes"] ?? []).map((_, k) => {
    const name = `${path}.inSpikes${k === 0 ? "" : k + 1}`;
    const buffer = buffers.push({ name, type: "bits", role: "input", length, initial: 0 }) - 1;
    return builder.load("bool", buffer, "rowBit");
  });
  return loads.length === 0 ? builder.constant("bool", 0) : loads.reduce((a, b) => builder.op("or", a, b));
};

/** Puts one binding of a port into the step kernel and gives the node of its current. */
const drive = (builder: KernelBuilder, binding: Binding, name: string, ground: Ground): number => {
  const { padded, rows, buffers } = ground;
  const input = (type: Buffer["type"], length: number, suffix = ""): number =>
    buffers.push({ name: `${name}${suffix}`, type, role: "input", length, initial: 0 }) - 1;
  if (binding.kind === "source") {
    return sourceNode(binding.source, name, { ...ground, builder });
  }
  if (binding.kind === "rowBit") {
    const length = wordsOf(padded) * rows;
    const spike = builder.load("bool", input("bits", length), "rowBit");
    const one = builder.constant("float", 1);
    const zero = builder.constant("float", 0);
    if (!binding.signed) return builder.op("select", spike, one, zero);
    const inhibitory = builder.load("bool", input("bits", length, ".inhibitory"), "rowBit");
    return builder.op("select", spike, builder.op("select", inhibitory, builder.constant("float", -1), one), zero);
  }
  const lengths = { scalar: 1, unit: padded, row: rows, rowUnit: rows * padded };
  return builder.load("float", input("float", lengths[binding.kind]), binding.kind);
};

const receptorModel = (options: CompileOptions, name: string): Receptor["model"] =>
  options.receptors!.find((receptor) => receptor.name === name)!.model;

const recordKernel = (
  model: Pick<BuiltComponent["model"], "observables">,
  instance: Instance,
  request: RecordRequest,
  layout: Layout & { readonly precision: Precision; readonly block: number; readonly rows: number },
  buffers: Buffer[],
): RecordKernel => {
  const observable = model.observables[request.name]!;
  const name = request.receptor === undefined ? request.name : `${request.receptor}.${request.name}`;
  const builder = new KernelBuilder(layout.precision);
  const { value } = instance.lower(builder, { value: observable.expr }, {});
  const list = request.units && listByBlock(request.units, layout.block, layout.padded);
  const width = list ? list.units.length : layout.padded;
  const add = (
    name: string,
    role: "field" | "record",
    length: number,
    type: Buffer["type"],
    initial: Buffer["initial"],
  ): number => buffers.push({ name, type, role, length, initial }) - 1;
  const listBuffer = list && add(`${layout.path}.${name}.list`, "field", width, "int", list.units);
  const type = observable.expr.dtype;
  const buffer = add(`${layout.path}.${name}.recorded`, "record", width * layout.rows, type, 0);
  builder.store(buffer, value!, "record");
  return {
    ...builder.finish(),
    name,
    buffer,
    width,
    ...(list && listBuffer !== undefined && { list: listBuffer, ends: list.ends }),
  };
};

/** Units in order of blocks; each block's part is padded to a multiple of 4 by repeating its last unit. */
export const listByBlock = (
  units: readonly number[],
  block: number,
  padded: number,
): { readonly units: number[]; readonly ends: number[] } => {
  const list: number[] = [];
  const ends: number[] = [];
  let next = 0;
  for (let end = block; end < padded + block; end += block) {
    const before = list.length;
    while (next < units.length && units[next]! < end) list.push(units[next++]!);
    while (list.length > before && list.length % 4 !== 0) list.push(list.at(-1)!);
    ends.push(list.length);
  }
  return { units: list, ends };
};
