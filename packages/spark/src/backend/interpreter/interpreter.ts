import type { Backend } from "../../program/machine.ts";

const loadEngine = (): Promise<typeof import("./engine.ts")> => import("./engine.ts");

/** The backend that defines what every program means: plain JavaScript, one unit after the other, slow. */
export const interpreter = (): Backend => ({
  name: "interpreter",
  lacks: {
    threads: "It computes one unit after the other, on the calling thread.",
    worker: "It computes on the calling thread.",
  },
  open: async () => (await loadEngine()).openInterpreter(),
});
