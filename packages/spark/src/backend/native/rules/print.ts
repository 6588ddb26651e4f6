import type { RuleBuffer, RuleDelay, RuleEnd, RuleKernel, RuleProgram, RuleSpace } from "../../../program/rule.ts";
import { indented } from "../kept.ts";
import { Constants, operationText, valueTypes } from "../kernel.ts";
import { vectorText } from "../vectors.ts";
import { ruleH } from "./texts.ts";

/** The text of a rule, which serves all values of its parameters, and the numbers that are passed at run time. */
export interface PrintedRule {
  readonly text: string;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
}

/** How kernels read and write the buffers of each space; absent for spaces that a kernel does not access. */
type Accesses = Readonly<Partial<Record<RuleSpace, Access>>>;

interface Access {
  /** Whether all lanes have the same value, which is then read before the loop. */
  readonly shared: boolean;
  readonly load: (buffer: number, type: RuleBuffer["type"]) => string;
  readonly store: (buffer: number, type: RuleBuffer["type"], value: string) => string;
}

const int = (type: RuleBuffer["type"]): string => (type === "int" ? "_int" : "");

/** One element for all lanes. */
const one = (index: string): Access => ({
  shared: true,
  load: (k, type) => `splat${int(type)}(x->b${k}[${index}])`,
  store: (k, _, value) => `x->b${k}[${index}] = (${value})[0];`,
});
/** Whole vectors of a padded buffer. */
const aligned: Access = {
  shared: false,
  load: (k, type) => `*(const ${type === "int" ? "AnyI" : "AnyF"} *)(x->b${k} + at)`,
  store: (k, type, value) => `*(${type === "int" ? "AnyI" : "AnyF"} *)(x->b${k} + at) = ${value};`,
};
/** Neighbouring elements, of which the first `count` are stored. Weights are multiplied by `sign`, "" or " * sign". */
const neighbours = (sign: string): Access => ({
  shared: false,
  load: (k, type) => `${aligned.load(k, type)}${k === 0 ? sign : ""}`,
  store: (k, type, value) => `put${int(type)}(x->b${k} + at, ${value}${k === 0 ? sign : ""}, count);`,
});
/** Elements at the positions of an index, of which the first `count` are stored. */
const scattered = (index: string, sign = ""): Access => ({
  shared: false,
  load: (k, type) => `pick${int(type)}(x->b${k}, ${index})${k === 0 ? sign : ""}`,
  store: (k, type, value) => `put${int(type)}_at(x->b${k}, ${index}, ${value}${k === 0 ? sign : ""}, count);`,
});

/** The target units of the synapses of an arrival: in a row, consecutive ones. */
const targets: Access = {
  ...scattered("target"),
  load: (k, type) => `pick${int(type)}_targets(x->b${k}, target, unit, row)`,
};

/** Prints kernels of a rule. */
class RulePrinter {
  readonly constants = new Constants();
  readonly #rule: RuleProgram;

  constructor(rule: RuleProgram) {
    this.#rule = rule;
  }

  /** Statements before and within the loop over lanes, and the stores. */
  kernel(
    { nodes, stores }: RuleKernel,
    accesses: Accesses,
    prefix: string,
  ): { readonly shared: string[]; readonly each: string[]; readonly stores: string[] } {
    const shared: string[] = [];
    const each: string[] = [];
    const isShared: boolean[] = [];
    const name = (k: number): string => `${prefix}${k}`;
    nodes.forEach((node, k) => {
      let value: string;
      if (node.op === "load") {
        const access = accesses[node.at]!;
        isShared.push(access.shared);
        value = access.load(node.buffer, this.#typeOf(node.buffer));
      } else {
        isShared.push("args" in node ? node.args.every((arg) => isShared[arg]) : true);
        value =
          node.op === "constant"
            ? this.constants.textOf(node.dtype, node.value)
            : "args" in node
              ? operationText(node, nodes, name, this.#rule.name)
              : `splat_int(${node.op === "step" ? "step" : "0"})`;
      }
      (isShared[k] ? shared : each).push(`${valueTypes[node.dtype]} ${name(k)} UNUSED = ${value};`);
    });
    return {
      shared,
      each,
      stores: stores.map(({ buffer, node }) =>
        accesses[this.#rule.buffers[buffer]!.space]!.store(buffer, this.#typeOf(buffer), name(node)),
      ),
    };
  }

  #typeOf(buffer: number): RuleBuffer["type"] {
    return this.#rule.buffers[buffer]!.type;
  }
}

/** A statement that repeats a value of the target units some steps later. */
const delayText = ({ from, to, past }: RuleDelay, { buffers }: RuleProgram): string =>
  past === undefined
    ? `  for (int64_t unit = x->firstUnit; unit < x->endUnit; unit++) x->b${to}[unit] = x->b${from}[unit];`
    : `  repeat_later(x->b${from}, x->b${to}, x->b${past} + (uint32_t)step % ${buffers[past]!.rows}u * x->units, x->firstUnit, x->endUnit);`;

/** Prints the functions of a rule. */
export const printRule = (rule: RuleProgram, precision: "f32" | "f64"): PrintedRule => {
  const printer = new RulePrinter(rule);
  // Weights of inhibitory units are stored with their sign. Without such units, nothing is read for it.
  const sign = rule.signs ? " * sign" : "";
  const elements = (kernel: RuleKernel, space: RuleSpace, range: string): string => {
    if (kernel.stores.length === 0) return "";
    const { shared, each, stores } = printer.kernel(kernel, { rule: one("0"), [space]: aligned }, "n");
    return `  {
${indented(shared, 4)}
    for (int64_t at = ${range}; at += LANES) {
${indented([...each, ...stores], 6)}
    }
  }`;
  };
  const once = (kernel: RuleKernel, space: RuleSpace, index: string): string => {
    const { shared, stores } = printer.kernel(kernel, { rule: one("0"), [space]: one(index) }, "o");
    return indented([...shared, ...stores], 2);
  };
  /**
   * A function that visits the synapses of an arrival. `each` are statements after those of the kernel, `before` and
   * `after` those before and after the loop.
   */
  const throughArrival = (name: string, kernel: RuleKernel, each: string[], before = "", after = ""): string => {
    const accesses = { rule: one("0"), arrival: one("arrival"), target: targets, synapse: neighbours(sign) };
    const printed = printer.kernel(kernel, accesses, "n");
    const body = [...printed.stores, ...each];
    return `INLINE void ${name}(const Rule *x, int64_t arrival, real *slots UNUSED, int32_t step UNUSED, const int wide,
    const int row) {
  const int64_t first = x->offsets[arrival];
  const int64_t end = x->offsets[arrival + 1];
${before}
${
  body.length === 0
    ? ""
    : `${rule.signs ? "  const F sign UNUSED = splat(x->signs[arrival]);" : ""}
${indented(printed.shared, 2)}
  for (int64_t at = first; at < end; at += LANES) {
    const int64_t count = end - at < LANES ? end - at : LANES;
    const I slot UNUSED = some_targets(x->targets, at, count, wide);
    const I target UNUSED = slot + splat_int((int32_t)x->firstTarget);
    const int64_t unit UNUSED = target[0];
${indented([...printed.each, ...body], 4)}
  }`
}
${after}
}
`;
  };
  /** Calls such a function for the present kind of targets. */
  const visit = (name: string, slots: string): string => `if (x->wide)
    ${name}(x, arrival, ${slots}, step, 1, 0);
  else if (consecutive(x->targets, x->offsets[arrival], x->offsets[arrival + 1]))
    ${name}(x, arrival, ${slots}, step, 0, 1);
  else
    ${name}(x, arrival, ${slots}, step, 0, 0);`;
  // Weights are delivered as they are stored, before the rule changes them.
  const delivered = rule.arrive.nodes[rule.arrive.amount]!;
  const isWeight = delivered.op === "load" && delivered.buffer === 0;
  const weights = isWeight ? "  add_weights(slots, x->targets, x->b0, first, end, wide, row);" : "";
  const deliver = isWeight ? [] : [`add_amounts(slots, slot, n${rule.arrive.amount}${sign}, count, row);`];
  const arrived = once(rule.arriveOnce, "arrival", "arrival");
  const resting = rule.factor === undefined ? "0" : `x->b${rule.factor}[0] == 0`;
  /** A loop over the synapses of a target unit, unless the rule rests. */
  const throughUnit = (kernel: RuleKernel, isResting: string | undefined): string => {
    if (kernel.stores.length === 0) return "";
    const { shared, each, stores } = printer.kernel(
      kernel,
      { rule: one("0"), arrival: scattered("arrival"), target: one("unit"), synapse: scattered("synapse", sign) },
      "n",
    );
    return `  const int64_t end = ${isResting === undefined ? "" : `${isResting} ? 0 : `}x->starts[unit - x->firstUnit + 1];
${indented(shared, 2)}
  const int64_t start = x->starts[unit - x->firstUnit];
  for (int64_t at = start; at < end && at < start + AHEAD; at += LANES) ask_for(x->b0, x->synapses + at);
  for (int64_t at = start; at < end; at += LANES) {
    const int64_t count = end - at < LANES ? end - at : LANES;
    const I synapse = some_of(x->synapses + at, count);
    const I arrival UNUSED = some_of(x->sources + at, count);
${rule.signs ? "    const F sign = pick(x->signs, arrival);" : ""}
    if (at + AHEAD < end) ask_for(x->b0, x->synapses + at + AHEAD);
${indented([...each, ...stores], 4)}
  }`;
  };
  const endText = ({ gather, settle, only, end }: RuleEnd, k: number): string => {
    const clear = gather.stores.map(
      ({ buffer }) => `memset(x->b${buffer} + x->firstUnit, 0, (size_t)(x->endUnit - x->firstUnit) * sizeof(real));`,
    );
    const sums = gather.stores.map(
      ({ buffer, node }) => `add_amounts(x->b${buffer} + x->firstTarget, slot, n${node}, count, row);`,
    );
    const functions: string[] = [];
    const calls = [...clear];
    const throughAll = (name: string, kernel: RuleKernel, each: string[]): void => {
      functions.push(throughArrival(name, kernel, each));
      calls.push(`for (int64_t arrival = 0; arrival < x->arrivals; arrival++) {
  ${visit(name, "0")}
}`);
    };
    if (sums.length > 0) throughAll(`gather${k}`, { nodes: gather.nodes, stores: [] }, sums);
    calls.push(elements(settle, "target", "x->firstUnit; at < x->endUnit"));
    if (end.stores.length > 0 && only === undefined) throughAll(`end${k}`, end, []);
    if (end.stores.length > 0 && only !== undefined) {
      functions.push(`static void end${k}(const Rule *x, int64_t unit, int32_t step UNUSED) {
${throughUnit(end, undefined)}
}`);
      calls.push(`for (int64_t unit = x->firstUnit; unit < x->endUnit; unit++)
  if (x->b${only}[unit] != 0) end${k}(x, unit, step);`);
    }
    return `
${functions.join("\n")}
static void finish${k}(const Rule *x, int32_t step UNUSED) {
${indented(calls, 2)}
}
`;
  };
  const members = rule.buffers.map(({ type }, k) => `${type === "int" ? "int32_t" : "real"} *b${k};`);
  const text = `${vectorText(precision)}
${ruleH}
typedef struct {
${indented([...ruleMembers.map(([name, type]) => `${type} ${name};`), ...members], 2)}
} Rule;

static void begin(const void *context, int32_t step) {
  const Rule *x = context;
${elements(rule.beginArrivals, "arrival", "0; at < x->arrivals")}
${elements(rule.beginTargets, "target", "x->firstUnit; at < x->endUnit")}
  {
${once(rule.beginRule, "rule", "0")}
  }
}

${
  rule.factor === undefined
    ? ""
    : // The amounts alone, for a rule at rest.
      throughArrival("deliver_in", { nodes: rule.arrive.nodes, stores: [] }, deliver, weights, arrived)
}
${throughArrival("arrive_in", rule.arrive, deliver, weights, arrived)}
static void arrive(const void *context, int64_t arrival, void *slots, int32_t step) {
  const Rule *x = context;
${
  rule.factor === undefined
    ? ""
    : `  if (${resting}) {
  ${visit("deliver_in", "slots")}
    return;
  }
`
}  ${visit("arrive_in", "slots")}
}

static void follow(const Rule *x, int32_t step UNUSED) {
${elements(rule.follow, "target", "x->firstUnit; at < x->endUnit")}
${rule.delays.map((delay) => delayText(delay, rule)).join("\n")}
}

static void fire(const Rule *x, int64_t unit, int32_t step) {
${throughUnit(rule.fire, rule.factor === undefined ? undefined : resting)}
${once(rule.fireOnce, "target", "unit")}
}

${rule.ends.map(endText).join("")}
// The moments after the populations have advanced. \`bits\` marks the units that spiked.
static void finish(const void *context, const uint32_t *bits, int32_t step) {
  const Rule *x = context;
  follow(x, step);
  for (int64_t word = x->firstUnit / 32; word * 32 < x->endUnit; word++)
    for (uint32_t set = bits[word]; set; set &= set - 1) fire(x, word * 32 + __builtin_ctz(set), step);
${rule.ends
  .map(({ factor }, k) => {
    const active = factor === undefined ? "" : ` && x->b${factor}[0] != 0`;
    return `  if (((uint32_t)step + 1) % (uint32_t)x->everies[${k}] == 0${active}) finish${k}(x, step);`;
  })
  .join("\n")}
}

// Addresses of the functions of the rule.
EXPORT void spark_parts(void **parts) {
  parts[0] = (void *)begin;
  parts[1] = (void *)arrive;
  parts[2] = (void *)finish;
}
`;
  const { floats, ints } = printer.constants;
  return { text, floats, ints };
};

/** The members of the struct of a rule and a shard before its buffers, with their C types. Each takes 8 bytes. */
export const ruleMembers = [
  ["floats", "const real *"],
  ["ints", "const int32_t *"],
  // The synapses of an arrival, as in the table of the bundle.
  ["offsets", "const uint32_t *"],
  ["targets", "const void *"],
  ["wide", "int64_t"],
  // The sign of the source unit of each arrival.
  ["signs", "const real *"],
  ["arrivals", "int64_t"],
  // The target unit of target 0 of the shard.
  ["firstTarget", "int64_t"],
  // The units of the target population in the shard.
  ["firstUnit", "int64_t"],
  ["endUnit", "int64_t"],
  // Number of units of the target population.
  ["units", "int64_t"],
  // Steps from one end to the next, for each end.
  ["everies", "const int32_t *"],
  // The synapses and arrivals of each of these units.
  ["starts", "const uint32_t *"],
  ["synapses", "const uint32_t *"],
  ["sources", "const uint32_t *"],
] as const;
