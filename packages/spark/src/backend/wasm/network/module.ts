import type { NetworkProgram } from "../../../compile/network-program.ts";
import { type Program, wordsOf } from "../../../compile/program.ts";
import { call, type FunctionBuilder, type FunctionReference } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import { type ModuleBuilder, moduleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import { emitRow } from "../emit.ts";
import { emitScan } from "../scan.ts";
import { type Collector, emitCollect } from "./collect.ts";
import { type Deliverer, emitDelivery } from "./delivery.ts";
import { type NetworkLayout, PAGE, type UnitRun } from "./layout.ts";

/** Functions that the step of a network is made of. */
interface Parts {
  readonly rows: readonly FunctionReference[];
  readonly collect: Collector;
  /** Where targets take 16 bits, and where they take 32. */
  readonly deliver: { readonly narrow?: Deliverer; readonly wide?: Deliverer };
}

type Scalar = Local<"i32">;

/** Where the loop over steps stands; `head` is the place of the step in the ring of lists. */
interface StepCursor {
  readonly step: Scalar;
  readonly row: Scalar;
  readonly head: Scalar;
  /** Place of the step in its window. */
  readonly phase: Scalar;
}

/**
 * A module with `advance(firstStep, rows, head, phase)`: the loop over steps, and for each population `scan` and its number.
 * Tables in memory say what is to be delivered, so that the module does not grow with synapses or delays.
 */
export const emitNetwork = (network: NetworkProgram, layout: NetworkLayout): Uint8Array<ArrayBuffer> => {
  const m = moduleBuilder();
  const pages = pagesOf(layout);
  m.importMemory("spark", "memory", { min: pages, max: pages });
  const parts: Parts = {
    rows: network.populations.map(({ name, program, receptors }, p) => {
      const moved = new Set(receptors.map(({ buffer }) => buffer));
      return emitRow(m, name, program, layout.buffers[p]!, moved);
    }),
    collect: emitCollect(m),
    deliver: deliverers(m, network, layout),
  };
  network.populations.forEach(({ program, spikes }, p) => {
    emitScan(m, program, layout.buffers[p]![spikes]!, layout.found, `scan${p}`);
  });
  m.func({ name: "advance", params: ["i32", "i32", "i32", "i32"], results: [], export: true }, (f) => {
    const [step, rows, head, phase] = f.params;
    const cursor = { step, head, phase, row: f.local("i32") };
    f.if(op("i32.ge_s", i32(0), f.get(rows)), () => f.return());
    f.loop((nextStep) => {
      network.shards.forEach((_, shard) => void emitShard(f, network, layout, parts, shard, cursor));
      f.set(step, op("i32.add", f.get(step), i32(1)));
      f.set(cursor.row, op("i32.add", f.get(cursor.row), i32(1)));
      goRound(f, head, layout.ring.depth);
      goRound(f, phase, layout.window);
      f.branchIf(nextStep, op("i32.lt_s", f.get(cursor.row), f.get(rows)));
    });
  });
  return m.bytes();
};

const goRound = (f: FunctionBuilder, place: Scalar, count: number): void => {
  f.set(place, op("i32.add", f.get(place), i32(1)));
  f.if(op("i32.eq", f.get(place), i32(count)), () => f.set(place, i32(0)));
};

export const pagesOf = ({ bytes }: NetworkLayout): number => Math.max(1, Math.ceil(bytes / PAGE));

const deliverers = (m: ModuleBuilder, network: NetworkProgram, layout: NetworkLayout): Parts["deliver"] => {
  const float = network.precision === "f64" ? 8 : 4;
  const some = (wide: boolean): boolean =>
    layout.tables.some(({ rows }, shard) => rows.flat().length > 0 && network.shards[shard]!.wide === wide);
  return {
    ...(some(false) && { narrow: emitDelivery(m, "deliver16", layout, { target: 2, float }) }),
    ...(some(true) && { wide: emitDelivery(m, "deliver32", layout, { target: 4, float }) }),
  };
};

/** One step of a shard: what arrives, then its units population by population, whose spikes are listed. */
const emitShard = (
  f: FunctionBuilder,
  network: NetworkProgram,
  layout: NetworkLayout,
  { rows, collect, deliver }: Parts,
  shard: number,
  { step, row, head, phase }: StepCursor,
): void => {
  const table = layout.tables[shard]!;
  if (table.rows.some((rows) => rows.length > 0)) {
    const bound = (k: number): Value<"i32"> =>
      op("i32.load", op("i32.shl", f.get(phase), i32(2)), { offset: table.bounds + 4 * k });
    f.call((network.shards[shard]!.wide ? deliver.wide : deliver.narrow)!, bound(0), bound(1), f.get(head));
  }
  layout.runs.forEach((run, k) => {
    if (run.shard !== shard) return;
    const { program, spikes } = network.populations[run.population]!;
    const parts = listParts(program, run).flatMap(([start, end]) => [i32(start), i32(end)]);
    const by = (): Value<"i32"> => op("i32.mul", f.get(phase), i32(layout.slotBytes));
    const args = [f.get(step), f.get(row), i32(run.first), i32(run.end), by(), ...parts];
    f.call(rows[run.population]! as FunctionReference<readonly "i32"[], readonly []>, ...args);
    if (network.longestDelay === 0) return;
    const bits = op("i32.mul", f.get(row), i32(wordsOf(program.padded) * 4));
    const word = (unit: number): Value<"i32"> =>
      op("i32.add", bits, i32(layout.buffers[run.population]![spikes]! + (unit >>> 5) * 4));
    const { ring } = layout;
    const list = f.let(op("i32.add", i32(ring.lists + run.list), op("i32.mul", f.get(head), i32(ring.listBytes))));
    const end = call(collect, word(run.first), word(run.end + 31), i32(run.first), f.get(list));
    const count = op("i32.shr_u", op("i32.sub", end, f.get(list)), i32(2));
    f.emit("i32.store", op("i32.mul", f.get(head), i32(ring.countBytes)), count, { offset: ring.counts + 4 * k });
  });
};

/** For each list that is recorded the places, in fours, that hold units of the run. */
const listParts = (program: Program, { first, end }: UnitRun): [start: number, end: number][] =>
  program.records.flatMap(({ list }): [number, number][] => {
    if (list === undefined) return [];
    const units = Array.from(program.buffers[list]!.initial as ArrayLike<number>);
    const within = units.flatMap((unit, place) => (unit >= first && unit < end ? [place] : []));
    if (within.length === 0) return [[0, 0]];
    return [[within[0]! & ~3, (within.at(-1)! | 3) + 1]];
  });
