import { constant, type Expr, type Float, symbol } from "../expr/expr.ts";
import { eq, not, select } from "../expr/verbs.ts";
import type { StateVariable } from "./component.ts";
import { type CombinedModel, type End, endsOf, type Plasticity, rulesIn, spaceOf, type Updates } from "./rule-model.ts";

/*
 * Dendritic delays. Of the delay d of a synapse, the part b is on the side of the dendrite: a presynaptic spike reaches the
 * synapse after d − b and the soma after d, and a postsynaptic spike reaches the synapse after b. In the clock of the synapse plus
 * b, arrivals are at d, as without a dendritic part, and postsynaptic spikes at 2·b. A rule thus becomes one whose `fire` is late
 * by 2·b. Two ends of a step take its place: they visit the synapses of the units whose spike has come back.
 */

/** 1 in a step in which the unit spikes; in the step before; in the step in which the spike reaches the synapses. */
const flag = { spikes: "post.dendrite-spikes", spiked: "post.dendrite-spiked", returns: "post.dendrite-returns" };

const number = (value: number): Expr => constant("float", value);

/** A state variable of target units that is 0 or 1. */
const marker = (about: string): StateVariable =>
  ({ dtype: "float", initial: number(0), unit: "1", description: about }) as StateVariable;

/** The rule for synapses that postsynaptic spikes reach `delay` ms after they reach the soma. */
export const withDendriticDelay = (rule: Plasticity, delay: number): Plasticity<CombinedModel> => {
  const { model } = rule;
  const { begin, fire } = model.moments;
  const returns = not(eq(symbol("float", flag.returns, "state", "1") as Float, 0));
  const late = (updates: Updates): Updates =>
    Object.fromEntries(
      Object.entries(updates).map(([name, value]) => {
        const before = symbol(value.dtype, name, "state", model.state[name]!.unit);
        return [name, select(returns, value as Float, before as Float)];
      }),
    );
  const [synapses, units] = [true, false].map((isSynapse) =>
    Object.fromEntries(Object.entries(fire).filter(([name]) => (spaceOf(name) === "synapse") === isSynapse)),
  ) as [Updates, Updates];
  const ends: End[] = [
    { gather: {}, settle: {}, end: synapses, only: flag.returns, ...(model.factor && { factor: model.factor }) },
    // All synapses read the values from before the spike.
    { gather: {}, settle: late(units), end: {} },
    ...endsOf(model),
  ];
  const state = {
    ...model.state,
    [flag.spikes]: marker("1 in a step in which the unit spikes."),
    [flag.spiked]: marker("1 in the step after a spike."),
    [flag.returns]: marker("1 in the step in which a spike reaches the synapses."),
  };
  return {
    ...rule,
    model: {
      ...model,
      state,
      moments: {
        ...model.moments,
        begin: {
          ...begin,
          [flag.spiked]: symbol("float", flag.spikes, "state", "1"),
          [flag.spikes]: number(0),
        },
        fire: { [flag.spikes]: number(1) },
        gather: {},
        settle: {},
        end: {},
      },
      delayed: { ...model.delayed, [flag.returns]: { of: flag.spiked, dendritic: delay } },
      ends,
      rules: rulesIn(rule),
    },
  };
};
