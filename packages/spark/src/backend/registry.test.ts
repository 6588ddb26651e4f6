import { expect, test } from "vitest";
import type { EngineOptions } from "../program/machine.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { fastest } from "./fastest.ts";
import { native } from "./native/native.ts";
import { obstacleOf, registerBackend } from "./registry.ts";
import { wasm } from "./wasm/wasm.ts";

const run = (backend: "native" | "fastest") =>
  simulate(LeakySoma(), { duration: 30, inputs: { current: 300 }, backend, record: { outSpikes: true } });

test("native code that was not brought is refused with what to import; fastest is wasm and says why", async () => {
  const reason = 'It is part of "spark-snn/node": add import "spark-snn/node" in Node.';
  expect(obstacleOf("native")).toBe(reason);
  await expect(run("native")).rejects.toThrow(`backend "native" cannot run here. ${reason} Or use backend: "wasm".`);
  const { backend, warnings } = await run("fastest");
  expect(backend).toBe("wasm");
  expect(warnings).toEqual([`backend "fastest" uses wasm here instead of native. ${reason}`]);
});

test("native code that cannot run, or breaks when it compiles, leaves fastest with wasm and the reason", async () => {
  registerBackend("native", { obstacle: () => "No C compiler was found.", make: wasm });
  await expect(run("native")).rejects.toThrow("No C compiler was found.");
  expect((await run("fastest")).warnings).toEqual([
    'backend "fastest" uses wasm here instead of native. No C compiler was found.',
  ]);

  const { BackendError } = await import("../errors/errors.ts");
  const create = (): never => {
    throw new BackendError("The compiler died.");
  };
  const open = async (options: EngineOptions) => ({ ...(await wasm().open(options)), backend: "native", create });
  registerBackend("native", { make: () => ({ name: "native", lacks: {}, open }) });
  await expect(run("native")).rejects.toThrow("The compiler died.");
  const fallen = await run("fastest");
  expect(fallen.backend).toBe("wasm");
  expect(fallen.warnings).toEqual(['backend "fastest" uses wasm here instead of native. The compiler died.']);
});

test("fastest refuses a worker for the reason of native code", async () => {
  expect(fastest().lacks).toEqual(native().lacks);
  const refused = simulate(LeakySoma(), { duration: 1, backend: "fastest", worker: true });
  await expect(refused).rejects.toThrow(
    'simulate.worker is not available with the backend "fastest"; received true. Native code runs on the calling thread',
  );
});
