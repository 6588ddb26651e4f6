import { expect, test } from "vitest";
import { BackendError } from "../../../errors/errors.ts";
import { moduleFrom } from "./module.ts";

test("a module that the engine refuses is a BackendError with the owner and the reason", () => {
  const refused = () => moduleFrom(() => Uint8Array.of(1, 2, 3, 4), "exc (LeakySoma)");
  expect(refused).toThrow(BackendError);
  expect(refused).toThrow(/^The equations of exc \(LeakySoma\) are too large for WebAssembly \(.*\)\. Use fewer syn/);
  const large = () => {
    throw new RangeError("run is larger than 7654321 bytes");
  };
  expect(() => moduleFrom(large, "the network")).toThrow(BackendError);
});
