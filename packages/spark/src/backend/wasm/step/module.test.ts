import { expect, test } from "vitest";
import { compilePopulation } from "../../../compile/population.ts";
import { BackendError } from "../../../errors/errors.ts";
import { LeakySoma } from "../../../somas/leaky.ts";
import { moduleFrom, stepModule } from "./module.ts";

test("a module that the engine refuses is a BackendError with the owner and the reason", () => {
  const refused = () => moduleFrom(() => Uint8Array.of(1, 2, 3, 4), "exc (LeakySoma)");
  expect(refused).toThrow(BackendError);
  expect(refused).toThrow(/^The equations of exc \(LeakySoma\) are too large for WebAssembly \(.*\)\. Use fewer syn/);
  const large = () => {
    throw new RangeError("run is larger than 7654321 bytes");
  };
  expect(() => moduleFrom(large, "the network")).toThrow(BackendError);
});

test("programs with the same code share a module, whatever their names and start values", () => {
  const moduleOf = (config: Parameters<typeof LeakySoma>[0], path = "soma", shared = false) => {
    const built = LeakySoma({ units: [3], ...config }).build({}, { dt: 0.1 });
    const inputs = { current: [{ kind: "unit" }] } as const;
    return stepModule(compilePopulation(built, { precision: "f32", inputs, path }).program, shared);
  };
  const first = moduleOf({ threshold: [-40, -41, -42] });
  expect(moduleOf({ threshold: [-43, -44, -45] }, "other")).toBe(first);
  expect(moduleOf({ threshold: -40 })).not.toBe(first);
  expect(moduleOf({ threshold: [-40, -41, -42], potentialTau: 21 })).not.toBe(first);
  expect(moduleOf({ threshold: [-40, -41, -42] }, "soma", true)).not.toBe(first);
  expect(moduleOf({ units: [3], threshold: [-40, -41, -42] })).toBe(first);
});
