import { describe } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";

/** @throws ConfigError unless the value is a model, such as LeakySoma.model */
export const requireModel = (where: string, value: unknown): void => {
  if (hasParts(value)) return;
  const inner = value !== null && (typeof value === "object" || typeof value === "function") && "model" in value;
  const model = inner && hasParts(value.model) ? value.model : undefined;
  const received = model ? `a component of ${String(model["name"])}` : describe(value);
  const remedy = model ? `Write ${String(model["name"])}.model.` : "Give a model such as LeakySoma.model.";
  throw new ConfigError({ path: where, message: `takes a model; received ${received}. ${remedy}` });
};

const hasParts = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  ["name", "fields", "state", "next", "inputs", "outputs"].every((part) => part in value);
