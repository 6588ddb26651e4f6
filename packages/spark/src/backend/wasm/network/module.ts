import type { NetworkProgram } from "../../../program/network.ts";
import { wordsOf } from "../../../program/program.ts";
import { call, type FunctionBuilder, type FunctionReference } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op, select } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import { moduleOn } from "../step/module.ts";
import { SPIKES } from "../step/region.ts";
import { type Collector, emitCollect } from "./collect.ts";
import { type Deliverer, emitDelivery } from "./delivery.ts";
import { type NetworkLayout, slotAddress } from "./layout.ts";
import { ROW_PARAMS } from "./row.ts";
import { emitRules, type RuleFunctions } from "./rules.ts";
import { emitSignals } from "./signals.ts";

/** The functions that compute a step of a network. */
interface Parts {
  readonly rows: readonly FunctionReference<typeof ROW_PARAMS, readonly []>[];
  readonly collect: Collector;
  /** For 16-bit and for 32-bit targets. */
  readonly deliver: { readonly narrow?: Deliverer; readonly wide?: Deliverer };
  readonly rules: readonly RuleFunctions[];
}

type Scalar = Local<"i32">;

/** Position of the loop over steps. */
interface StepCursor {
  readonly step: Scalar;
  readonly row: Scalar;
  /** Position of the step in the ring of lists. */
  readonly head: Scalar;
  /** Position of the step in the cycle of windows and groups. */
  readonly phase: Scalar;
}

const STEPS = ["i32", "i32", "i32", "i32", "i32"] as const;
type Steps = FunctionReference<typeof STEPS, readonly []>;

/**
 * Emits the module of a network. It imports the function `row` of the module of each population, as "0.row" and so on,
 * and exports
 * - `advance(step, row, head, phase, rows)`: computes the steps of a chunk from `row` up to row `rows`;
 * - `shard(step, row, head, phase, rows, number)`: does the same for one shard, within one group of steps;
 * - `pass()`, if there are signals: writes their values, which `shard` expects.
 *
 * Tables in memory describe the deliveries, so the module does not grow with synapses or delays.
 */
export const emitNetwork = (
  network: NetworkProgram,
  layout: NetworkLayout,
  shared = false,
): Uint8Array<ArrayBuffer> => {
  const m = moduleOn(shared);
  const imported = network.populations.map((_, p) =>
    m.importFunc("spark", `${p}.row`, { params: ROW_PARAMS, results: [] } as const),
  );
  const rules = emitRules(m, network, layout);
  const parts: Parts = {
    rows: imported,
    collect: emitCollect(m),
    deliver: deliverers(m, network, layout, rules),
    rules,
  };
  const shards = network.shards.map((_, shard) => emitShard(m, network, layout, parts, shard));
  const pass = layout.signals && emitSignals(m, network.precision, layout.signals);
  emitAdvance(m, layout, shards, pass);
  m.func({ name: "shard", params: [...STEPS, "i32"], results: [], export: true }, (f) => {
    const [step, row, head, phase, rows, number] = f.params;
    shards.forEach((shard, k) => {
      f.if(op("i32.eq", f.get(number), i32(k)), () => {
        f.call(shard, f.get(step), f.get(row), f.get(head), f.get(phase), f.get(rows));
        f.return();
      });
    });
  });
  return m.bytes();
};

/** Goes group by group, because a shard may receive spikes of all shards from the group before. */
const emitAdvance = (
  m: ModuleBuilder,
  { group, cycle, ring }: NetworkLayout,
  shards: readonly Steps[],
  pass: FunctionReference<readonly [], readonly []> | undefined,
): void => {
  m.func({ name: "advance", params: STEPS, results: [], export: true }, (f) => {
    const [step, row, head, phase, rows] = f.params;
    f.if(op("i32.ge_s", f.get(row), f.get(rows)), () => f.return());
    f.loop((nextGroup) => {
      const left = f.let(op("i32.sub", i32(group), op("i32.rem_u", f.get(phase), i32(group))));
      const least = (count: Value<"i32">): void =>
        f.set(left, select(op("i32.lt_u", f.get(left), count), f.get(left), count));
      least(op("i32.sub", i32(cycle), f.get(phase)));
      least(op("i32.sub", f.get(rows), f.get(row)));
      const end = f.let(op("i32.add", f.get(row), f.get(left)));
      if (pass) f.call(pass);
      for (const shard of shards) f.call(shard, f.get(step), f.get(row), f.get(head), f.get(phase), f.get(end));
      f.set(step, op("i32.add", f.get(step), f.get(left)));
      f.set(row, f.get(end));
      f.set(head, op("i32.rem_u", op("i32.add", f.get(head), f.get(left)), i32(ring.depth)));
      f.set(phase, op("i32.rem_u", op("i32.add", f.get(phase), f.get(left)), i32(cycle)));
      f.branchIf(nextGroup, op("i32.lt_s", f.get(row), f.get(rows)));
    });
  });
};

const goRound = (f: FunctionBuilder, place: Scalar, count: number): void => {
  f.set(place, op("i32.add", f.get(place), i32(1)));
  f.if(op("i32.eq", f.get(place), i32(count)), () => f.set(place, i32(0)));
};

const deliverers = (
  m: ModuleBuilder,
  network: NetworkProgram,
  layout: NetworkLayout,
  rules: readonly RuleFunctions[],
): Parts["deliver"] => {
  const float = network.precision === "f64" ? 8 : 4;
  const some = (wide: boolean): boolean =>
    layout.tables.some(({ rows }, shard) => rows.flat().length > 0 && network.shards[shard]!.wide === wide);
  return {
    ...(some(false) && { narrow: emitDelivery(m, "deliver16", layout, { target: 2, float }, rules) }),
    ...(some(true) && { wide: emitDelivery(m, "deliver32", layout, { target: 4, float }, rules) }),
  };
};

/** The steps of a shard within a group: deliveries, then the units of each population, whose spikes are listed. */
const emitShard = (
  m: ModuleBuilder,
  network: NetworkProgram,
  layout: NetworkLayout,
  parts: Parts,
  shard: number,
): Steps =>
  m.func({ name: `shard${shard}`, params: STEPS, results: [] }, (f) => {
    const [step, row, head, phase, rows] = f.params;
    const { bounds, batch, rows: table } = layout.tables[shard]!;
    const { wide } = network.shards[shard]!;
    const rules = parts.rules.filter(({ layout: own }) => own.shard === shard);
    f.loop((nextStep) => {
      for (const { begin } of rules) f.call(begin, f.get(step));
      if (table.some(({ length }) => length > 0)) {
        const place = layout.window === 1 ? i32(0) : op("i32.shl", f.get(phase), i32(2));
        const bound = f.let(op("i32.add", i32(bounds), place));
        const [begin, end] = [0, 4].map((offset) => op("i32.load", f.get(bound), { offset }));
        f.call((wide ? parts.deliver.wide : parts.deliver.narrow)!, begin!, end!, f.get(head), i32(batch), f.get(step));
      }
      layout.runs.forEach((run, k) => {
        if (run.shard === shard) emitUnits(f, network, layout, parts, k, { step, row, head, phase });
      });
      for (const { rule, finish } of rules)
        f.call(finish, f.get(step), spikeBits(f, network, layout, rule.target, row));
      f.set(step, op("i32.add", f.get(step), i32(1)));
      f.set(row, op("i32.add", f.get(row), i32(1)));
      goRound(f, head, layout.ring.depth);
      goRound(f, phase, layout.cycle);
      f.branchIf(nextStep, op("i32.lt_s", f.get(row), f.get(rows)));
    });
  });

/** Address of the spike bits of a population in a row of the chunk. */
const spikeBits = (
  f: FunctionBuilder,
  network: NetworkProgram,
  layout: NetworkLayout,
  population: number,
  row: Scalar,
): Value<"i32"> => {
  const { program } = network.populations[population]!;
  const base = op("i32.load", i32(layout.regions + 4 * population));
  const past = op("i32.mul", f.get(row), i32(wordsOf(program.padded) * 4));
  return op("i32.add", op("i32.load", base, { offset: SPIKES }), past);
};

/** One step of a run of units, and the list of their spikes. */
const emitUnits = (
  f: FunctionBuilder,
  network: NetworkProgram,
  layout: NetworkLayout,
  { rows, collect }: Parts,
  number: number,
  { step, row, head, phase }: StepCursor,
): void => {
  const run = layout.runs[number]!;
  const { program, receptors } = network.populations[run.population]!;
  const part = number - layout.runs.findIndex(({ population }) => population === run.population);
  const base = f.let(op("i32.load", i32(layout.regions + 4 * run.population)));
  const first = i32(slotAddress(network, layout, receptors[0]?.firstSlot ?? 0));
  const slots = layout.window === 1 ? first : op("i32.add", first, op("i32.mul", f.get(phase), i32(layout.slotBytes)));
  f.call(rows[run.population]!, f.get(step), f.get(row), f.get(base), i32(run.first), i32(run.end), i32(part), slots);
  if (network.longestDelay === 0) return;
  const rowBytes = wordsOf(program.padded) * 4;
  const bits = f.let(
    op("i32.add", op("i32.load", f.get(base), { offset: SPIKES }), op("i32.mul", f.get(row), i32(rowBytes))),
  );
  const word = (unit: number): Value<"i32"> => op("i32.add", f.get(bits), i32((unit >>> 5) * 4));
  const { ring } = layout;
  const list = f.let(op("i32.add", i32(ring.lists + run.list), op("i32.mul", f.get(head), i32(ring.listBytes))));
  const end = call(collect, word(run.first), word(run.end + 31), i32(run.first), f.get(list));
  const count = op("i32.shr_u", op("i32.sub", end, f.get(list)), i32(2));
  f.emit("i32.store", op("i32.mul", f.get(head), i32(ring.countBytes)), count, { offset: ring.counts + 4 * number });
};
