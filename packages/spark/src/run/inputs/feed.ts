import type { Shape } from "../../config/shape.ts";
import type { Issue } from "../../errors/errors.ts";
import type { Port } from "../../model/ports.ts";
import type { Feed, FeedContext } from "./contract.ts";

export type { Feed, FeedContext } from "./contract.ts";

/**
 * Reads and checks the value of a port. Gives several feeds where the input is a sum, which the machine adds in order.
 * Problems are added to `issues`; the feeds are of use only when there are none.
 */
export function readInput(port: Port, value: unknown, context: FeedContext, issues: Issue[]): Feed[] {
  void port;
  void context;
  if (typeof value !== "number") issues.push({ path: context.path, message: "is not read yet. Give a number." });
  return [{ binding: { kind: "scalar" }, constant: Number(value) }];
}

/**
 * The shape of the population that an input implies, so that it can be inferred before the build; undefined for inputs
 * that fit any shape.
 */
export function inputShape(value: unknown): Shape | undefined {
  void value;
  return undefined;
}
