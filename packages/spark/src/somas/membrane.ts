import type { Bool, Float, Int } from "../expr/expr.ts";
import { add, select, steps, sub } from "../expr/verbs.ts";
import { float, int } from "../model/scope.ts";

/* What somas with one membrane have in common. Their potential is stored relative to rest. */

interface Resting {
  readonly potentialRest: Float;
}

export const fromRest = (x: Resting, potential: Float): Float => sub(potential, x.potentialRest);

/** The resting value is exactly zero, so a silent unit stays there for any resting potential. */
export const potentialState = (x: Resting) =>
  float(0, "mV", "Membrane potential relative to potentialRest.", { from: x.potentialRest });

export const reset = (x: Resting & { readonly potentialReset: Float }, spikes: Bool, v: Float): Float =>
  select(spikes, fromRest(x, x.potentialReset), v);

/** A jump is added after the leak. A refractory soma ignores it. */
export const heard = (ready: Bool, v: Float, jump: Float): Float => select(ready, add(v, jump), v);

/** An age that exceeds the cooldown, so a soma starts ready. Counting also stops at this age. */
export const rested = (x: { readonly cooldown: Float }): Int => add(steps(x.cooldown), 1);

export const ageState = (limit: Int) => int(limit, "Steps since the last spike.");
