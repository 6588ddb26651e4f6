import type { RuleBuffer, RuleKernel, RuleProgram, RuleSpace } from "../../../program/rule.ts";
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
/** Neighbouring elements, of which the first `count` are stored. Weights have the sign of their source unit. */
const neighbours: Access = {
  shared: false,
  load: (k, type) => `${aligned.load(k, type)}${k === 0 ? " * sign" : ""}`,
  store: (k, type, value) => `put${int(type)}(x->b${k} + at, ${value}${k === 0 ? " * sign" : ""}, count);`,
};
/** Elements at the positions of an index, of which the first `count` are stored. */
const scattered = (index: string): Access => ({
  shared: false,
  load: (k, type) => `pick${int(type)}(x->b${k}, ${index})${k === 0 ? " * sign" : ""}`,
  store: (k, type, value) => `put${int(type)}_at(x->b${k}, ${index}, ${value}${k === 0 ? " * sign" : ""}, count);`,
});

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

/** Prints the functions of a rule. */
export const printRule = (rule: RuleProgram, precision: "f32" | "f64"): PrintedRule => {
  const printer = new RulePrinter(rule);
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
  const arrive = printer.kernel(
    rule.arrive,
    { rule: one("0"), arrival: one("arrival"), target: scattered("target"), synapse: neighbours },
    "n",
  );
  // The amounts alone, for a rule at rest.
  const deliver = printer.kernel(
    { nodes: rule.arrive.nodes, stores: [] },
    { rule: one("0"), arrival: one("arrival"), target: scattered("target"), synapse: neighbours },
    "n",
  );
  const resting = rule.factor === undefined ? "0" : `x->b${rule.factor}[0] == 0`;
  const fire = printer.kernel(
    rule.fire,
    { rule: one("0"), arrival: scattered("arrival"), target: one("unit"), synapse: scattered("synapse") },
    "n",
  );
  const end = printer.kernel(
    rule.end,
    { rule: one("0"), arrival: one("arrival"), target: scattered("target"), synapse: neighbours },
    "n",
  );
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
    : `INLINE void deliver_in(const Rule *x, int64_t arrival, real *slots, int32_t step, const int wide) {
  const int64_t end = x->offsets[arrival + 1];
  const F sign UNUSED = splat(x->signs[arrival]);
${indented(deliver.shared, 2)}
  for (int64_t at = x->offsets[arrival]; at < end; at += LANES) {
    const int64_t count = end - at < LANES ? end - at : LANES;
    const I slot = some_targets(x->targets, at, count, wide);
    const I target UNUSED = slot + splat_int((int32_t)x->firstTarget);
${indented(deliver.each, 4)}
    add_amounts(slots, slot, n${rule.arrive.amount} * sign, count);
  }
${once(rule.arriveOnce, "arrival", "arrival")}
}
`
}
INLINE void arrive_in(const Rule *x, int64_t arrival, real *slots, int32_t step, const int wide) {
  const int64_t end = x->offsets[arrival + 1];
  const F sign UNUSED = splat(x->signs[arrival]);
${indented(arrive.shared, 2)}
  for (int64_t at = x->offsets[arrival]; at < end; at += LANES) {
    const int64_t count = end - at < LANES ? end - at : LANES;
    const I slot = some_targets(x->targets, at, count, wide);
    const I target UNUSED = slot + splat_int((int32_t)x->firstTarget);
${indented([...arrive.each, ...arrive.stores], 4)}
    add_amounts(slots, slot, n${rule.arrive.amount} * sign, count);
  }
${once(rule.arriveOnce, "arrival", "arrival")}
}

static void arrive(const void *context, int64_t arrival, void *slots, int32_t step) {
  const Rule *x = context;
${
  rule.factor === undefined
    ? ""
    : `  if (${resting}) {
    if (x->wide)
      deliver_in(x, arrival, slots, step, 1);
    else
      deliver_in(x, arrival, slots, step, 0);
    return;
  }
`
}  if (x->wide)
    arrive_in(x, arrival, slots, step, 1);
  else
    arrive_in(x, arrival, slots, step, 0);
}

static void fire(const Rule *x, int64_t unit, int32_t step) {
${
  rule.fire.stores.length === 0
    ? ""
    : `  const int64_t end = ${rule.factor === undefined ? "" : `${resting} ? 0 : `}x->starts[unit - x->firstUnit + 1];
${indented(fire.shared, 2)}
  for (int64_t at = x->starts[unit - x->firstUnit]; at < end; at += LANES) {
    const int64_t count = end - at < LANES ? end - at : LANES;
    const I synapse = some_of(x->synapses + at, count);
    const I arrival = some_of(x->sources + at, count);
    const F sign UNUSED = pick(x->signs, arrival);
    for (int64_t lane = 0; lane < LANES; lane++) __builtin_prefetch(x->b0 + x->synapses[at + 2 * LANES + lane], 1);
${indented([...fire.each, ...fire.stores], 4)}
  }
`
}${once(rule.fireOnce, "target", "unit")}
}

INLINE void end_in(const Rule *x, int32_t step, const int wide) {
${
  rule.end.stores.length === 0
    ? ""
    : `  for (int64_t arrival = 0; arrival < x->arrivals; arrival++) {
    const int64_t end = x->offsets[arrival + 1];
    const F sign UNUSED = splat(x->signs[arrival]);
${indented(end.shared, 4)}
    for (int64_t at = x->offsets[arrival]; at < end; at += LANES) {
      const int64_t count = end - at < LANES ? end - at : LANES;
      const I target UNUSED = some_targets(x->targets, at, count, wide) + splat_int((int32_t)x->firstTarget);
${indented([...end.each, ...end.stores], 6)}
    }
  }`
}
}

// The moments after the populations have advanced. \`bits\` marks the units that spiked.
static void finish(const void *context, const uint32_t *bits, int32_t step) {
  const Rule *x = context;
  for (int64_t word = x->firstUnit / 32; word * 32 < x->endUnit; word++)
    for (uint32_t set = bits[word]; set; set &= set - 1) fire(x, word * 32 + __builtin_ctz(set), step);
  if (((uint32_t)step + 1) % (uint32_t)x->every${rule.factor === undefined ? "" : ` || ${resting}`}) return;
  if (x->wide)
    end_in(x, step, 1);
  else
    end_in(x, step, 0);
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
  // Steps from one end to the next.
  ["every", "int64_t"],
  // The synapses and arrivals of each of these units.
  ["starts", "const uint32_t *"],
  ["synapses", "const uint32_t *"],
  ["sources", "const uint32_t *"],
] as const;
