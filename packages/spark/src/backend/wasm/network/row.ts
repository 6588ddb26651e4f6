import type { Program } from "../../../program/program.ts";
import type { FunctionBuilder } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import { calmOf } from "../step/calm.ts";
import { emitEnd } from "../step/end.ts";
import { emitFade } from "../step/fade.ts";
import { type Cursor, KernelEmitter, type Scalar, siteOf } from "../step/kernel.ts";
import { stepModule } from "../step/module.ts";
import { emitObserve, type StoreListed } from "../step/observe.ts";
import { PROBE_COUNT, type SlotOffsets } from "../step/region.ts";
import { emitCalmRound, emitRound, type Mood, ROUND } from "../step/rounds.ts";

/** The module of a population in a network with synapses. It exports `row`. */
export const rowModule = (program: Program, shared: boolean, slots: SlotOffsets): WebAssembly.Module =>
  stepModule(program, shared, { key: [...slots].join(" ") || "row", emit: (m) => emitRow(m, program, slots) });

/** Arguments of `row`. */
export const ROW_PARAMS = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;

/**
 * Adds `row(step, row, base, firstUnit, endUnit, part, slots)`, which computes one step of a range of units and their
 * due probes. `part` is the number of the run of units, and `slots` the address of the slot of unit 0 of the first
 * receptor.
 */
const emitRow = (m: ModuleBuilder, program: Program, offsets: SlotOffsets): void => {
  const observe = emitObserve(m, program, storeWithin, offsets);
  m.func({ name: "row", params: ROW_PARAMS, results: [], export: true }, (f) => {
    const [stepNumber, row, base, firstUnit, endUnit, part, at] = f.params;
    const site = siteOf(program, base, { offsets, at });
    const cursor: Cursor = { row, step: stepNumber, unit: f.local("i32") };
    const step = new KernelEmitter(f, site, program.step, cursor);
    step.emitConstants();
    step.emitUniforms();
    const units = [firstUnit, endUnit] as const;
    emitRounds(f, program, step, cursor, units);
    emitEnd(f, site, [row, f.let(op("i32.add", f.get(row), i32(1)))], endUnit);
    emitFade(f, site, cursor, units);
    if (!observe) return;
    f.if(op("i32.load", f.get(base), { offset: PROBE_COUNT }), () => {
      f.drop(observe(f, [base, stepNumber, row, firstUnit, endUnit, part, at]));
    });
  });
};

/** Emits the rounds. If more than a sixth of them contain a spike, the rest do not try the calm form. */
const emitRounds = (
  f: FunctionBuilder,
  program: Program,
  step: KernelEmitter,
  cursor: Cursor,
  [firstUnit, endUnit]: readonly [Scalar, Scalar],
): void => {
  const calm = calmOf(program.step);
  // Number of units so far, minus six for each unit of a round that contained a spike.
  const patience = f.let(i32(MOOD_UNITS));
  const mood: Mood = {
    isPlain: () => op("i32.lt_s", f.get(patience), i32(0)),
    excite: () => f.set(patience, op("i32.sub", f.get(patience), i32(6 * ROUND))),
  };
  f.set(cursor.unit, f.get(firstUnit));
  f.loop((nextRound) => {
    if (calm) {
      emitCalmRound(f, program, step, calm, mood);
      f.set(patience, op("i32.add", f.get(patience), i32(ROUND)));
    } else emitRound(f, program, step);
    f.set(cursor.unit, op("i32.add", f.get(cursor.unit), i32(ROUND)));
    f.branchIf(nextRound, op("i32.lt_u", f.get(cursor.unit), f.get(endUnit)));
  });
};
/** Minimal number of units to estimate how many rounds contain a spike. */
const MOOD_UNITS = 512;

/** Stores those of four listed values whose units are in a range. */
const storeWithin: StoreListed = (f, [first, end], units, address, parts) => {
  const wide = parts.length === 2;
  units.forEach((unit, k) => {
    const inside = op("i32.sub", f.get(unit), f.get(first));
    f.if(op("i32.lt_u", inside, op("i32.sub", f.get(end), f.get(first))), () => {
      const part = parts[wide ? k >> 1 : 0]!;
      if (wide) f.emit("v128.store64_lane", f.get(address), f.get(part), k & 1, { offset: k * 8 });
      else f.emit("v128.store32_lane", f.get(address), f.get(part), k, { offset: k * 4 });
    });
  });
};
