import { parseUnit } from "../config/unit.ts";
import type { Expr } from "../expr/expr.ts";
import type { Lowering, Names, Value } from "./lower.ts";
import type { Definition } from "./syntax.ts";

/** Deepest chain of names that are defined by other names. */
const DEEPEST = 200;
/** Most operations that may be nested in the definition of a name, with those of the names in it. */
const MOST_NESTED = 1000;

/** How deeply the operations of an expression are nested. */
const depths = new WeakMap<Expr, number>();
const depthOf = (expr: Expr): number => {
  const known = depths.get(expr);
  if (known !== undefined) return known;
  const depth = 1 + Math.max(0, ...expr.args.map(depthOf));
  depths.set(expr, depth);
  return depth;
};

/**
 * The names at one place of a text: variables, parameters and inputs with their values at this place, and named
 * sub-expressions, which are computed from those values.
 */
export class Scope implements Names {
  readonly #lowering: Lowering;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #definitions: ReadonlyMap<string, Definition>;
  /** Names that exist, but have no value here: the reasons. */
  readonly #refused: ReadonlyMap<string, string>;
  readonly #after: ReadonlyMap<string, Value>;
  readonly #made = new Map<string, Value | "wrong">();
  readonly #open: string[] = [];

  constructor(
    lowering: Lowering,
    values: ReadonlyMap<string, Value>,
    definitions: ReadonlyMap<string, Definition>,
    more: { readonly refused?: ReadonlyMap<string, string>; readonly after?: ReadonlyMap<string, Value> } = {},
  ) {
    this.#lowering = lowering;
    this.#values = values;
    this.#definitions = definitions;
    this.#refused = more.refused ?? new Map();
    this.#after = more.after ?? new Map();
  }

  readonly known = (): readonly string[] => [
    ...new Set([...this.#values.keys(), ...this.#definitions.keys(), ...this.#lowering.defined]),
  ];

  after(name: string): Value | undefined {
    return this.#after.get(name);
  }

  value(name: string): Value | "wrong" | undefined {
    const value = this.#values.get(name);
    if (value) return value;
    const definition = this.#definitions.get(name);
    if (definition) return this.#define(name, definition);
    return this.#lowering.isMisread(name) && !this.#refused.has(name) ? "wrong" : undefined;
  }

  /** Why a name has no value here. */
  refusal(name: string): string | undefined {
    return this.#refused.get(name);
  }

  #define(name: string, definition: Definition): Value | "wrong" {
    const known = this.#made.get(name);
    if (known) return known;
    const { problems } = this.#lowering;
    if (this.#open.includes(name)) {
      const cycle = [...this.#open.slice(this.#open.indexOf(name)), name].join(" → ");
      problems.add(definition.target, `${name} is defined by itself: ${cycle}. Define it by variables and parameters.`);
      return "wrong";
    }
    if (this.#open.length >= DEEPEST) {
      problems.add(
        definition.target,
        `${name} is defined by a chain of more than ${DEEPEST} names. Shorten the chain.`,
      );
      return "wrong";
    }
    this.#open.push(name);
    const value = this.#compute(name, definition) ?? "wrong";
    this.#open.pop();
    this.#made.set(name, value);
    return value;
  }

  #compute(name: string, { value: node, unit, target }: Definition): Value | undefined {
    const lowering = this.#lowering;
    const value = lowering.value(node, this);
    if (value && depthOf(value.expr) > MOST_NESTED) {
      const message = `${name} nests more than ${MOST_NESTED} operations, with those of the names in it. Shorten the chain of names.`;
      return lowering.problems.add(target, message);
    }
    if (!value || unit === undefined) return value;
    const expr = lowering.asUnit(value, node, unit.text, name);
    return expr && { ...value, expr, spelled: unit.text, unit: parseUnit(unit.text)! };
  }
}
