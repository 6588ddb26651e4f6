import type { Backend } from "../program/machine.ts";

/** A backend that users select by name. */
export interface RegisteredBackend {
  /** A sentence that says why the backend cannot run here; undefined if it can. */
  readonly obstacle?: () => string | undefined;
  readonly make: () => Backend;
}

const registered = new Map<string, RegisteredBackend>();

/** Registers a backend under a name. Importing "spark-snn/node" registers native code. */
export const registerBackend = (name: string, backend: RegisteredBackend): void => {
  registered.set(name, backend);
};

export const registeredBackend = (name: string): RegisteredBackend | undefined => registered.get(name);

/** How to load backends that have a separate module. */
const missing: Readonly<Record<string, string>> = {
  native: 'It is part of "spark-snn/node": add import "spark-snn/node" in Node.',
};

/** A sentence that says why a backend cannot run here; undefined if it can. */
export const obstacleOf = (name: string): string | undefined => {
  const backend = registered.get(name);
  return backend ? backend.obstacle?.() : (missing[name] ?? "It is unknown.");
};
