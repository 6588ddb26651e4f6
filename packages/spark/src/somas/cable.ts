import { field, positive } from "../config/field.ts";
import { ModelError } from "../errors/errors.ts";
import { dt, type Float } from "../expr/expr.ts";
import { add, div, gt, mul, sub } from "../expr/verbs.ts";
import type { ComponentType } from "../model/component.ts";
import { current, type InputPort, jump } from "../model/ports.ts";
import { type FieldScope, float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { fromRest, potentialState, reset } from "./membrane.ts";

const fields = {
  potentialRest: field(-70, "mV", "Potential of all compartments at rest."),
  potentialReset: field(-65, "mV", "Potential of the soma just after a spike."),
  threshold: field(-50, "mV", "Potential of the soma above which it spikes."),
  somaCapacitance: field(100, "pF", "Membrane capacitance of the soma.", positive),
  somaLeak: field(5, "nS", "Leak conductance of the soma.", positive),
  capacitance: field(20, "pF", "Membrane capacitance of each compartment of the dendrite.", positive),
  leak: field(1, "nS", "Leak conductance of each compartment of the dendrite.", positive),
  axialConductance: field(50, "nS", "Conductance between neighbouring compartments.", positive),
};

/** The inputs of a cable: those of the soma, and a current into each compartment, such as dendriteCurrent1. */
type CableInputs = {
  readonly current: InputPort & { readonly payload: "CurrentArray" };
  readonly jump: InputPort & { readonly payload: "JumpArray" };
  readonly [key: `dendriteCurrent${number}`]: InputPort & { readonly payload: "CurrentArray" };
};

type Scope = FieldScope<typeof fields> & Readonly<Record<string, Float>>;

/**
 * The potentials after a step of a chain of compartments, by backward Euler. Gaussian elimination starts at the far
 * end; its divisors depend only on parameters and dt. Hines 1984, Int. J. Biomed. Comput. 15, 69.
 *
 * @param chain capacitance, leak, potential relative to rest and current of each compartment, the soma first
 */
const solveChain = (
  axial: Float,
  chain: readonly {
    readonly capacitance: Float;
    readonly leak: Float;
    readonly potential: Float;
    readonly current: Float;
  }[],
): Float[] => {
  const last = chain.length - 1;
  const loads = chain.map(({ capacitance, potential, current: into }) =>
    add(mul(div(capacitance, dt), potential), into),
  );
  const divisors = chain.map(({ capacitance, leak }, k) => {
    const own = add(div(capacitance, dt), leak);
    return add(own, k === 0 || k === last ? axial : mul(2, axial));
  });
  for (let k = last; k > 0; k--) {
    const share = div(axial, divisors[k]!);
    divisors[k - 1] = sub(divisors[k - 1]!, mul(axial, share));
    loads[k - 1] = add(loads[k - 1]!, mul(share, loads[k]!));
  }
  const solved = [div(loads[0]!, divisors[0]!)];
  for (let k = 1; k <= last; k++) solved.push(div(add(loads[k]!, mul(axial, solved[k - 1]!)), divisors[k]!));
  return solved;
};

const MOST_COMPARTMENTS = 200;

/**
 * A leaky soma with a passive dendrite of equal compartments in a chain, with a sealed end. The current
 * `dendriteCurrent1` enters the compartment next to the soma, whose potential is `dendritePotential1`, and so on.
 * Synapses name the input: `ExponentialSynapse({ port: "dendriteCurrent3" })`. Rall 1962, Biophys. J. 2, 145.
 *
 * @param compartments number of compartments of the dendrite, from 1 to 200
 * @throws ModelError for another number
 */
export const cableSoma = (
  compartments: number,
): ComponentType<typeof fields, "potential" | `dendritePotential${number}`, "soma", CableInputs> => {
  if (!Number.isInteger(compartments) || compartments < 1 || compartments > MOST_COMPARTMENTS) {
    throw new ModelError(
      `cableSoma takes a whole number of compartments from 1 to ${MOST_COMPARTMENTS}; received ${String(compartments)}. Pass, for example, 10.`,
    );
  }
  const numbers = Array.from({ length: compartments }, (_, k) => k + 1);
  const potentialAt = (k: number): string => `dendritePotential${k}`;
  const currentAt = (k: number): string => `dendriteCurrent${k}`;
  const made = soma(`Cable${compartments}Soma`, fields, {
    about: `Leaky soma with a passive dendrite of ${compartments} compartments. Rall 1962, Biophys. J. 2, 145; backward Euler after Hines 1984, Int. J. Biomed. Comput. 15, 69.`,
    inputs: {
      current: current("Current into the soma."),
      jump: jump("Jump of the soma's potential from delta synapses."),
      ...Object.fromEntries(
        numbers.map((k) => [
          currentAt(k),
          current(`Current into compartment ${k}.`, { potential: potentialAt(k), compartment: `dendrite${k}` }),
        ]),
      ),
    },
    state: (x) => ({
      potential: potentialState(x),
      ...Object.fromEntries(
        numbers.map((k) => [
          potentialAt(k),
          float(0, "mV", `Potential of compartment ${k} relative to potentialRest.`, { from: x.potentialRest }),
        ]),
      ),
    }),
    roles: { threshold: "threshold", reset: "potentialReset" },
    step(given) {
      const x = given as unknown as Scope & {
        readonly potential: Float;
        readonly current: Float;
        readonly jump: Float;
      };
      const [body, ...rest] = solveChain(x.axialConductance, [
        { capacitance: x.somaCapacitance, leak: x.somaLeak, potential: x.potential, current: x.current },
        ...numbers.map((k) => ({
          capacitance: x.capacitance,
          leak: x.leak,
          potential: x[potentialAt(k)]!,
          current: x[currentAt(k)]!,
        })),
      ]);
      const v = add(body!, x.jump);
      const spikes = gt(v, fromRest(x, x.threshold));
      const dendrite = Object.fromEntries(rest.map((potential, k) => [potentialAt(k + 1), potential]));
      return { spikes, potential: reset(x, spikes, v), ...dendrite } as never;
    },
  });
  return made as never;
};
