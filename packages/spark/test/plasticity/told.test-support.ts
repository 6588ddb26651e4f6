import { add, gt, mul, quantity, soma } from "../../src/entries/index.ts";

/** Spikes when it is told to, and shows what arrives. */
export const Told = soma(
  "Told",
  {},
  {
    about: "Spikes if there is a current. Its potential is the jump of the step.",
    step: (x) => ({ spikes: gt(x.current, quantity(1, "pA")), potential: add(mul(x.potential, 0), x.jump) }),
  },
);
