import { BackendError } from "../errors/errors.ts";
import type { Backend } from "../program/machine.ts";

/** Native code, which only Node has: "spark-snn/node" brings it. */
export interface NativeCode {
  /** Why it cannot run here, in one sentence; undefined where it can. */
  readonly obstacle: () => string | undefined;
  /** The number of threads that an option means. @throws ConfigError for a wrong one. */
  readonly threadsOf: (threads: number | "all" | undefined) => number;
  readonly create: (threads: number) => Backend;
}

let native: NativeCode | undefined;

/** Makes native code known. Importing "spark-snn/node" calls this. */
export const registerNative = (code: NativeCode): void => {
  native = code;
};

const NOT_LOADED = 'It comes with "spark-snn/node": add import "spark-snn/node" in Node.';

/** The native backend. @throws BackendError with the reason where it cannot run. */
export const nativeBackend = (threads: number | "all" | undefined): Backend => {
  const obstacle = native ? native.obstacle() : NOT_LOADED;
  if (!native || obstacle !== undefined) {
    throw new BackendError(`backend "native" cannot run here. ${obstacle} Or use backend: "wasm".`);
  }
  return native.create(native.threadsOf(threads));
};

/** Why "fastest" is not native code here; undefined where it is. */
export const nativeObstacle = (): string | undefined => (native ? native.obstacle() : NOT_LOADED);
