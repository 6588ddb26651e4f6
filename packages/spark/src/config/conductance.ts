import { parseUnit, placesBetween } from "./unit.ts";

const siemens = parseUnit("S")!;

/** Whether a text names a unit of conductance. */
export const isConductance = (text: string): boolean => {
  const unit = parseUnit(text);
  return unit !== undefined && placesBetween(unit, siemens) !== undefined;
};
