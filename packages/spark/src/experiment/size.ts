import { counted } from "../config/counted.ts";
import type { Place } from "../config/place.ts";
import { type Shape, sizeOf } from "../config/shape.ts";
import { MemoryError } from "../errors/errors.ts";
import type { Declaration } from "../model/component.ts";
import { memoryText } from "../run/memory-refusals.ts";

/** @throws MemoryError if a population needs more than `memory` bytes while it is built */
export const checkPopulationMemory = (
  place: Place,
  { state, fields }: Pick<Declaration, "state" | "fields">,
  units: Shape | undefined,
  memory: number,
): void => {
  const needed = units ? sizeOf(units) * 8 * (Object.keys(state).length + Object.keys(fields).length) : 0;
  if (needed <= memory) return;
  throw new MemoryError(
    `${place.at("units").path} requests ${counted(sizeOf(units!), "unit")}, which need up to ${memoryText(needed)} while they are built; memory is ${memoryText(memory)}. Use fewer units, or raise memory.`,
  );
};
