import type { Backend } from "../program/machine.ts";

/** A backend that users choose by its name. */
export interface RegisteredBackend {
  /** Why it cannot run here, in one sentence; undefined where it can. */
  readonly obstacle?: () => string | undefined;
  readonly make: () => Backend;
}

const registered = new Map<string, RegisteredBackend>();

/** Makes a backend known by its name. Importing "spark-snn/node" does this for native code. */
export const registerBackend = (name: string, backend: RegisteredBackend): void => {
  registered.set(name, backend);
};

export const registeredBackend = (name: string): RegisteredBackend | undefined => registered.get(name);

/** Backends that come with a module of their own, and how to load it. */
const missing: Readonly<Record<string, string>> = {
  native: 'It comes with "spark-snn/node": add import "spark-snn/node" in Node.',
};

/** Why a registered backend cannot run here; undefined where it can. */
export const obstacleOf = (name: string): string | undefined => {
  const backend = registered.get(name);
  return backend ? backend.obstacle?.() : (missing[name] ?? "It is unknown.");
};
