import type { View } from "../../../program/machine.ts";
import type { NetworkProgram, SignalLine } from "../../../program/network.ts";
import type { FunctionReference } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";

/*
 * Signals in compiled code: a table with the addresses and numbers of each line. Programs may move their buffers, so the
 * table is written when a setup is attached.
 */

/** A line of the table. A signal into a rule has one for each shard. */
export interface PlacedLine {
  readonly line: SignalLine;
  readonly shard: number;
  /** Address of the list of units. */
  readonly units: number;
}

export interface SignalLayout {
  readonly table: number;
  readonly lines: readonly PlacedLine[];
}

/** Bytes of a line: eight words, the scale and the offset. */
const LINE_BYTES = 48;
const words = ["values", "units", "endUnits", "sums", "adds", "targets", "endTargets"] as const;
/** Number of partial sums. */
const SUMS = 8;
const SCALE = 32;
const OFFSET = 40;

/** Assigns addresses to the table and its lists. `take` allocates bytes. */
export const layOutSignals = (
  { signals = [], shards }: NetworkProgram,
  take: (bytes: number) => number,
): SignalLayout | undefined => {
  if (signals.length === 0) return undefined;
  const lines = signals.flatMap((line): PlacedLine[] => {
    const units = take(line.units.length * 4);
    return "rule" in line.target ? shards.map((_, shard) => ({ line, shard, units })) : [{ line, shard: 0, units }];
  });
  return { table: take(lines.length * LINE_BYTES), lines };
};

/** Finds the memory that a line reads and the memory that it writes. */
export interface FindViews {
  readonly buffer: (population: number, name: string) => View;
  readonly rule: (rule: number, buffer: number, shard: number) => View;
}

/** Writes the table into the memory. */
export const writeSignals = ({ table, lines }: SignalLayout, memory: ArrayBufferLike, find: FindViews): void => {
  lines.forEach(({ line, shard, units }, k) => {
    const { population, buffer, sums, adds, target, length, first } = line;
    const list = new Int32Array(memory, units, line.units.length);
    list.set(line.units);
    const values = find.buffer(population, buffer);
    const targets =
      "rule" in target ? find.rule(target.rule, target.buffer, shard) : find.buffer(target.population, target.buffer);
    const begin = targets.byteOffset + first * targets.BYTES_PER_ELEMENT;
    const own: Readonly<Record<(typeof words)[number], number>> = {
      values: values.byteOffset,
      units,
      endUnits: units + list.byteLength,
      sums: Number(sums),
      adds: Number(adds),
      targets: begin,
      endTargets: begin + length * targets.BYTES_PER_ELEMENT,
    };
    const at = table + k * LINE_BYTES;
    new Int32Array(memory, at, words.length).set(words.map((name) => own[name]));
    new Float64Array(memory, at + SCALE, 2).set([line.scale, line.offset]);
  });
};

/** Adds `pass()`, which writes the values of all signals before a step. */
export const emitSignals = (
  m: ModuleBuilder,
  precision: NetworkProgram["precision"],
  { table, lines }: SignalLayout,
): FunctionReference<readonly [], readonly []> =>
  m.func({ name: "pass", params: [], results: [], export: true }, (f) => {
    const bytes = precision === "f64" ? 8 : 4;
    const line = f.let(i32(table));
    const locals = words.map(() => f.local("i32"));
    const [values, units, endUnits, sums, adds, targets, endTargets] = locals;
    const sum = f.local("f64");
    const sums8 = Array.from({ length: SUMS }, () => f.local("f64"));
    const value = f.local("f64");
    const load = (address: Value<"i32">): Value<"f64"> =>
      precision === "f64" ? op("f64.load", address) : op("f64.promote_f32", op("f32.load", address));
    const next = (): Value<"f64"> =>
      load(op("i32.add", f.get(values!), op("i32.mul", op("i32.load", f.get(units!)), i32(bytes))));
    const step = (place: Local<"i32">, size: number): void => f.set(place, op("i32.add", f.get(place), i32(size)));
    f.loop((nextLine) => {
      locals.forEach((local, k) => {
        f.set(local, op("i32.load", f.get(line), { offset: 4 * k }));
      });
      f.set(sum, op("f64.const", 0));
      f.if(f.get(sums!), () => {
        for (const part of sums8) f.set(part, op("f64.const", 0));
        const isLeft = (count: number): Value<"i32"> =>
          op("i32.le_u", op("i32.add", f.get(units!), i32(4 * count)), f.get(endUnits!));
        const add = (part: Local<"f64">): void => {
          f.set(part, op("f64.add", f.get(part), next()));
          step(units!, 4);
        };
        f.loop((nextUnits) => {
          f.if(isLeft(SUMS), () => {
            sums8.forEach(add);
            f.branch(nextUnits);
          });
        });
        for (const part of sums8.slice(0, -1)) f.if(isLeft(1), () => add(part));
        const plus = (a: Value<"f64">, b: Value<"f64">): Value<"f64"> => op("f64.add", a, b);
        const pair = (k: number): Value<"f64"> => plus(f.get(sums8[k]!), f.get(sums8[k + 4]!));
        f.set(sum, plus(plus(pair(0), pair(2)), plus(pair(1), pair(3))));
      });
      f.loop((nextTarget) => {
        f.set(value, f.get(sum));
        f.if(op("i32.eqz", f.get(sums!)), () => {
          f.set(value, next());
          step(units!, 4);
        });
        const scaled = op("f64.mul", op("f64.load", f.get(line), { offset: SCALE }), f.get(value));
        f.set(value, op("f64.add", op("f64.load", f.get(line), { offset: OFFSET }), scaled));
        f.if(f.get(adds!), () => f.set(value, op("f64.add", load(f.get(targets!)), f.get(value))));
        if (precision === "f64") f.emit("f64.store", f.get(targets!), f.get(value));
        else f.emit("f32.store", f.get(targets!), op("f32.demote_f64", f.get(value)));
        step(targets!, bytes);
        f.branchIf(nextTarget, op("i32.lt_u", f.get(targets!), f.get(endTargets!)));
      });
      step(line, LINE_BYTES);
      f.branchIf(nextLine, op("i32.lt_u", f.get(line), i32(table + lines.length * LINE_BYTES)));
    });
  });
