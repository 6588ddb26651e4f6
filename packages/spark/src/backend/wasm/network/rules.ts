import type { NetworkProgram } from "../../../program/network.ts";
import type { Node } from "../../../program/program.ts";
import type { RuleBuffer, RuleKernel, RuleProgram, RuleSpace } from "../../../program/rule.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op, select } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import { type Lanes, lowering, type Operand, splatFloat, type Vector } from "../step/lanes.ts";
import type { NetworkLayout, RuleLayout } from "./layout.ts";
import { slotAddress } from "./layout.ts";
import { repeat } from "./repeat.ts";

type Scalar = Local<"i32">;

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

const LANES = [0, 1, 2, 3] as const;

/** Four elements of a space: consecutive ones from an index, given ones, or the same one in all lanes. */
type Elements =
  | { readonly kind: "one" | "next"; readonly index: Scalar }
  | { readonly kind: "each"; readonly indices: readonly Scalar[] };

/** Emits kernels of a rule on four elements at a time. */
class RuleEmitter {
  readonly #f: FunctionBuilder;
  readonly #rule: RuleProgram;
  readonly #layout: RuleLayout;
  readonly #precision: "f32" | "f64";
  readonly #step: Scalar;
  /** The only element of the space of the rule. */
  readonly #rules: Elements;
  #sign: Operand | undefined;

  constructor(f: FunctionBuilder, step: Scalar, { rule, layout, precision }: RuleSite) {
    this.#f = f;
    this.#rule = rule;
    this.#layout = layout;
    this.#precision = precision;
    this.#step = step;
    this.#rules = { kind: "one", index: f.let(i32(0)) };
  }

  #in(space: RuleSpace, elements: Readonly<Partial<Record<RuleSpace, Elements>>>): Elements | undefined {
    return space === "rule" ? this.#rules : elements[space];
  }

  /** Loads the signs of the source units of some arrivals. */
  takeSigns(arrivals: Elements): void {
    this.#sign = this.#loaded(this.#layout.signs, "float", arrivals);
  }

  /** Emits a kernel and returns the value of each node. Nodes in `known` are not emitted again. */
  values(
    { nodes }: RuleKernel,
    elements: Readonly<Partial<Record<RuleSpace, Elements>>>,
    known: ReadonlyMap<number, Operand> = new Map(),
  ): Map<number, Operand> {
    const values = new Map(known);
    nodes.forEach((node, k) => {
      if (!values.has(k)) values.set(k, this.#node(node, values, elements));
    });
    return values;
  }

  /** Emits the nodes that all elements share, because they depend only on spaces with one element. */
  shared(kernel: RuleKernel, elements: Readonly<Partial<Record<RuleSpace, Elements>>>): Map<number, Operand> {
    const values = new Map<number, Operand>();
    kernel.nodes.forEach((node, k) => {
      const same =
        node.op === "load"
          ? this.#in(node.at, elements)?.kind === "one"
          : !("args" in node) || node.args.every((arg) => values.has(arg));
      if (same) values.set(k, this.#node(node, values, elements));
    });
    return values;
  }

  /** Stores the results of a kernel for the elements whose number is below `left`; for all if it is omitted. */
  store(
    { stores }: RuleKernel,
    values: ReadonlyMap<number, Operand>,
    elements: Readonly<Partial<Record<RuleSpace, Elements>>>,
    left?: Scalar,
  ): void {
    for (const { buffer, node } of stores) {
      const { type, space } = this.#rule.buffers[buffer]!;
      const lanes = buffer === 0 ? this.signed(values.get(node)!) : values.get(node)!;
      this.#put(this.#layout.buffers[buffer]!, type, this.#in(space, elements)!, lanes, left);
    }
  }

  /** A weight or an amount with the sign of its source unit. */
  signed(lanes: Operand): Operand {
    return lowering[this.#precision].mul(this.#f, [lanes, this.#sign!]);
  }

  #node(
    node: Node<RuleSpace>,
    values: ReadonlyMap<number, Operand>,
    elements: Readonly<Partial<Record<RuleSpace, Elements>>>,
  ): Operand {
    const f = this.#f;
    switch (node.op) {
      case "constant":
        return this.#constant(node.dtype, node.value);
      case "step":
        return { parts: [f.let(op("i32x4.splat", f.get(this.#step)))] };
      case "unit":
        return this.#constant("int", 0);
      case "load": {
        const lanes = this.#loaded(
          this.#layout.buffers[node.buffer]!,
          this.#typeOf(node.buffer),
          this.#in(node.at, elements)!,
        );
        return node.buffer === 0 ? this.signed(lanes) : lanes;
      }
      default:
        return lowering[this.#precision][node.op](
          f,
          node.args.map((arg) => values.get(arg)!),
        );
    }
  }

  #typeOf(buffer: number): RuleBuffer["type"] {
    return this.#rule.buffers[buffer]!.type;
  }

  #constant(dtype: "float" | "int" | "bool", value: number): Operand {
    const f = this.#f;
    const zero = Object.is(value, 0);
    if (dtype === "bool") return { parts: [], mask: { narrow: f.let(op("i32x4.splat", i32(value ? -1 : 0))) } };
    if (dtype === "int") return { parts: [f.let(op("i32x4.splat", i32(value)))], zero, count: value };
    const local = f.let(splatFloat(this.#precision, value));
    return { parts: this.#precision === "f32" ? [local] : [local, local], zero };
  }

  #isWide(type: RuleBuffer["type"]): boolean {
    return type === "float" && this.#precision === "f64";
  }

  #at(index: Scalar, wide: boolean): Value<"i32"> {
    return op("i32.shl", this.#f.get(index), i32(wide ? 3 : 2));
  }

  /** Loads four elements of a list at an address. */
  #loaded(offset: number, type: RuleBuffer["type"], elements: Elements): Lanes {
    const f = this.#f;
    const wide = this.#isWide(type);
    if (elements.kind === "each") {
      const at = (k: number): Value<"i32"> => this.#at(elements.indices[k]!, wide);
      if (wide) {
        const pair = (k: number): Vector =>
          op("v128.load64_lane", at(k + 1), op("v128.load64_zero", at(k), { offset }), 1, { offset });
        return { parts: [f.let(pair(0)), f.let(pair(2))] };
      }
      let vector: Vector = op("v128.load32_zero", at(0), { offset });
      for (const k of [1, 2, 3]) vector = op("v128.load32_lane", at(k), vector, k, { offset });
      return { parts: [f.let(vector)] };
    }
    const at = (): Value<"i32"> => this.#at(elements.index, wide);
    if (elements.kind === "next") {
      const parts = wide ? [0, 16] : [0];
      return { parts: parts.map((more) => f.let(op("v128.load", at(), { offset: offset + more }))) };
    }
    const local = f.let(op(wide ? "v128.load64_splat" : "v128.load32_splat", at(), { offset }));
    return { parts: wide ? [local, local] : [local] };
  }

  #put(offset: number, type: RuleBuffer["type"], elements: Elements, { parts }: Lanes, left: Scalar | undefined): void {
    const f = this.#f;
    const wide = this.#isWide(type);
    /** Stores a lane at an index, or some elements after it. */
    const lane = (k: number, index: Scalar, after = 0): void => {
      const part = f.get(parts[wide ? k >> 1 : 0]!);
      const place = { offset: offset + after * (wide ? 8 : 4) };
      if (wide) f.emit("v128.store64_lane", this.#at(index, true), part, k & 1, place);
      else f.emit("v128.store32_lane", this.#at(index, false), part, k, place);
    };
    if (elements.kind === "one") {
      lane(0, elements.index);
      return;
    }
    if (elements.kind === "each") {
      for (const k of LANES) f.if(op("i32.gt_u", f.get(left!), i32(k)), () => lane(k, elements.indices[k]!));
      return;
    }
    const all = (): void =>
      parts.forEach((part, k) => {
        f.emit("v128.store", this.#at(elements.index, wide), f.get(part), { offset: offset + 16 * k });
      });
    if (left === undefined) {
      all();
      return;
    }
    f.if(op("i32.ge_u", f.get(left), i32(4)), all, () => {
      for (const k of [0, 1, 2] as const) {
        f.if(op("i32.gt_u", f.get(left), i32(k)), () => lane(k, elements.index, k));
      }
    });
  }
}

interface RuleSite {
  readonly rule: RuleProgram;
  readonly layout: RuleLayout;
  readonly precision: "f32" | "f64";
}

/** Emits code that applies only while synapses may change, and code for a rule at rest. */
const whileActive = (
  f: FunctionBuilder,
  { rule: { factor }, layout, precision }: RuleSite,
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

const emitBegin = (m: ModuleBuilder, name: string, site: RuleSite): RuleFunctions["begin"] =>
  m.func({ name, params: ["i32"], results: [] }, (f) => {
    const [step] = f.params;
    const { rule, layout } = site;
    const through = (kernel: RuleKernel, space: RuleSpace, first: number, end: number): void => {
      if (kernel.stores.length === 0 || first === end) return;
      const emitter = new RuleEmitter(f, step, site);
      const at = f.let(i32(first));
      const elements = { [space]: { kind: "next", index: at } } as const;
      const shared = emitter.shared(kernel, elements);
      fours(f, [at, f.let(i32(end))], () => {
        emitter.store(kernel, emitter.values(kernel, elements, shared), elements);
      });
    };
    through(rule.beginArrivals, "arrival", 0, layout.arrivals);
    through(rule.beginTargets, "target", layout.firstUnit, layout.endUnit);
    if (rule.beginRule.stores.length > 0) {
      const emitter = new RuleEmitter(f, step, site);
      emitter.store(rule.beginRule, emitter.values(rule.beginRule, {}), {});
    }
  });

/** The indices of up to four elements from `at` on. Lanes beyond the last element repeat it. */
const indicesFrom = (f: FunctionBuilder, at: Scalar, left: Scalar): Scalar[] => {
  const last = f.let(op("i32.sub", f.get(left), i32(1)));
  return LANES.map((k) =>
    k === 0 ? at : f.let(op("i32.add", f.get(at), select(op("i32.lt_u", f.get(last), i32(k)), f.get(last), i32(k)))),
  );
};

/** Loads a 16-bit or 32-bit number for each index. */
const numbersAt = (f: FunctionBuilder, indices: readonly Scalar[], offset: number, bytes: 2 | 4): Scalar[] =>
  indices.map((index) =>
    f.let(op(bytes === 2 ? "i32.load16_u" : "i32.load", op("i32.shl", f.get(index), i32(bytes >> 1)), { offset })),
  );

/** Goes through the synapses of an arrival, four at a time. */
const throughArrival = (
  f: FunctionBuilder,
  emitter: RuleEmitter,
  kernel: RuleKernel,
  { rule, layout }: RuleSite,
  [arrival, begin, end]: readonly [Scalar, Scalar, Scalar],
  use: (values: ReadonlyMap<number, Operand>, targets: readonly Scalar[], left: Scalar) => void,
): void => {
  const once = { arrival: { kind: "one", index: arrival } } as const;
  emitter.takeSigns(once.arrival);
  const shared = emitter.shared(kernel, once);
  const at = f.let(f.get(begin));
  const left = f.local("i32");
  const needsTargets = kernel.nodes.some((node) => node.op === "load" && rule.buffers[node.buffer]!.space === "target");
  fours(f, [at, end], () => {
    f.set(left, op("i32.sub", f.get(end), f.get(at)));
    const targets = numbersAt(f, indicesFrom(f, at, left), layout.targets, layout.wide ? 4 : 2);
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

const emitArrive = (
  m: ModuleBuilder,
  name: string,
  site: RuleSite,
  network: NetworkProgram,
  whole: NetworkLayout,
): RuleFunctions["arrive"] => {
  const { rule, layout, precision } = site;
  const wide = precision === "f64";
  const type = (wide ? "f64" : "f32") as "f32";
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
          const { parts } = emitter.signed(values.get(rule.arrive.amount)!);
          for (const k of LANES) {
            f.if(op("i32.gt_u", f.get(left), i32(k)), () => {
              const slot = f.let(op("i32.shl", f.get(targets[k]!), i32(wide ? 3 : 2)));
              const part = f.get(parts[wide ? k >> 1 : 0]!);
              const amount = op(
                (wide ? "f64x2.extract_lane" : "f32x4.extract_lane") as "f32x4.extract_lane",
                part,
                wide ? k & 1 : k,
              );
              const sum = op(`${type}.add`, op(`${type}.load`, f.get(slot), { offset: slots }), amount);
              f.emit(`${type}.store`, f.get(slot), sum, { offset: slots });
            });
          }
        });
        if (rule.arriveOnce.stores.length > 0) {
          const once = { arrival: { kind: "one", index: arrival } } as const;
          emitter.store(rule.arriveOnce, emitter.values(rule.arriveOnce, once), once);
        }
      });
    whileActive(f, site, through(rule.arrive), through({ ...rule.arrive, stores: [] }));
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
    const fireAll = (): void => {
      const shared = emitter.shared(rule.fire, once);
      const start = f.let(op("i32.shl", op("i32.sub", f.get(unit), i32(layout.firstUnit)), i32(2)));
      const at = f.let(op("i32.load", f.get(start), { offset: layout.starts }));
      const end = f.let(op("i32.load", f.get(start), { offset: layout.starts + 4 }));
      const left = f.local("i32");
      fours(f, [at, end], () => {
        f.set(left, op("i32.sub", f.get(end), f.get(at)));
        const indices = indicesFrom(f, at, left);
        const arrivals = numbersAt(f, indices, layout.sources, 4);
        const elements = {
          ...once,
          arrival: { kind: "each", indices: arrivals },
          synapse: { kind: "each", indices: numbersAt(f, indices, layout.synapses, 4) },
        } as const;
        emitter.takeSigns(elements.arrival);
        emitter.store(rule.fire, emitter.values(rule.fire, elements, shared), elements, left);
      });
    };
    if (rule.fire.stores.length > 0) whileActive(f, site, fireAll);
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
    if (rule.end.stores.length === 0 || network.bundles[rule.bundle]!.shards[layout.shard]!.synapses === 0) return;
    const emitter = new RuleEmitter(f, step, site);
    const arrival = f.let(i32(0));
    const endAll = (): void =>
      f.block((leave) => {
        if (rule.every > 1) {
          const steps = op("i32.add", f.get(step), i32(1));
          f.branchIf(leave, op("i32.rem_u", steps, i32(rule.every)));
        }
        f.loop((again) => {
          f.branchIf(leave, op("i32.ge_u", f.get(arrival), i32(layout.arrivals)));
          const place = f.let(op("i32.shl", f.get(arrival), i32(2)));
          const begin = f.let(op("i32.load", f.get(place), { offset: layout.offsets }));
          const end = f.let(op("i32.load", f.get(place), { offset: layout.offsets + 4 }));
          throughArrival(f, emitter, rule.end, site, [arrival, begin, end], () => {});
          f.set(arrival, op("i32.add", f.get(arrival), i32(1)));
          f.branch(again);
        });
      });
    whileActive(f, site, endAll);
  });
};
