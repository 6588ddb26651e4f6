import { describe } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import type { InputChunk, InputFunction, StepsInput } from "./forms.ts";

/** An input function that keeps its values. */
export interface KeptInput extends InputFunction {
  /** All values so far as an input of another run from the same start, pA: steps × units, from step 0 on. */
  steps(): StepsInput;
  /** Forgets the values from a step on (counted from 0), so that the function gives new ones. */
  forget(step: number): void;
}

/**
 * Makes an input function that keeps its values, in 4 or 8 bytes per step and unit. A run with `steps()` as its input
 * then repeats a run whose input depends on something outside, such as a slider or a sensor. Steps that a session repeats
 * after going back get the kept values again.
 * @throws ConfigError for anything but a function; from the input, if two inputs with different numbers of units share it
 */
export const keepInput = (fill: InputFunction): KeptInput => {
  if (typeof fill !== "function") {
    const message = `takes an input function; received ${describe(fill)}. Give one that fills chunk.values.`;
    throw new ConfigError({ path: "keepInput", message });
  }
  let kept: InputChunk["values"] = new Float32Array(0);
  let count = 0;
  let width: number | undefined;
  const keep = ({ firstStep, steps, units, values }: InputChunk): void => {
    const known = Math.min(steps, Math.max(0, count - firstStep));
    values.set(kept.subarray(firstStep * units, (firstStep + known) * units));
    const end = (firstStep + steps) * units;
    if (kept.length < end || kept.BYTES_PER_ELEMENT < values.BYTES_PER_ELEMENT) {
      const Values = values instanceof Float64Array ? Float64Array : Float32Array;
      const larger = new Values(Math.max(end, 2 * count * units));
      larger.set(kept.subarray(0, count * units));
      kept = larger;
    }
    kept.set(values.subarray(known * units), (firstStep + known) * units);
    count = Math.max(count, firstStep + steps);
  };
  const input = (chunk: InputChunk): void | Promise<void> => {
    width ??= chunk.units;
    if (chunk.units !== width) {
      const message = `keeps the values of ${width} units; received a chunk of ${chunk.units}. Make one for each input.`;
      throw new ConfigError({ path: "keepInput", message });
    }
    const filled: unknown = fill(chunk);
    // The run refuses a function that gives anything else.
    const finish = <T>(result: T): T => {
      keep(chunk);
      return result;
    };
    return filled instanceof Promise ? filled.then(finish) : finish(filled as undefined);
  };
  return Object.assign(input, {
    steps: (): StepsInput => ({ steps: kept.slice(0, count * (width ?? 1)) }),
    forget: (step: number): void => {
      if (!Number.isInteger(step) || step < 0) {
        const message = `must be a whole number of at least 0; received ${describe(step)}. Give a step.`;
        throw new ConfigError({ path: "keepInput.forget", message });
      }
      // Memory above the end is filled again before it is read.
      count = Math.min(count, step);
    },
  });
};
