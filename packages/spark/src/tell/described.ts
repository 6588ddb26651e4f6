import { describe } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";

const PARTS: readonly string[] = ["name", "fields", "state", "next", "inputs", "outputs"];
/** The parts that plasticity rules have, too. */
export const TOLD: readonly string[] = ["name", "fields", "state"];

/** @throws ConfigError unless the value is a model with these parts, such as LeakySoma.model */
export const requireModel = (where: string, value: unknown, parts = PARTS): void => {
  const hasParts = (one: unknown): one is Readonly<Record<string, unknown>> =>
    typeof one === "object" && one !== null && parts.every((part) => part in one);
  if (hasParts(value)) return;
  const inner = value !== null && (typeof value === "object" || typeof value === "function") && "model" in value;
  const model = inner && hasParts(value.model) ? value.model : undefined;
  const received = model ? `a component of ${String(model["name"])}` : describe(value);
  const remedy = model ? `Write ${String(model["name"])}.model.` : "Give a model such as LeakySoma.model.";
  throw new ConfigError({ path: where, message: `takes a model; received ${received}. ${remedy}` });
};
