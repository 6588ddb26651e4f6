import { expect, test } from "vitest";
import { BackendError } from "../../../errors/errors.ts";
import { moduleFrom } from "./module.ts";

test("a module that the engine refuses is a BackendError with the reason", () => {
  const refused = () => moduleFrom(Uint8Array.of(1, 2, 3, 4));
  expect(refused).toThrow(BackendError);
  expect(refused).toThrow(/^The equations are too large for WebAssembly \(.*\)\. Use fewer synapses/);
});
