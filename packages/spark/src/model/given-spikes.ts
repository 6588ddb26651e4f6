import { ModelError } from "../errors/errors.ts";
import { type Bool, type Expr, type Float, symbol, walk } from "../expr/expr.ts";
import { add, clip, gt, log, log1p, mul, select, sub, when } from "../expr/verbs.ts";
import type { ComponentType, Model } from "./component.ts";
import { signal } from "./ports.ts";
import { float } from "./scope.ts";
import { componentType } from "./soma.ts";

/*
 * Somas that spike at random, with given spikes in place of the random ones: the same equations, with the probability of
 * each recorded spike. The sum of the logarithms is the likelihood of a recording.
 */

/** Input: 1 in steps with a given spike, otherwise 0. */
export const GIVEN = "givenSpikes";
/** State variable: sum of log P over the steps so far. */
export const LOG_LIKELIHOOD = "logLikelihood";
const LOST = "logLikelihoodRounding";
const LOGARITHM = "Logarithm of the probability of the given spikes and silent steps so far.";

/**
 * Probabilities of a step are within this distance of 0 and 1, so that one impossible spike makes a candidate bad, but
 * not incomparable.
 */
const CERTAIN = 1e-6;

/** The purposes of the random draws in an expression. */
const purposesIn = (roots: readonly Expr[]): ReadonlySet<string> => {
  const found = new Set<string>();
  walk(roots, ({ purpose }) => {
    if (purpose !== undefined) found.add(purpose);
  });
  return found;
};

/** Whether a model draws random numbers in each step. */
export const isRandom = ({ spikes, next }: Pick<Model, "spikes" | "next">): boolean =>
  purposesIn([spikes, ...Object.values(next)]).size > 0;

/** Probability that a condition holds, given everything that is not drawn in it; undefined if it is not known. */
const probabilityOf = (condition: Expr): Float | undefined => {
  if (purposesIn([condition]).size === 0) return when(condition as Bool, 1);
  const [a, b] = condition.args as [Expr, Expr];
  if (condition.op === "not") {
    const p = probabilityOf(a);
    return p && sub(1, p);
  }
  if (condition.op === "and" || condition.op === "or") {
    const common = [...purposesIn([a])].some((purpose) => purposesIn([b]).has(purpose));
    const [p, q] = [probabilityOf(a), probabilityOf(b)];
    if (common || !p || !q) return undefined;
    return condition.op === "and" ? mul(p, q) : sub(add(p, q), mul(p, q));
  }
  if (condition.op !== "less" && condition.op !== "lessEqual") return undefined;
  // A uniform draw is below p with the probability p.
  const below = (draw: Expr, limit: Expr): Float | undefined =>
    draw.op === "uniform" && purposesIn([limit]).size === 0 ? clip(limit as Float, 0, 1) : undefined;
  const p = below(a, b);
  if (p) return p;
  const above = below(b, a);
  return above && sub(1, above);
};

/** The expressions with one part replaced. */
const replaced = (roots: readonly Expr[], part: Expr, by: Expr): Expr[] => {
  const done = new Map<Expr, Expr>([[part, by]]);
  walk(roots, (expr) => {
    if (done.has(expr)) return;
    const args = expr.args.map((arg) => done.get(arg)!);
    done.set(expr, args.some((arg, k) => arg !== expr.args[k]) ? { ...expr, args } : expr);
  });
  return roots.map((root) => done.get(root)!);
};

/**
 * A soma that spikes at random, with given spikes in place of its own: in the steps in which the input `givenSpikes` is
 * above ½. Its state variable `logLikelihood` is the logarithm of the probability of the spikes and silent steps so far.
 *
 * @throws ModelError for a soma that does not spike at random, or whose probability of a spike has no closed form
 */
export const withGivenSpikes = ({ model }: ComponentType): ComponentType => {
  const { differential, ...rest } = model;
  const { name, spikes, next } = rest;
  if (!isRandom(model)) {
    throw new ModelError(
      `${name} does not spike at random, so recorded spikes have no likelihood. Compare spike times instead.`,
    );
  }
  const given = gt(symbol("float", GIVEN, "input", "1"), 0.5);
  const probability = probabilityOf(spikes);
  const updates = replaced(Object.values(next), spikes, given);
  if (!probability || purposesIn(updates).size > 0) {
    throw new ModelError(
      `${name} draws random numbers other than in its condition of a spike, so the likelihood of spikes is not known. Let the condition compare a uniform draw with a probability: lt(uniformNoise("escape"), p), in a text rand() < p.`,
    );
  }
  const p = clip(probability, CERTAIN, 1 - CERTAIN);
  const sum = symbol("float", LOG_LIKELIHOOD, "state", "1");
  const lost = symbol("float", LOST, "state", "1");
  // The rounding of each sum is subtracted in the next step: Kahan 1965, Commun. ACM 8:40.
  const term = sub(select(given, log(p), log1p(sub(0, p))), lost);
  const total = add(sum, term);
  const state = {
    ...model.state,
    [LOG_LIKELIHOOD]: float(0, "1", LOGARITHM),
    [LOST]: float(0, "1", "Rounding of the sum so far."),
  };
  return componentType({
    ...rest,
    state,
    inputs: { ...model.inputs, [GIVEN]: signal("1", "1 in steps with a spike, otherwise 0.") },
    spikes: given,
    next: {
      ...Object.fromEntries(Object.keys(next).map((key, k) => [key, updates[k]!])),
      [LOG_LIKELIHOOD]: total,
      [LOST]: sub(sub(total, sum), term),
    },
    observables: { ...model.observables, [LOG_LIKELIHOOD]: { expr: sum, unit: "1", description: LOGARITHM } },
  } as Model) as ComponentType;
};
