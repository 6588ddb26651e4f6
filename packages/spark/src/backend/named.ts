import { BackendError } from "../errors/errors.ts";
import type { Backend } from "../program/machine.ts";
import { fastest } from "./fastest.ts";
import { interpreter } from "./interpreter/interpreter.ts";
import { obstacleOf, registeredBackend } from "./registry.ts";
import { wasm } from "./wasm/wasm.ts";

/** Names of backends, as documents and the command line use them. */
export type BackendName = "wasm" | "native" | "fastest" | "interpreter";
export const backendNames: readonly BackendName[] = ["wasm", "native", "fastest", "interpreter"];

/** A name, or a backend such as `native({ threads: 4 })`. */
export type BackendChoice = BackendName | Backend;

/** The backend of a simulation that names none. */
export const DEFAULT_BACKEND: BackendName = "wasm";

const own: Readonly<Partial<Record<BackendName, () => Backend>>> = { wasm, interpreter, fastest };

/** The backend of a name; undefined where it is not there. */
export const findBackend = (name: BackendName): Backend | undefined => (own[name] ?? registeredBackend(name)?.make)?.();

/** The backend of a name. @throws BackendError with the reason where it cannot run here. */
export const backendNamed = (name: BackendName): Backend => {
  const obstacle = own[name] ? undefined : obstacleOf(name);
  if (obstacle === undefined) return findBackend(name)!;
  throw new BackendError(`backend "${name}" cannot run here. ${obstacle} Or use backend: "${DEFAULT_BACKEND}".`);
};
