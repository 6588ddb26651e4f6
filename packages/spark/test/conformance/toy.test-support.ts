import { drawerOf } from "../../src/backend/drawer.ts";
import { StateError } from "../../src/errors/errors.ts";
import { exponent, nearest } from "../../src/math/doubles.ts";
import { fadesAfter } from "../../src/program/fading.ts";
import type { Backend, Engine, Machine, MachinePopulation, PopulationSetup, View } from "../../src/program/machine.ts";
import { fillInitial, lengthOf, viewOf } from "../../src/program/memory.ts";
import type { NetworkProgram } from "../../src/program/network.ts";
import { makePart } from "../../src/program/parts.ts";
import { proceduralTargets } from "../../src/program/procedural.ts";
import { type Kernel, type Node, type Program, wordsOf } from "../../src/program/program.ts";

/* A small backend. Each kernel becomes a JavaScript function with a loop over the units, and each spike enters the
 * synapses of its source into a calendar of the steps in which they arrive. */

/** Each operation in JavaScript, with truth values as booleans. */
const operations: ReadonlyMap<string, string> = new Map(
  `add a + b; sub a - b; mul a * b; div a / b; neg -a; sqrt Math.sqrt(a); abs Math.abs(a); floor Math.floor(a);
  nearest m.nearest(a); min b < a ? b : a; max a < b ? b : a; intMin b < a ? b : a; intMax a < b ? b : a;
  select a ? b : c; intSelect a ? b : c; less a < b; lessEqual a <= b; equal a === b; intLess a < b; intLessEqual a <= b;
  intEqual a === b; intAdd (a + b) | 0; intSub (a - b) | 0; intMul Math.imul(a, b); intAnd a & b; intOr a | b;
  intXor a ^ b; shiftLeft a << b; shiftRight a >> b; shiftRightUnsigned (a >>> b) | 0; and a && b; or a || b;
  xor a !== b; not !a; toInt Math.max(-2147483648, Math.min(2147483647, a)) | 0; toFloat a; pow2 2 ** a;
  exponent m.exponent(a); mantissa a / 2 ** m.exponent(a)`
    .split(";")
    .map((text) => /(\w+) (.*)/s.exec(text)!.slice(1) as [string, string]),
);
const places = { unit: "u", scalar: "0", row: "row", rowUnit: "row * padded + u", rowBit: "row * words + (u >>> 5)" };

/** Runs a kernel for units 0 to `count`, or those of a list. An observable's values go to `out` from `start` on. */
type At = readonly [row: number, step: number];
type Loop = (views: View[], at: At, count: number, list?: Int32Array, out?: View, start?: number) => void;

type Compiled = Pick<Kernel, "nodes"> & Partial<Pick<Kernel, "stores">> & { readonly value?: number };
const loops = new WeakMap<Compiled, Loop>();

/** The function of a kernel, made once. */
const loopOf = (program: Program, kernel: Compiled, { nodes, stores = [], value } = kernel): Loop => {
  if (loops.has(kernel)) return loops.get(kernel)!;
  const textOf = (node: Node): string => {
    if (node.op === "constant" && node.dtype === "bool") return `${node.value === 1}`;
    if (node.op === "constant") return Object.is(node.value, -0) ? "-0" : `${node.value}`;
    if (node.op === "unit" || node.op === "step") return node.op === "unit" ? "u" : "step";
    if (node.op === "load") {
      const loaded = `b${node.buffer}[${places[node.at]}]`;
      return node.dtype === "bool" ? `((${loaded} >>> (u & 31)) & 1) === 1` : loaded;
    }
    const text = operations.get(node.op)!.replace(/\b[abc]\b/g, (name) => `n${node.args["abc".indexOf(name)]}`);
    return node.dtype === "float" && program.precision === "f32" ? `Math.fround(${text})` : text;
  };
  const lines = (uniform: boolean): string =>
    nodes.map((node, k) => (node.uniform === uniform ? `const n${k} = ${textOf(node)};` : "")).join("\n");
  const kept = stores.map(({ buffer, node, at }) => {
    const element = `b${buffer}[${places[at]}]`;
    if (at === "unit") return `${element} = n${node};`;
    return `${element} = n${node} ? ${element} | (1 << (u & 31)) : ${element} & ~(1 << (u & 31));`;
  });
  if (value !== undefined) kept.push(`out[start + k] = n${value};`);
  const body = `return ([${program.buffers.map((_, k) => `b${k}`)}], [row, step], count, list, out, start) => {
    ${lines(true)}
    for (let k = 0; k < count; k++) {
      const u = list ? list[k] : k;
      ${lines(false)}
      ${kept.join("\n")}
    }
  }`;
  const make = new Function("m", "padded", "words", body);
  loops.set(kernel, make({ exponent, nearest }, program.padded, wordsOf(program.padded)) as Loop);
  return loops.get(kernel)!;
};

type ToyPopulation = MachinePopulation & { readonly update: (at: At) => void };

/** `kept` are states that keep their memory, by the names of their buffers. */
const populationOf = ({ program, probes }: PopulationSetup, rows: number, kept: Map<string, View>): ToyPopulation => {
  const [step, fade] = [loopOf(program, program.step), loopOf(program, program.fade)];
  const make = (type: "float" | "int" | "bits", length: number): View =>
    viewOf({ type }, program, new ArrayBuffer(8 * length), 0, length);
  const views = program.buffers.map((buffer) => {
    const known = buffer.role === "state" ? kept.get(buffer.name) : undefined;
    if (known) return known;
    const view = make(buffer.type, lengthOf(buffer, rows));
    fillInitial(buffer, view);
    return view;
  });
  const observed = probes.map(({ observable }) => program.observables[observable]!);
  const records = probes.map((probe, k) => make(observed[k]!.type, probe.rows * probe.width));
  const observe = observed.map((observable) => loopOf(program, observable));
  const schedule = new Int32Array(3 * probes.length);
  const update = (at: At): void => {
    step(views, at, program.units);
    if (fadesAfter(at[1])) fade(views, at, program.units);
    probes.forEach(({ list, width }, k) => {
      const [first, every, last] = [schedule[3 * k]!, schedule[3 * k + 1]!, schedule[3 * k + 2]!];
      const turn = (at[0] - first) / every;
      if (at[0] > last || turn < 0 || !Number.isInteger(turn)) return;
      observe[k]!(views, at, list?.units.length ?? program.units, list?.units, records[k]!, turn * width);
    });
  };
  return { program, schedule, view: (k) => views[k]!, record: (k) => records[k]!, scanSpikes: () => false, update };
};

const machineOf = (network: NetworkProgram): Machine => {
  const slots = network.precision === "f64" ? new Float64Array(network.slots) : new Float32Array(network.slots);
  const parts = network.bundles.map((bundle) => {
    const own = bundle.shards.map((_, shard) => makePart(network, bundle, shard));
    bundle.fill(own);
    return own;
  });
  let populations: readonly ToyPopulation[] = [];
  let mostRows = 0;
  const spikes = new Map<number, readonly number[]>();
  const calendar = new Map<number, (() => void)[]>();
  const deliver = (b: number, s: number, unit: number, cell: number): void => {
    const { offsets, row, procedure } = network.bundles[b]!.shards[s]!;
    const { targets, weights } = parts[b]![s]!;
    const start = procedure ? 0 : offsets[cell]!;
    const rows = Array.from({ length: row ? offsets[cell + 1]! - start : 0 }, (_, k) => row!.first + (k % row!.length));
    const listed = row ? rows : [...targets.subarray(start, offsets[cell + 1])];
    const reached = procedure ? [...proceduralTargets({ offsets }, procedure, unit)] : listed;
    for (const [k, target] of reached.entries()) {
      const weight = weights[network.bundles[b]!.weights === "source" ? unit : start + k]!;
      slots[network.shards[s]!.firstSlot + target]! += weight;
    }
  };
  const emit = (step: number, sources: readonly number[]): void => {
    if (sources.length > 0) spikes.set(step, sources);
    for (const source of sources) {
      network.bundles.forEach(({ population, sources: units, delays, shards }, b) => {
        const unit = source - network.populations[population]!.firstSource;
        if (unit < 0 || unit >= units) return;
        delays.forEach((delay, d) => {
          const due = calendar.get(step + delay) ?? [];
          for (const s of shards.keys()) due.push(() => deliver(b, s, unit, unit * delays.length + d));
          calendar.set(step + delay, due);
        });
      });
    }
  };
  const spiking = ({ program: { spikes: k, padded, units }, view }: ToyPopulation, row: number): number[] =>
    [...Array(units).keys()].filter((u) => (view(k!)[row * wordsOf(padded) + (u >>> 5)]! >>> (u & 31)) & 1);
  const spikingIn = (row: number): number[] =>
    populations.flatMap((own, p) => spiking(own, row).map((unit) => network.populations[p]!.firstSource + unit));
  const advance = (firstStep: number, rows: number): void => {
    if (rows > mostRows) throw new StateError(`Machine.advance takes up to ${mostRows} steps.`);
    for (let row = 0; row < rows; row++) {
      const step = firstStep + row;
      for (const arrive of calendar.get(step) ?? []) arrive();
      calendar.delete(step);
      for (const population of populations) population.update([row, step | 0]);
      if (network.longestDelay > 0) emit(step, spikingIn(row));
      spikes.delete(step - network.longestDelay);
    }
  };
  return {
    network,
    get populations() {
      return populations;
    },
    attach: (setup) => {
      if (mostRows < 0) throw new StateError("Machine.attach was called after dispose.");
      populations = setup.populations.map((given, p) => {
        const kept = new Map(populations[p]?.program.buffers.map(({ name }, k) => [name, populations[p]!.view(k)]));
        const { program, receptors } = network.populations[p]!;
        for (const { buffer, firstSlot } of receptors) {
          kept.set(program.buffers[buffer]!.name, slots.subarray(firstSlot, firstSlot + program.padded));
        }
        return populationOf(given, setup.rows, kept);
      });
      mostRows = setup.rows;
    },
    advance,
    stepNow: (step) => advance(step, 1),
    spikesBefore: (step) =>
      [...spikes.keys()]
        .filter((emitted) => emitted < step && emitted >= step - network.longestDelay)
        .map((emitted) => ({ step: emitted, sources: Uint32Array.from(spikes.get(emitted)!) })),
    setSpikes: (given) => {
      spikes.clear();
      calendar.clear();
      for (const { step, sources } of given) emit(step, [...sources]);
    },
    parts: (bundle) => parts[bundle]!,
    dispose: () => {
      mostRows = -1;
    },
  };
};

const toyName = { backend: "toy", threads: 1, warnings: [] } as const;
export const openToy = (): Engine => ({ ...toyName, drawer: drawerOf(machineOf), create: machineOf, close() {} });
export const toy: Backend = {
  name: "toy",
  lacks: {
    threads: "It has one loop over the units.",
    worker: "It computes on the calling thread.",
    learning: "It adds constant weights.",
    signals: "Its populations exchange only spikes.",
  },
  open: openToy,
};
