import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { expectMachineBits } from "../../../test/conformance/both.test-support.ts";
import { compileComponent } from "../../compile/compile.ts";
import { BackendError } from "../../errors/errors.ts";
import { add, div, gt, mul, quantity, sub } from "../../expr/verbs.ts";
import { float } from "../../model/scope.ts";
import { soma } from "../../model/soma.ts";
import { fresh, script } from "./compiler.test-support.ts";
import { createNative, nativeTest } from "./native.test-support.ts";
import type { NativeOptions } from "./native.ts";

/** Computes with subnormal numbers, and sums and quotients that must not be rearranged. */
const Delicate = soma(
  "Delicate",
  {},
  {
    about: "Computes what careless compilers change.",
    state: () => ({
      small: float(1e-25, "1", "Becomes subnormal."),
      lost: float(1, "1", "Adds and subtracts."),
      ratio: float(1, "1", "Divides and multiplies."),
    }),
    step: (x) => ({
      spikes: gt(x.lost, 1e30),
      potential: quantity(0, "mV"),
      small: mul(x.small, 0.3),
      lost: add(sub(add(x.lost, 0.1), x.lost), mul(x.lost, 0.7)),
      ratio: div(mul(x.ratio, 1.1), 3.3),
    }),
  },
);

const program = compileComponent(Delicate({ units: [40] }).build({}, { dt: 0.1 }), {
  precision: "f32",
  inputs: { current: [] },
});

const expectSameBits = async (options: NativeOptions): Promise<void> => {
  await expectMachineBits(createNative({ ...program, block: 32 }, options), program, {
    chunks: [16, 16, 16],
    records: [{ name: "small" }, { name: "lost" }, { name: "ratio" }],
    dues: [{ first: 0, every: 1, last: 47 }],
  });
  expect(2.5e-308 / Number("4")).toBeGreaterThan(0);
};

const environment = (CC: string) => ({ PATH: process.env["PATH"]!, XDG_CACHE_HOME: fresh(), CC });

const careless = [
  "-ffast-math",
  "-Ofast",
  "-funsafe-math-optimizations",
  `-fassociative-math -fno-signed-zeros -fno-trapping-math -freciprocal-math -ffinite-math-only -ffp-contract=fast
   -fsingle-precision-constant ${process.arch === "x64" ? "-mfpmath=387" : ""}`,
];

for (const flags of careless) {
  nativeTest(`${flags} changes no bit, neither in CC nor as an option`, async () => {
    await expectSameBits({ environment: environment(`cc ${flags.replace(/\s+/g, " ")}`) });
    await expectSameBits({ environment: environment("cc"), flags: flags.trim().split(/\s+/) });
  });
}

const onIntel = process.platform === "linux" && process.arch === "x64" ? nativeTest : nativeTest.skipIf(true);

onIntel("code that flushes subnormal numbers when it is loaded is refused, and the process computes as before", () => {
  const object = join(fresh(), "flush.o");
  const text = "__attribute__((constructor)) static void flush(void) { __builtin_ia32_ldmxcsr(0x9fc0); }";
  spawnSync(script('exec cc "$@"'), ["-c", "-fPIC", "-x", "c", "-", "-o", object], { input: text });
  const cc = script(`[ "$1" = --version ] && exec cc "$@"\nexec cc "$@" -x none ${object}`);
  const open = () => createNative(program, { environment: environment(cc) });
  expect(open).toThrow(BackendError);
  expect(open).toThrow(/flushes subnormal numbers/);
  expect(2.5e-308 / Number("4")).toBeGreaterThan(0);
});
