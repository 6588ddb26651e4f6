import type { NetworkProgram } from "../../../program/network.ts";
import type { RuleDelay, RuleKernel, RuleProgram, RuleSpace } from "../../../program/rule.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op, select } from "../assembler/op.ts";
import type { Value } from "../assembler/value.ts";
import type { Lanes, Operand } from "../step/lanes.ts";
import type { NetworkLayout, RuleLayout } from "./layout.ts";
import { slotAddress } from "./layout.ts";
import { repeat } from "./repeat.ts";
import { ifLeft, LANES, RuleEmitter, type RuleSite, type Scalar } from "./rule-emitter.ts";

/** The functions of a rule for one shard. */
export interface RuleFunctions {
  readonly rule: RuleProgram;
  readonly layout: RuleLayout;
  /** The start of a step: `begin(step)`. */
  readonly begin: FunctionReference<readonly ["i32"], readonly []>;
  /**
   * `arrive(list, endList, offsets, stride, step)`: spikes of some source units arrive. `offsets` is the address of the
   * offset of source 0 for their delay, `stride` the bytes from one source to the next.
   */
  readonly arrive: FunctionReference<readonly ["i32", "i32", "i32", "i32", "i32"], readonly []>;
  /** The end of a step: `finish(step, bits)`, with the address of the spike bits of the target population. */
  readonly finish: FunctionReference<readonly ["i32", "i32"], readonly []>;
}
/** Emits code that applies only while synapses may change, and code for a rule at rest. */
const whileActive = (
  f: FunctionBuilder,
  { layout, precision }: RuleSite,
  factor: number | undefined,
  active: () => void,
  resting?: () => void,
): void => {
  if (factor === undefined) {
    active();
    return;
  }
  const offset = layout.buffers[factor]!;
  // Shifts out the sign, because −0 is 0 too.
  const high = op("i32.shl", op("i32.load", i32(0), { offset: precision === "f64" ? offset + 4 : offset }), i32(1));
  const changes = precision === "f64" ? op("i32.or", high, op("i32.load", i32(0), { offset })) : high;
  if (resting) f.if(changes, active, resting);
  else f.if(changes, active);
};

/** Adds the functions of all rules, for each shard. */
export const emitRules = (m: ModuleBuilder, network: NetworkProgram, layout: NetworkLayout): RuleFunctions[] =>
  layout.rules.map((own) => {
    const rule = network.rules![own.rule]!;
    const site: RuleSite = { rule, layout: own, precision: network.precision };
    const name = `rule${own.rule}.${own.shard}`;
    return {
      rule,
      layout: own,
      begin: emitBegin(m, `${name}.begin`, site),
      arrive: emitArrive(m, `${name}.arrive`, site, network, layout),
      finish: emitFinish(m, name, site, network),
    };
  });

/** Emits a kernel for all elements of a space, and returns nothing if it stores nothing. */
const throughSpace = (
  f: FunctionBuilder,
  step: Scalar,
  site: RuleSite,
  kernel: RuleKernel,
  [space, first, end]: readonly [RuleSpace, number, number],
): void => {
  if (kernel.stores.length === 0 || first === end) return;
  const emitter = new RuleEmitter(f, step, site);
  const at = f.let(i32(first));
  const elements = { [space]: { kind: "next", index: at } } as const;
  const shared = emitter.shared(kernel, elements);
  fours(f, [at, f.let(i32(end))], () => {
    emitter.store(kernel, emitter.values(kernel, elements, shared), elements);
  });
};

/** Goes through the elements from one to another, four at a time; the last ones may be beyond the end. */
const fours = (f: FunctionBuilder, [at, end]: readonly [Scalar, Scalar], round: () => void): void => {
  f.block((leave) => {
    f.loop((again) => {
      f.branchIf(leave, op("i32.ge_u", f.get(at), f.get(end)));
      round();
      f.set(at, op("i32.add", f.get(at), i32(4)));
      f.branch(again);
    });
  });
};

/** The same, with a last round for one to three elements, which receives their number. */
const foursAndRest = (
  f: FunctionBuilder,
  [at, end]: readonly [Scalar, Scalar],
  round: (left?: Scalar) => void,
): void => {
  const left = f.let(op("i32.and", op("i32.sub", f.get(end), f.get(at)), i32(3)));
  const whole = f.let(op("i32.sub", f.get(end), f.get(left)));
  fours(f, [at, whole], round);
  f.if(f.get(left), () => round(left));
};

const emitBegin = (m: ModuleBuilder, name: string, site: RuleSite): RuleFunctions["begin"] =>
  m.func({ name, params: ["i32"], results: [] }, (f) => {
    const [step] = f.params;
    const { rule, layout } = site;
    throughSpace(f, step, site, rule.beginArrivals, ["arrival", 0, layout.arrivals]);
    throughSpace(f, step, site, rule.beginTargets, ["target", layout.firstUnit, layout.endUnit]);
    if (rule.beginRule.stores.length > 0) {
      const emitter = new RuleEmitter(f, step, site);
      emitter.store(rule.beginRule, emitter.values(rule.beginRule, {}), {});
    }
  });

/**
 * Loads a 16-bit or 32-bit number of each of four elements from `at` on. If fewer are left, the lanes beyond the last one
 * repeat it.
 */
const numbersFrom = (
  f: FunctionBuilder,
  at: Scalar,
  left: Scalar | undefined,
  offset: number,
  bytes: 2 | 4,
): Scalar[] => {
  const load = bytes === 2 ? "i32.load16_u" : "i32.load";
  const place = f.let(op("i32.shl", f.get(at), i32(bytes >> 1)));
  return LANES.map((k) => {
    if (left === undefined || k === 0) return f.let(op(load, f.get(place), { offset: offset + k * bytes }));
    const last = op("i32.sub", f.get(left), i32(1));
    const element = op("i32.add", f.get(at), select(op("i32.gt_u", f.get(left), i32(k)), i32(k), last));
    return f.let(op(load, op("i32.shl", element, i32(bytes >> 1)), { offset }));
  });
};

/** Goes through the synapses of an arrival, four at a time. */
const throughArrival = (
  f: FunctionBuilder,
  emitter: RuleEmitter,
  kernel: RuleKernel,
  { rule, layout }: RuleSite,
  [arrival, begin, end]: readonly [Scalar, Scalar, Scalar],
  use: (values: ReadonlyMap<number, Operand>, targets: readonly Scalar[], left: Scalar | undefined) => void,
): void => {
  const once = { arrival: { kind: "one", index: arrival } } as const;
  emitter.takeSigns(once.arrival);
  const shared = emitter.shared(kernel, once);
  const at = f.let(f.get(begin));
  const needsTargets = kernel.nodes.some((node) => node.op === "load" && rule.buffers[node.buffer]!.space === "target");
  foursAndRest(f, [at, end], (left) => {
    const targets = numbersFrom(f, at, left, layout.targets, layout.wide ? 4 : 2);
    const units = needsTargets
      ? targets.map((target) => f.let(op("i32.add", f.get(target), i32(layout.firstTarget))))
      : targets;
    const elements = {
      ...once,
      target: { kind: "each", indices: units },
      synapse: { kind: "next", index: at },
    } as const;
    const values = emitter.values(kernel, elements, shared);
    emitter.store(kernel, values, elements, left);
    use(values, targets, left);
  });
};

/** Adds up to four values, one after the other, to a list of floats at the numbers of their targets. */
const addEach = (
  f: FunctionBuilder,
  { precision }: RuleSite,
  offset: number,
  { parts }: Lanes,
  targets: readonly Scalar[],
  left: Scalar | undefined,
): void => {
  const wide = precision === "f64";
  const type = (wide ? "f64" : "f32") as "f32";
  for (const k of LANES) {
    ifLeft(f, left, k, () => {
      const at = f.let(op("i32.shl", f.get(targets[k]!), i32(wide ? 3 : 2)));
      const value = op(
        (wide ? "f64x2.extract_lane" : "f32x4.extract_lane") as "f32x4.extract_lane",
        f.get(parts[wide ? k >> 1 : 0]!),
        wide ? k & 1 : k,
      );
      const sum = op(`${type}.add`, op(`${type}.load`, f.get(at), { offset }), value);
      f.emit(`${type}.store`, f.get(at), sum, { offset });
    });
  }
};

const emitArrive = (
  m: ModuleBuilder,
  name: string,
  site: RuleSite,
  network: NetworkProgram,
  whole: NetworkLayout,
): RuleFunctions["arrive"] => {
  const { rule, layout } = site;
  const slots = slotAddress(network, whole, network.shards[layout.shard]!.firstSlot);
  return m.func({ name, params: ["i32", "i32", "i32", "i32", "i32"], results: [] }, (f) => {
    const [list, endList, offsets, stride, step] = f.params;
    const emitter = new RuleEmitter(f, step, site);
    const through = (kernel: RuleKernel) => (): void =>
      repeat(f, [list, endList], 4, () => {
        const place = f.let(op("i32.add", f.get(offsets), op("i32.mul", op("i32.load", f.get(list)), f.get(stride))));
        const arrival = f.let(op("i32.shr_u", op("i32.sub", f.get(place), i32(layout.offsets)), i32(2)));
        const begin = f.let(op("i32.load", f.get(place)));
        const end = f.let(op("i32.load", f.get(place), { offset: 4 }));
        throughArrival(f, emitter, kernel, site, [arrival, begin, end], (values, targets, left) => {
          addEach(f, site, slots, emitter.signed(values.get(rule.arrive.amount)!), targets, left);
        });
        if (rule.arriveOnce.stores.length > 0) {
          const once = { arrival: { kind: "one", index: arrival } } as const;
          emitter.store(rule.arriveOnce, emitter.values(rule.arriveOnce, once), once);
        }
      });
    whileActive(f, site, rule.factor, through(rule.arrive), through({ ...rule.arrive, stores: [] }));
  });
};

/** Goes through the synapses of a target unit, four at a time. */
const throughUnit = (
  f: FunctionBuilder,
  emitter: RuleEmitter,
  kernel: RuleKernel,
  unit: Scalar,
  layout: RuleLayout,
): void => {
  const once = { target: { kind: "one", index: unit } } as const;
  const shared = emitter.shared(kernel, once);
  const start = f.let(op("i32.shl", op("i32.sub", f.get(unit), i32(layout.firstUnit)), i32(2)));
  const at = f.let(op("i32.load", f.get(start), { offset: layout.starts }));
  const end = f.let(op("i32.load", f.get(start), { offset: layout.starts + 4 }));
  foursAndRest(f, [at, end], (left) => {
    const elements = {
      ...once,
      arrival: { kind: "each", indices: numbersFrom(f, at, left, layout.sources, 4) },
      synapse: { kind: "each", indices: numbersFrom(f, at, left, layout.synapses, 4) },
    } as const;
    emitter.takeSigns(elements.arrival);
    emitter.store(kernel, emitter.values(kernel, elements, shared), elements, left);
  });
};

/** Adds the function for a postsynaptic spike: `fire(unit, step)`. */
const emitFire = (
  m: ModuleBuilder,
  name: string,
  site: RuleSite,
): FunctionReference<readonly ["i32", "i32"], readonly []> =>
  m.func({ name, params: ["i32", "i32"], results: [] }, (f) => {
    const [unit, step] = f.params;
    const { rule, layout } = site;
    const emitter = new RuleEmitter(f, step, site);
    const once = { target: { kind: "one", index: unit } } as const;
    const fireAll = (): void => throughUnit(f, emitter, rule.fire, unit, layout);
    if (rule.fire.stores.length > 0) whileActive(f, site, rule.factor, fireAll);
    if (rule.fireOnce.stores.length > 0) emitter.store(rule.fireOnce, emitter.values(rule.fireOnce, once), once);
  });

const emitFinish = (
  m: ModuleBuilder,
  name: string,
  site: RuleSite,
  network: NetworkProgram,
): RuleFunctions["finish"] => {
  const { rule, layout } = site;
  const fire = emitFire(m, `${name}.fire`, site);
  return m.func({ name: `${name}.finish`, params: ["i32", "i32"], results: [] }, (f) => {
    const [step, bits] = f.params;
    throughSpace(f, step, site, rule.follow, ["target", layout.firstUnit, layout.endUnit]);
    for (const delay of rule.delays) {
      emitDelay(f, step, site, delay, network.populations[rule.target]!.program.units);
    }
    const word = f.let(i32(layout.firstUnit >>> 5));
    const endWord = f.let(i32((layout.endUnit + 31) >>> 5));
    const rest = f.local("i32");
    f.block((leave) => {
      f.loop((again) => {
        f.branchIf(leave, op("i32.ge_u", f.get(word), f.get(endWord)));
        f.set(rest, op("i32.load", op("i32.add", f.get(bits), op("i32.shl", f.get(word), i32(2)))));
        f.if(f.get(rest), () => {
          f.loop((nextBit) => {
            const unit = op("i32.add", op("i32.shl", f.get(word), i32(5)), op("i32.ctz", f.get(rest)));
            f.call(fire, unit, f.get(step));
            f.set(rest, op("i32.and", f.get(rest), op("i32.sub", f.get(rest), i32(1))));
            f.branchIf(nextBit, f.get(rest));
          });
        });
        f.set(word, op("i32.add", f.get(word), i32(1)));
        f.branch(again);
      });
    });
    const isEmpty = network.bundles[rule.bundle]!.shards[layout.shard]!.synapses === 0;
    for (const own of rule.ends) {
      const emitter = new RuleEmitter(f, step, site);
      const { gather, settle, only, end } = own;
      const endAll = (): void =>
        f.block((leave) => {
          if (own.every > 1) {
            const steps = op("i32.add", f.get(step), i32(1));
            f.branchIf(leave, op("i32.rem_u", steps, i32(own.every)));
          }
          for (const { buffer } of gather.stores) emitClear(f, site, buffer);
          if (!isEmpty && gather.stores.length > 0) {
            throughAll(f, emitter, { ...gather, stores: [] }, site, (values, targets, left) => {
              for (const { buffer, node } of gather.stores) {
                const sums = layout.buffers[buffer]! + layout.firstTarget * (site.precision === "f64" ? 8 : 4);
                addEach(f, site, sums, values.get(node)!, targets, left);
              }
            });
          }
          throughSpace(f, step, site, settle, ["target", layout.firstUnit, layout.endUnit]);
          if (isEmpty || end.stores.length === 0) return;
          if (only === undefined) {
            throughAll(f, emitter, end, site, () => {});
            return;
          }
          const unit = f.let(i32(layout.firstUnit));
          repeat(f, [unit, f.let(i32(layout.endUnit))], 1, () =>
            f.if(isSet(f, site, only, unit), () => throughUnit(f, emitter, end, unit, layout)),
          );
        });
      whileActive(f, site, own.factor, endAll);
    }
  });
};

/** Repeats a value of the target units of the shard some steps later. */
const emitDelay = (
  f: FunctionBuilder,
  step: Scalar,
  { rule, layout, precision }: RuleSite,
  { from, to, past }: RuleDelay,
  units: number,
): void => {
  const bytes = precision === "f64" ? 8 : 4;
  const type = (precision === "f64" ? "f64" : "f32") as "f32";
  const [values, later] = [layout.buffers[from]!, layout.buffers[to]!];
  const at = f.let(i32(layout.firstUnit * bytes));
  const end = f.let(i32(layout.endUnit * bytes));
  const shift =
    past === undefined
      ? undefined
      : f.let(op("i32.mul", op("i32.rem_u", f.get(step), i32(rule.buffers[past]!.rows!)), i32(units * bytes)));
  repeat(f, [at, end], bytes, () => {
    const present = op(`${type}.load`, f.get(at), { offset: values });
    if (shift === undefined) {
      f.emit(`${type}.store`, f.get(at), present, { offset: later });
      return;
    }
    const offset = layout.buffers[past!]!;
    const row = f.let(op("i32.add", f.get(at), f.get(shift)));
    f.emit(`${type}.store`, f.get(at), op(`${type}.load`, f.get(row), { offset }), { offset: later });
    f.emit(`${type}.store`, f.get(row), present, { offset });
  });
};

/** Whether a value of a target unit is not 0: an int, or a float without its sign, because −0 is 0 too. */
const isSet = (
  f: FunctionBuilder,
  { rule, layout, precision }: RuleSite,
  buffer: number,
  unit: Scalar,
): Value<"i32"> => {
  const offset = layout.buffers[buffer]!;
  const { type } = rule.buffers[buffer]!;
  if (type === "int") return op("i32.load", op("i32.shl", f.get(unit), i32(2)), { offset });
  if (precision === "f32") return op("i32.shl", op("i32.load", op("i32.shl", f.get(unit), i32(2)), { offset }), i32(1));
  const at = f.let(op("i32.shl", f.get(unit), i32(3)));
  const high = op("i32.shl", op("i32.load", f.get(at), { offset: offset + 4 }), i32(1));
  return op("i32.or", high, op("i32.load", f.get(at), { offset }));
};

/** Sets the values of the target units of the shard to 0. */
const emitClear = (f: FunctionBuilder, { layout, precision }: RuleSite, buffer: number): void => {
  const bytes = precision === "f64" ? 8 : 4;
  const at = f.let(i32(layout.firstUnit * bytes));
  const end = f.let(i32(layout.endUnit * bytes));
  repeat(f, [at, end], 4, () => f.emit("i32.store", f.get(at), i32(0), { offset: layout.buffers[buffer]! }));
};

/** Goes through all synapses, by arrival. */
const throughAll = (
  f: FunctionBuilder,
  emitter: RuleEmitter,
  kernel: RuleKernel,
  site: RuleSite,
  use: Parameters<typeof throughArrival>[5],
): void => {
  const { layout } = site;
  const arrival = f.let(i32(0));
  f.block((leave) => {
    f.loop((again) => {
      f.branchIf(leave, op("i32.ge_u", f.get(arrival), i32(layout.arrivals)));
      const place = f.let(op("i32.shl", f.get(arrival), i32(2)));
      const begin = f.let(op("i32.load", f.get(place), { offset: layout.offsets }));
      const end = f.let(op("i32.load", f.get(place), { offset: layout.offsets + 4 }));
      throughArrival(f, emitter, kernel, site, [arrival, begin, end], use);
      f.set(arrival, op("i32.add", f.get(arrival), i32(1)));
      f.branch(again);
    });
  });
};
