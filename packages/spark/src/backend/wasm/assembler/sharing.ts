import type { ValueType } from "./opcodes.ts";
import { type Instruction, Local } from "./value.ts";

const ELSE = 0x05;
const END = 0x0b;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;

type AnyLocal = Local<ValueType>;

/** The statements between which a local holds a value. */
interface Life {
  readonly first: number;
  last: number;
  /** The innermost block around them. */
  readonly block: object;
}

/** Locals that may share their place, with their lives: one statement sets them, and all uses are in the same block. */
const livesOf = (statements: readonly Instruction[]): Map<AnyLocal, Life | undefined> => {
  const lives = new Map<AnyLocal, Life | undefined>();
  const blocks: object[] = [{}];
  statements.forEach((statement, place) => {
    const { code } = statement;
    const block = blocks.at(-1)!;
    const pending: Instruction[] = [...statement.operands];
    for (let next = pending.pop(); next; next = pending.pop()) {
      pending.push(...next.operands);
      const local = next.immediate;
      if (!(local instanceof Local)) continue;
      const life = lives.get(local);
      if (next.code === LOCAL_GET && life?.block === block) life.last = place;
      else lives.set(local, undefined);
    }
    if (code === LOCAL_SET) {
      const local = statement.immediate as AnyLocal;
      lives.set(local, lives.has(local) ? undefined : { first: place, last: place, block });
    }
    if (code === ELSE || code === END) blocks.pop();
    // Block, loop, if and else.
    if (code > 1 && code <= ELSE) blocks.push({});
  });
  return lives;
};

/**
 * Numbers the locals of each type from 0 on, and returns how many numbers there are. Locals that hold values at different
 * times share a number, because engines accept at most 50 000 locals in a function.
 */
export const shareLocals = (statements: readonly Instruction[], locals: readonly AnyLocal[]): number => {
  const lives = livesOf(statements);
  const starting: AnyLocal[] = [];
  const ending: AnyLocal[][] = [];
  const free: number[] = [];
  let count = 0;
  for (const local of locals) {
    const life = lives.get(local);
    if (life) {
      starting[life.first] = local;
      ending[life.last] ??= [];
      ending[life.last]!.push(local);
      local.index = -1;
    } else local.index = count++;
  }
  statements.forEach((_, place) => {
    // A statement reads its operands before it sets its local.
    for (const { index } of ending[place] ?? []) if (index >= 0) free.push(index);
    const local = starting[place];
    if (local) local.index = free.pop() ?? count++;
  });
  return count;
};
