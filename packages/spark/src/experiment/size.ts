import { type Shape, sizeOf } from "../config/shape.ts";
import { MemoryError } from "../errors/errors.ts";
import type { Declaration } from "../model/component.ts";

/** @throws MemoryError where a population would take more than `memory` bytes while it is built. */
export const checkPopulationMemory = (
  path: string,
  { state, fields }: Pick<Declaration, "state" | "fields">,
  units: Shape | undefined,
  memory: number,
): void => {
  const needed = units ? sizeOf(units) * 8 * (Object.keys(state).length + Object.keys(fields).length) : 0;
  if (needed <= memory) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
  throw new MemoryError(
    `${path}.units asks for ${sizeOf(units!)} units, up to ${gigabytes(needed)} while they are built; ${gigabytes(memory)} are allowed. Use fewer units, or raise memory.`,
  );
};
