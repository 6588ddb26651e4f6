import type { Program } from "../../../program/program.ts";
import type { FunctionBuilder } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import { op } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import type { Calm } from "./calm.ts";
import type { KernelEmitter } from "./kernel.ts";
import { narrow, type Vector, vectorsOf } from "./lanes.ts";
import { overlapOf } from "./overlap.ts";

export const GROUPS = 4;
const ALL_GROUPS = [0, 1, 2, 3];
const GROUP = 4;
export const ROUND = 16;

/** Decides when not to try the calm form, because too many earlier rounds were not calm. */
export interface Mood {
  readonly isPlain: () => Value<"i32">;
  /** Counts a round that was not calm. */
  readonly excite: () => void;
}

/** The groups of a round, divided into those whose operations alternate. */
const groupsOf = ({ step, precision }: Program): readonly (readonly number[])[] => {
  const together = overlapOf(step, precision);
  return ALL_GROUPS.filter((group) => group % together === 0).map((first) => ALL_GROUPS.slice(first, first + together));
};

/** Emits a round that tries the calm form and stores its results if it holds. Otherwise it computes everything. */
export const emitCalmRound = (
  f: FunctionBuilder,
  program: Program,
  step: KernelEmitter,
  calm: Calm,
  { isPlain, excite }: Mood,
): void => {
  f.block((next) => {
    f.block((plain) => {
      f.branchIf(plain, isPlain());
      step.startRound();
      const groups = groupsOf(program).flatMap((some) => step.emitCalmGroups(some, calm));
      const any = groups
        .flatMap((values) => vectorsOf(values.get(calm.test)!))
        .map((mask): Vector => f.get(mask))
        .reduce((a, b) => op("v128.or", a, b));
      f.if(op("i32x4.bitmask", any), () => {
        excite();
        f.branch(plain);
      });
      for (const { buffer, node, at } of program.step.stores) {
        if (at === "unit") groups.forEach((values, group) => void step.storeUnit(buffer, values.get(node)!, group));
        else step.storeRound(buffer, i32(0));
      }
      f.branch(next);
    });
    emitRound(f, program, step);
  });
};

/**
 * Number of nodes from which on a round is a loop over its groups. Long code takes time to read, and engines limit the
 * size of a function.
 */
const MANY_NODES = 400;

/** A round. Lanes after the last unit can spike in it; `emitEnd` clears their bits. */
export const emitRound = (f: FunctionBuilder, program: Program, step: KernelEmitter): void => {
  step.startRound();
  if (program.step.nodes.length > MANY_NODES) {
    emitGroups(f, program, step);
    return;
  }
  const masks = new Map<number, Local<"v128">[]>();
  for (const groups of groupsOf(program)) {
    step.emitGroups(groups).forEach((values, k) => {
      for (const { buffer, node, at } of program.step.stores) {
        const lanes = values.get(node)!;
        if (at === "unit") step.storeUnit(buffer, lanes, groups[k]!);
        else masks.set(buffer, [...(masks.get(buffer) ?? []), narrow(f, lanes)]);
      }
    });
  }
  for (const [buffer, locals] of masks) {
    const vectors = locals.map((local) => f.get(local));
    step.storeBits(buffer, vectors);
  }
};

const emitGroups = (f: FunctionBuilder, { step: { stores } }: Program, step: KernelEmitter): void => {
  const bits = new Map(stores.flatMap(({ buffer, at }) => (at === "unit" ? [] : [[buffer, f.let(i32(0))]])));
  const first = f.let(i32(0));
  f.loop((nextGroup) => {
    const values = step.emitGroup(0);
    for (const { buffer, node } of stores) {
      const lanes = values.get(node)!;
      const own = bits.get(buffer);
      if (own) {
        const four = op("i32x4.bitmask", f.get(narrow(f, lanes)));
        f.set(own, op("i32.or", f.get(own), op("i32.shl", four, f.get(first))));
      } else step.storeUnit(buffer, lanes, 0);
    }
    step.nextGroup();
    f.set(first, op("i32.add", f.get(first), i32(GROUP)));
    f.branchIf(nextGroup, op("i32.lt_u", f.get(first), i32(ROUND)));
  });
  step.firstGroup();
  for (const [buffer, own] of bits) step.storeRound(buffer, f.get(own));
};
