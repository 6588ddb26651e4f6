import { BackendError } from "../../errors/errors.ts";
import type { Engine } from "../../program/machine.ts";
import type { NetworkProgram } from "../../program/network.ts";
import { wasmDrawer } from "./drawer.ts";
import { WasmMachine } from "./machine.ts";

/** An engine with the given overrides. By default it runs, and in any case it draws synapses, on the calling thread. */
export const engineWith = (own: Pick<Engine, "create"> & Partial<Engine>): Engine => ({
  backend: "wasm",
  threads: 1,
  warnings: [],
  drawer: wasmDrawer,
  close: () => {},
  ...own,
});

/** @throws BackendError if the network has synapses, for engines that did not load their code */
export const requireNoSynapses = ({ name, bundles }: NetworkProgram): void => {
  if (bundles.length === 0) return;
  const message = `${name} has synapses, and this engine was opened for populations without them.`;
  throw new BackendError(`${message} Open the backend with networks: true.`);
};

/** An engine on the calling thread, for populations without synapses. */
export const openAlone = (warnings: readonly string[] = []): Engine =>
  engineWith({
    warnings,
    create: (network) => {
      requireNoSynapses(network);
      return new WasmMachine(network);
    },
  });

/** An engine on the calling thread, for all networks. The code of synapses is loaded only here. */
export const openNetworks = async (warnings: readonly string[] = []): Promise<Engine> => {
  const { machineOf } = await import("./network/machine.ts");
  return engineWith({ warnings, create: machineOf });
};
