import { BackendError } from "../errors/errors.ts";
import type { Backend } from "../program/machine.ts";
import { fastest } from "./fastest.ts";
import { interpreter } from "./interpreter/interpreter.ts";
import { obstacleOf, registeredBackend } from "./registry.ts";
import { wasm } from "./wasm/wasm.ts";

/** Names of backends, which documents and the command line also use. */
export type BackendName = "wasm" | "native" | "fastest" | "interpreter";
export const backendNames: readonly BackendName[] = ["wasm", "native", "fastest", "interpreter"];

/** A name, or a backend such as `native({ threads: 4 })`. */
export type BackendChoice = BackendName | Backend;

/** The default backend. */
export const DEFAULT_BACKEND: BackendName = "wasm";

const own: Readonly<Partial<Record<BackendName, () => Backend>>> = { wasm, interpreter, fastest };

/** The backend with a name, or undefined if it is not registered. */
export const findBackend = (name: BackendName): Backend | undefined => (own[name] ?? registeredBackend(name)?.make)?.();

/** The backend with a name. @throws BackendError with the reason if it cannot run here */
export const backendNamed = (name: BackendName): Backend => {
  const obstacle = own[name] ? undefined : obstacleOf(name);
  if (obstacle === undefined) return findBackend(name)!;
  throw new BackendError(`backend "${name}" cannot run here. ${obstacle} Or use backend: "${DEFAULT_BACKEND}".`);
};
