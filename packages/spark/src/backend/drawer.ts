import type { Drawer, Machine } from "../program/machine.ts";
import { alone, type NetworkProgram } from "../program/network.ts";

/** A drawer that uses the machines of an engine, which must be created and must advance synchronously. */
export const drawerOf = (create: (network: NetworkProgram) => Machine): Drawer => ({
  create: (program) => {
    const machine = create(alone(program));
    machine.attach({ rows: 1, populations: [{ program, probes: [] }] });
    const [population] = machine.populations;
    return {
      view: (buffer) => population!.view(buffer),
      advance: (step) => machine.stepNow!(step),
      dispose: () => machine.dispose(),
    };
  },
});
