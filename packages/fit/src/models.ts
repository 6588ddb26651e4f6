import type { ComponentType } from "spark-snn";
import { declaredTypes } from "spark-snn/documents";

/** Somas by name. */
export const somaTypes = declaredTypes<ComponentType>(
  "somas",
  "a soma",
  "Give { MySoma }, the result of soma().",
  "model",
);
