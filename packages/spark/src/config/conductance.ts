import { dimensionless, parseUnit } from "./unit.ts";

/** Whether a text names a unit of conductance. */
export const isConductance = (text: string): boolean => {
  const { volt, ampere, second } = parseUnit(text) ?? dimensionless;
  return volt === -1 && ampere === 1 && second === 0;
};
